import Kernels
import Networks
import Tensors

/// The memory that a plan for pictures of some kind takes.
struct MemoryNeeds {
    let network: Network
    let channels: Int
    let settings: RestorationSettings

    /// The number of channels without alpha.
    var colours: Int { AlphaChannel.colours(of: channels) }
    private var needsOriginals: Bool { settings.usesOriginal || channels != colours }

    /// Returns the bytes of streaming rows: windows of input rows, bands of results, and what the streaming executor
    /// holds.
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

    /// Returns the bytes of a plan in tiles: windows of input rows, bands of output rows, and `tilesAtATime` tiles
    /// under way.
    func byteCount(of plan: TilePlan, tilesAtATime: Int) -> Int {
        let buffers = min(2, plan.bandCount)
        let window = channels * plan.width * min(plan.height, plan.coreHeight + 2 * plan.halo)
        let band = channels * plan.width * network.scale * plan.coreHeight * network.scale
        let originals =
            needsOriginals
            ? channels * plan.paddedHeight * plan.paddedWidth * network.scale * network.scale : 0
        let tile =
            originals * MemoryLayout<Float>.stride
            + TileRunner.byteCount(
                network: network, height: plan.paddedHeight, width: plan.paddedWidth,
                usesEnsemble: settings.selfEnsemble)
        return buffers * (window + band) * MemoryLayout<Float>.stride + tilesAtATime * tile
    }
}
