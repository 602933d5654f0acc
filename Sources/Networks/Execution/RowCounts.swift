import Kernels
import Tensors

/// The rows that enter and leave a network while a picture is streamed through it in chunks of rows, and the memory
/// that this takes.
public struct RowCounts: Sendable {
    /// The result's side divided by the picture's.
    public let scale: Int
    private let schedule: RowSchedule
    private let plan: Plan

    init(_ schedule: RowSchedule, _ plan: Plan, scale: Int) {
        self.schedule = schedule
        self.plan = plan
        self.scale = scale
    }

    /// Creates, for planning, the counts of a picture of this height, or of a smaller one that takes as much memory.
    /// Once all values flow, lags do not change any more, so chunks are left out in the middle.
    ///
    /// - Parameters:
    ///   - height: the picture's height in pixels, a multiple of the network's grid.
    ///   - rowsAtATime: as for `StreamingExecutor`.
    public init(network: Network, height: Int, rowsAtATime: Int) {
        let enough = (2 * network.bitRadius / rowsAtATime + 6) * rowsAtATime
        let plan = network.plan(for: .current)
        self.init(
            RowSchedule(
                plan, height: height <= enough ? height : enough + (height - enough) % rowsAtATime,
                rowsAtATime: rowsAtATime, grid: network.grid),
            plan, scale: network.scale)
    }

    /// The number of chunks.
    public var chunkCount: Int { schedule.chunks.count }
    /// The rows of the picture that enter with a chunk.
    public func pictureRows(ofChunk index: Int) -> Range<Int> { schedule.chunks[index].pictureRows }
    /// The rows of the result that are finished with a chunk; the range may be empty.
    public func resultRows(ofChunk index: Int) -> Range<Int> { schedule.chunks[index].resultRows }

    /// The number of bytes that a `StreamingExecutor` allocates for pictures of this width in pixels.
    public func byteCount(width: Int, workers: Int) -> Int {
        let elements = schedule.buffers.reduce(0) { $0 + $1.elementCount(width: width) }
        let height = schedule.chunks.last?.pictureRows.upperBound ?? 0
        return (elements + workers * plan.workspaceCount(height: height, width: width)) * MemoryLayout<Float>.stride
    }
}

extension RowSchedule.Buffer {
    /// The number of elements for pictures of a width, rounded up to 64-byte lines.
    func elementCount(width: Int) -> Int {
        let width = shape.resolution.side(forPicture: width)
        let count =
            switch layout {
            case .blocked: BlockedView.elementCount(channels: shape.channels, height: rows, width: width)
            case .planar: shape.channels * rows * width
            }
        return (count + ArenaLayout.alignment - 1) / ArenaLayout.alignment * ArenaLayout.alignment
    }
}
