import Kernels
import Networks
import Tensors

/// The way in which a picture goes through a network, and the number of workers whose memory it takes.
struct RestorationPlan {
    enum Strategy {
        case rows(RowPlan)
        case strips(StripPlan)
        case tiles(TilePlan, byteCount: Int)
    }

    let strategy: Strategy
    /// The number of workers whose memory the picture takes; they help with it meanwhile.
    let shares: Int

    var summary: RestorationSummary {
        switch strategy {
        case .rows(let plan):
            RestorationSummary(
                strategy: .rows, coreHeight: plan.rowsAtATime, coreWidth: plan.width, halo: 0, workFactor: 1,
                byteCount: plan.byteCount, shares: shares)
        case .strips(let plan):
            RestorationSummary(
                strategy: .strips, coreHeight: plan.rowsAtATime, coreWidth: plan.coreWidth, halo: plan.halo,
                workFactor: plan.workFactor, byteCount: plan.byteCount, shares: shares)
        case .tiles(let plan, let byteCount):
            RestorationSummary(
                strategy: .tiles, coreHeight: plan.coreHeight, coreWidth: plan.coreWidth, halo: plan.halo,
                workFactor: plan.workFactor, byteCount: byteCount, shares: shares)
        }
    }
}

extension Restorer {
    /// Plans the restoration of a picture, and counts what it costs.
    ///
    /// - Parameters:
    ///   - channels: 1 or 3, one more with alpha.
    ///   - workers: the team's size; `sharers` of them work on this picture.
    ///   - maySpill: whether `restore` will be given a spool.
    /// - Throws: `RestorationError.memory` where even the smallest tile does not fit the limit.
    public func estimate(
        height: Int, width: Int, channels: Int, workers: Int, sharers: Int = 1, maySpill: Bool = false
    ) throws(RestorationError) -> RestorationEstimate {
        let colours = AlphaChannel.colours(of: channels)
        let network = model(forColourChannels: colours).network
        let memory = MemoryNeeds(network: network, channels: channels, settings: settings)
        let summary = try plan(
            height: height, width: width, memory: memory, workers: workers, sharers: sharers, maySpill: maySpill
        ).summary
        let runs = (network.inputChannels < colours ? colours : 1) * (settings.selfEnsemble ? 8 : 1)
        return RestorationEstimate(
            summary: summary,
            multiplyAdds: network.multiplyAddsPerPixel * Double(height) * Double(width) * summary.workFactor
                * Double(runs))
    }

    /// Plans rows where that is possible, with the memory of several workers if need be; strips of columns where they
    /// may be spilled to disk; tiles elsewhere.
    func plan(
        height: Int, width: Int, memory: MemoryNeeds, workers: Int, sharers: Int, maySpill: Bool
    ) throws(RestorationError) -> RestorationPlan {
        let network = memory.network
        let (samples, overflow) = height.multipliedReportingOverflow(by: width)
        guard height > 0, width > 0, !overflow, samples < Int.max / (256 * network.scale * network.scale) else {
            throw .size(width: width, height: height)
        }
        let (height, width) = (roundedUp(height, to: network.grid), roundedUp(width, to: network.grid))
        let workers = max(1, workers)
        let share = memoryLimit / workers
        if let least = RowPlan.leastByteCount(height: height, width: width, memory: memory, workers: workers) {
            let shares = max(1, (least + share - 1) / max(1, share))
            if shares <= workers,
                let rows = RowPlan(
                    height: height, width: width, memory: memory, workers: workers, byteCount: shares * share)
            {
                return RestorationPlan(strategy: .rows(rows), shares: shares)
            }
        }

        /// Plans strips or tiles, whichever computes less twice.
        func parts(shares: Int) throws(RestorationError) -> RestorationPlan {
            // Squares that are restored one by one are tiles without a halo.
            let halo =
                network.patchSide == nil
                ? roundedUp(max(network.bitRadius, BicubicUpsampling.radius), to: network.tileGrid) : 0
            let strips =
                maySpill
                ? StripPlan(
                    height: height, width: width, halo: halo, memory: memory, workers: workers,
                    byteCount: shares * share)
                : nil
            let tiles: TilePlan
            do {
                tiles = try TilePlan.choose(
                    height: height, width: width, tileSize: network.patchSide ?? settings.tileSize,
                    limits: TilePlan.Limits(
                        grid: network.patchSide ?? network.tileGrid, halo: halo, sharers: max(shares, sharers),
                        byteCount: shares * share,
                        byteCountOfPlan: { memory.byteCount(of: $0, tilesAtATime: shares) }))
            } catch {
                guard let strips else { throw error }
                return RestorationPlan(strategy: .strips(strips), shares: shares)
            }
            if let strips, strips.workFactor < tiles.workFactor {
                return RestorationPlan(strategy: .strips(strips), shares: shares)
            }
            return RestorationPlan(
                strategy: .tiles(tiles, byteCount: memory.byteCount(of: tiles, tilesAtATime: shares)), shares: shares)
        }

        if workers == 1 { return try parts(shares: 1) }
        // All memory is worth a tenth of the work; nobody else has a picture under way meanwhile.
        let alone: RestorationPlan
        do { alone = try parts(shares: 1) } catch { return try parts(shares: workers) }
        if alone.summary.workFactor > 1.1, let together = try? parts(shares: workers),
            together.summary.workFactor < 0.9 * alone.summary.workFactor
        {
            return together
        }
        return alone
    }
}

/// The cost of restoring a picture.
public struct RestorationEstimate: Hashable, Sendable {
    /// The plan, and the memory that it takes.
    public let summary: RestorationSummary
    /// The multiply-adds of the network, what is computed twice included.
    public let multiplyAdds: Double
}
