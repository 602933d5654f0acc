import Kernels
import Networks
import Tensors

/// What a plan for pictures of some kind takes of a worker's memory.
struct PlanMemory {
    let network: Network
    let channels: Int
    let settings: RestorationSettings

    /// Channels but for alpha.
    var colours: Int { channels == 2 || channels == 4 ? channels - 1 : channels }
    private var needsOriginals: Bool { settings.strength < 1 || channels != colours }

    /// Windows of rows that come in, bands of results, and what the executor holds, which goes by in rows.
    func byteCount(height: Int, width: Int, rowsAtATime: Int, workers: Int) -> Int {
        let scale = network.scale
        let rows = RowCounts(network: network, height: height, rowsAtATime: rowsAtATime)
        let sizes = RowSizes(rows)
        let buffers = min(2, rows.chunkCount)
        let band = sizes.bandRows * width * scale * scale
        let threefold = network.inputChannels > colours ? network.outputChannels * band / scale : 0
        return (buffers * channels * (sizes.windowRows * width + sizes.bandRows * width * scale) + threefold)
            * MemoryLayout<Float>.stride
            + (needsOriginals
                ? Originals.byteCount(
                    rows: sizes.originalRows, bandRows: sizes.bandRows, channels: channels, width: width, scale: scale)
                : 0)
            + rows.byteCount(width: width, workers: workers)
    }

    /// Windows of input rows, bands of output rows, and a tile under way.
    func byteCount(of plan: TilePlan) -> Int {
        let buffers = min(2, plan.bandCount)
        let window = channels * plan.width * min(plan.height, plan.coreHeight + 2 * plan.halo)
        let band = channels * plan.width * network.scale * plan.coreHeight * network.scale
        let originals =
            needsOriginals
            ? channels * plan.paddedHeight * plan.paddedWidth * network.scale * network.scale : 0
        return (buffers * (window + band) + originals) * MemoryLayout<Float>.stride
            + TileRunner.byteCount(
                network: network, height: plan.paddedHeight, width: plan.paddedWidth,
                usesEnsemble: settings.selfEnsemble)
    }
}

/// How a picture goes through a network.
enum RestorationPlan {
    case rows(RowPlan)
    case strips(StripPlan)
    case tiles(TilePlan, byteCount: Int)

    var summary: RestorationSummary {
        switch self {
        case .rows(let plan):
            RestorationSummary(
                way: .rows, coreHeight: plan.rowsAtATime, coreWidth: plan.width, halo: 0, workFactor: 1,
                byteCount: plan.byteCount)
        case .strips(let plan):
            RestorationSummary(
                way: .strips, coreHeight: plan.rowsAtATime, coreWidth: plan.coreWidth, halo: plan.halo,
                workFactor: plan.workFactor,
                byteCount: plan.byteCount)
        case .tiles(let plan, let byteCount):
            RestorationSummary(
                way: .tiles, coreHeight: plan.coreHeight, coreWidth: plan.coreWidth, halo: plan.halo,
                workFactor: plan.workFactor,
                byteCount: byteCount)
        }
    }
}

extension Restorer {
    /// How a picture would be cut, and at what price.
    ///
    /// - Parameters:
    ///   - channels: 1 or 3, one more with alpha.
    ///   - workers: the team's size; `sharers` of them work on this picture.
    ///   - mayLayAside: whether `restore` will be given a spool.
    /// - Throws: `RestorationError.memory` where even the smallest tile does not fit the limit.
    public func estimate(
        height: Int, width: Int, channels: Int, workers: Int, sharers: Int = 1, mayLayAside: Bool = false
    ) throws(RestorationError) -> RestorationEstimate {
        let hasAlpha = channels == 2 || channels == 4
        let colours = channels - (hasAlpha ? 1 : 0)
        let network = model(forColourChannels: colours).network
        let memory = PlanMemory(network: network, channels: channels, settings: settings)
        let summary = try plan(
            height: height, width: width, memory: memory, workers: workers, sharers: sharers,
            byteCount: memoryLimit / max(1, workers), mayLayAside: mayLayAside
        ).summary
        let runs = (network.inputChannels < colours ? colours : 1) * (settings.selfEnsemble ? 8 : 1)
        return RestorationEstimate(
            summary: summary,
            multiplyAdds: network.multiplyAddsPerPixel * Double(height) * Double(width) * summary.workFactor
                * Double(runs))
    }

    /// Rows where that is possible; strips of columns where they may be laid aside; tiles elsewhere.
    func plan(
        height: Int, width: Int, memory: PlanMemory, workers: Int, sharers: Int, byteCount: Int, mayLayAside: Bool
    ) throws(RestorationError) -> RestorationPlan {
        let network = memory.network
        let (samples, overflow) = height.multipliedReportingOverflow(by: width)
        guard height > 0, width > 0, !overflow, samples < Int.max / (256 * network.scale * network.scale) else {
            throw .size(width: width, height: height)
        }
        func roundedUp(_ length: Int, to step: Int) -> Int { (length + step - 1) / step * step }
        let (paddedHeight, paddedWidth) = (roundedUp(height, to: network.grid), roundedUp(width, to: network.grid))
        if let plan = RowPlan(
            height: paddedHeight, width: paddedWidth, memory: memory, workers: workers, byteCount: byteCount)
        {
            return .rows(plan)
        }
        let halo = roundedUp(max(network.bitRadius, BicubicUpsampling.radius), to: network.tileGrid)
        let strips =
            mayLayAside
            ? StripPlan(
                height: paddedHeight, width: paddedWidth, halo: halo, memory: memory, workers: workers,
                byteCount: byteCount)
            : nil
        let tiles: TilePlan
        do {
            tiles = try TilePlan.choose(
                height: paddedHeight, width: paddedWidth, tileSize: settings.tileSize,
                limits: TilePlan.Limits(
                    grid: network.tileGrid, halo: halo, sharers: sharers, byteCount: byteCount,
                    byteCountOfPlan: memory.byteCount(of:)))
        } catch {
            guard let strips else { throw error }
            return .strips(strips)
        }
        if let strips, strips.workFactor < tiles.workFactor { return .strips(strips) }
        return .tiles(tiles, byteCount: memory.byteCount(of: tiles))
    }
}

/// What restoring a picture will take.
public struct RestorationEstimate: Hashable, Sendable {
    public let summary: RestorationSummary
    /// Multiply-adds of the network, what is computed twice included.
    public let multiplyAdds: Double
}
