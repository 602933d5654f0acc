import Kernels
import Networks
import Tensors

/// What a plan for pictures of some kind takes of a worker's memory.
struct PlanMemory {
    let network: Network
    let channels: Int
    let settings: RestorationSettings

    /// Windows of input rows, bands of output rows, and a tile under way.
    func byteCount(of plan: TilePlan) -> Int {
        let buffers = min(2, plan.bandCount)
        let window = channels * plan.width * min(plan.height, plan.coreHeight + 2 * plan.halo)
        let band = channels * plan.width * network.scale * plan.coreHeight * network.scale
        let originals =
            settings.strength < 1 || channels == 2 || channels == 4
            ? channels * plan.paddedHeight * plan.paddedWidth * network.scale * network.scale : 0
        return (buffers * (window + band) + originals) * MemoryLayout<Float>.stride
            + TileRunner.byteCount(
                network: network, height: plan.paddedHeight, width: plan.paddedWidth,
                usesEnsemble: settings.selfEnsemble)
    }
}

extension Restorer {
    /// How a picture would be cut, and at what price.
    ///
    /// - Parameters:
    ///   - channels: 1 or 3, one more with alpha.
    ///   - workers: the team's size; `sharers` of them work on this picture.
    /// - Throws: `RestorationError.memory` where even the smallest tile does not fit the limit.
    public func estimate(
        height: Int, width: Int, channels: Int, workers: Int, sharers: Int = 1
    ) throws(RestorationError) -> RestorationEstimate {
        let hasAlpha = channels == 2 || channels == 4
        let colours = channels - (hasAlpha ? 1 : 0)
        let network = model(forColourChannels: colours).network
        let memory = PlanMemory(network: network, channels: channels, settings: settings)
        let plan = try plan(
            height: height, width: width, memory: memory, sharers: sharers, byteCount: memoryLimit / max(1, workers))
        let runs = (network.inputChannels < colours ? colours : 1) * (settings.selfEnsemble ? 8 : 1)
        return RestorationEstimate(
            summary: RestorationSummary(
                coreHeight: plan.coreHeight, coreWidth: plan.coreWidth, halo: plan.halo, workFactor: plan.workFactor,
                byteCount: memory.byteCount(of: plan)),
            multiplyAdds: network.multiplyAddsPerPixel * Double(plan.height) * Double(plan.width) * plan.workFactor
                * Double(runs))
    }

    func plan(
        height: Int, width: Int, memory: PlanMemory, sharers: Int, byteCount: Int
    ) throws(RestorationError) -> TilePlan {
        let network = memory.network
        let (samples, overflow) = height.multipliedReportingOverflow(by: width)
        guard height > 0, width > 0, !overflow, samples < Int.max / (256 * network.scale * network.scale) else {
            throw .size(width: width, height: height)
        }
        func roundedUp(_ length: Int) -> Int { (length + network.grid - 1) / network.grid * network.grid }
        return try TilePlan.choose(
            height: roundedUp(height), width: roundedUp(width), tileSize: settings.tileSize,
            limits: TilePlan.Limits(
                grid: network.grid, halo: roundedUp(max(network.bitRadius, BicubicUpsampling.radius)),
                sharers: sharers, byteCount: byteCount, byteCountOfPlan: memory.byteCount))
    }
}

/// What restoring a picture will take.
public struct RestorationEstimate: Hashable, Sendable {
    public let summary: RestorationSummary
    /// Multiply-adds of the network, what is computed twice included.
    public let multiplyAdds: Double
}
