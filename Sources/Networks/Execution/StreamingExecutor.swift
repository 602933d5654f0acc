public import Kernels
public import Tensors
public import Workers

/// Streams the rows of a picture through a network: chunks of rows enter, and the rows of the result that are finished
/// leave.
///
/// The result has the bits that `Executor` gives for the whole picture. Nothing is computed twice, and memory follows
/// the picture's width, not its height: every value keeps the rows that are still needed (`RowSchedule`). Workers may
/// share the columns of a step; that changes no bits either, since parts begin on the algorithms' grid.
///
/// Contract of `@unchecked Sendable`: one thread at a time calls `run`, which gives work to other threads through a
/// `ParallelLoop` alone.
public final class StreamingExecutor: @unchecked Sendable {
    /// The network that the executor runs.
    public let network: Network
    /// The height of the pictures in pixels.
    public let height: Int
    /// The width of the pictures in pixels.
    public let width: Int
    /// The instruction set that the kernels use.
    public let instructionSet: InstructionSet

    private let plan: Plan
    private let schedule: RowSchedule
    private let workers: Int
    private let workspaces: [AlignedBuffer<Float>]
    private let arena: AlignedBuffer<Float>
    private let offsets: [Int]
    private var nextChunk = 0

    /// Creates an executor for pictures of one size in pixels, multiples of the network's grid.
    ///
    /// - Parameters:
    ///   - rowsAtATime: the picture's rows in a chunk, a multiple of the network's grid.
    ///   - workers: the number of workers that may share a step, 1 or more.
    /// - Complexity: allocates `byteCount` bytes.
    public init(
        network: Network, height: Int, width: Int, rowsAtATime: Int, workers: Int = 1,
        instructionSet: InstructionSet = .current
    ) {
        precondition(height % network.grid == 0 && width % network.grid == 0 && rowsAtATime % network.grid == 0)
        self.network = network
        self.height = height
        self.width = width
        self.workers = max(1, workers)
        self.instructionSet = instructionSet
        plan = network.plan(for: instructionSet)
        schedule = RowSchedule(plan, height: height, rowsAtATime: rowsAtATime, grid: network.grid)
        rowCounts = RowCounts(schedule, plan, scale: network.scale)
        let workspaceCount = plan.workspaceCount(height: height, width: width)
        workspaces = (0..<self.workers).map { _ in AlignedBuffer(repeating: 0, count: workspaceCount) }
        var offsets: [Int] = []
        var count = 0
        for buffer in schedule.buffers {
            offsets.append(count)
            count += buffer.elementCount(width: width)
        }
        self.offsets = offsets
        arena = AlignedBuffer(repeating: 0, count: count)
    }

    /// The memory, in bytes, that an executor for pictures of this size allocates.
    public static func byteCount(network: Network, height: Int, width: Int, rowsAtATime: Int, workers: Int) -> Int {
        RowCounts(network: network, height: height, rowsAtATime: rowsAtATime).byteCount(width: width, workers: workers)
    }

    /// The memory, in bytes, that this executor holds.
    public var byteCount: Int {
        (arena.count + workspaces.reduce(0) { $0 + $1.count }) * MemoryLayout<Float>.stride
    }

    /// The rows that enter and leave with each chunk.
    public let rowCounts: RowCounts

    /// Computes the next chunk, or the first one of another picture after the last.
    ///
    /// Shapes: `input: [inputChannels, pictureRows, width]`; `output: [outputChannels, resultRows, scale * width]`;
    /// each of `others` the rows of its input that lie beside those of the picture.
    ///
    /// - Parameters:
    ///   - index: 0, 1, ... in order; 0 begins a new picture at any time.
    ///   - noiseLevel: as for `Executor.run`.
    ///   - others: the graph's inputs beside the picture, in order.
    ///   - loop: shares each step's columns, among no more workers than the executor was made for.
    public func run(
        chunk index: Int, input: PlanarView, output: PlanarView, noiseLevel: Float = 0, others: [PlanarView] = [],
        sharing loop: ParallelLoop = .serial
    ) {
        precondition(index == 0 || index == nextChunk, "chunk \(index), expected \(nextChunk)")
        precondition(loop.workerCount <= workers, "\(loop.workerCount) workers, expected up to \(workers)")
        let chunk = schedule.chunks[index]
        precondition(
            input.channels == network.inputChannels && input.width == width
                && input.height == chunk.pictureRows.count)
        precondition(
            output.channels == network.outputChannels && output.width == network.scale * width
                && output.height == chunk.resultRows.count)
        network.graph.check(others, forPicture: input.height, width)
        nextChunk = index + 1
        if index > 0 { moveRows(from: schedule.chunks[index - 1], to: chunk, loop) }
        planarView(0, rows: chunk.pictureRows, columns: 0..<width, chunk).copySamples(from: input)
        for (other, view) in others.enumerated() {
            let (value, rows) = (other + 1, chunk.inputRows[other + 1])
            planarView(value, rows: rows, columns: 0..<view.width, chunk).copySamples(from: view)
        }
        for step in plan.steps.indices where !chunk.stepRows[step].isEmpty {
            perform(step, chunk, noiseLevel, loop)
            clearBottom(bufferOf: step, chunk)
        }
        if !chunk.resultRows.isEmpty {
            let result = planarView(
                schedule.result, rows: chunk.resultRows, columns: 0..<width * network.scale, chunk)
            output.copySamples(from: result)
        }
    }

    // MARK: Steps

    private func perform(_ index: Int, _ chunk: RowSchedule.Chunk, _ noiseLevel: Float, _ loop: ParallelLoop) {
        let (rows, columns) = (chunk.stepRows[index], side(of: plan.steps[index].output, picture: width))
        guard loop.workerCount > 1 else {
            return perform(index, chunk, rows: rows, columns: 0..<columns, noiseLevel, worker: 0)
        }
        let unit = Self.columnUnit(of: plan.steps[index])
        let units = (columns + unit - 1) / unit
        let parts = min(units, 4 * workers)
        loop.forEach(parts) { [self] worker, part in
            let first = part * units / parts * unit
            let end = min(columns, (part + 1) * units / parts * unit)
            perform(index, chunk, rows: rows, columns: first..<end, noiseLevel, worker: worker)
        }
    }

    /// The columns at whose multiples the parts of a step begin: a multiple of every algorithm's tile and of the step's
    /// factor.
    private static func columnUnit(of step: Plan.Step) -> Int {
        let unit = 12
        let together = step.kernel.rowsTogether
        return unit % together == 0 ? unit : unit * together
    }

    private func perform(
        _ index: Int, _ chunk: RowSchedule.Chunk, rows: Range<Int>, columns: Range<Int>, _ noiseLevel: Float,
        worker: Int
    ) {
        let step = plan.steps[index]
        var inputRows = scaled(rows, by: step)
        var (inputColumns, columns) = (scaled(columns, by: step), columns)
        let height = side(of: step.input, picture: height)
        if step.kernel.wantsWholeRows {
            // The first part does the work of all.
            guard columns.lowerBound == 0 else { return }
            let buffer = schedule.bufferOfValue[step.input]
            let first = chunk.firstRows[buffer]
            inputRows = first..<min(height, first + schedule.buffers[buffer].rows)
            inputColumns = 0..<side(of: step.input, picture: width)
            columns = 0..<side(of: step.output, picture: width)
        }
        step.kernel.run(
            Operands(
                input: view(step.input, rows: inputRows, columns: inputColumns, chunk),
                other: step.other.map { view($0, rows: rows, columns: columns, chunk) },
                output: view(step.output, rows: rows, columns: columns, chunk),
                place: .init(inputRow: inputRows.lowerBound, inputHeight: height, outputRow: rows.lowerBound),
                noiseLevel: noiseLevel, workspace: workspaces[worker].elements))
    }

    /// The rows or columns of a step's input that lie where these of its output do.
    private func scaled(_ range: Range<Int>, by step: Plan.Step) -> Range<Int> {
        let (from, to) = (
            plan.values[step.input].shape.resolution, plan.values[step.output].shape.resolution
        )
        let (numerator, denominator) = (from.numerator * to.denominator, from.denominator * to.numerator)
        return range.lowerBound * numerator / denominator..<range.upperBound * numerator / denominator
    }

    // MARK: Rows

    /// Frees memory for a chunk: rows that are needed no more are dropped, the others move up.
    private func moveRows(from last: RowSchedule.Chunk, to chunk: RowSchedule.Chunk, _ loop: ParallelLoop) {
        let moved = schedule.buffers.indices.filter { last.firstRows[$0] != chunk.firstRows[$0] }
        loop.forEach(moved.count) { [self] _, task in
            let buffer = moved[task]
            let distance = chunk.firstRows[buffer] - last.firstRows[buffer]
            let rows = schedule.buffers[buffer].rows - distance
            switch schedule.buffers[buffer].layout {
            case .blocked: blockedBuffer(buffer).moveRowsUp(from: distance, count: rows)
            case .planar: planarBuffer(buffer).moveRowsUp(from: distance, count: rows)
            }
            clearBottom(of: buffer, chunk)
        }
    }

    /// Clears the row below the last one of a value, which a 3x3 convolution reads as zeros.
    private func clearBottom(bufferOf step: Int, _ chunk: RowSchedule.Chunk) {
        let output = plan.steps[step].output
        if chunk.stepRows[step].upperBound == side(of: output, picture: height) {
            clearBottom(of: schedule.bufferOfValue[output], chunk)
        }
    }

    private func clearBottom(of buffer: Int, _ chunk: RowSchedule.Chunk) {
        let description = schedule.buffers[buffer]
        let row = description.shape.resolution.side(forPicture: height) - chunk.firstRows[buffer]
        if description.layout == .blocked, row < description.rows { blockedBuffer(buffer).zeroRow(row) }
    }

    // MARK: Views

    private func side(of value: Int, picture side: Int) -> Int {
        plan.values[value].shape.resolution.side(forPicture: side)
    }

    /// The view of some rows, counted from the value's first one, and columns of a value.
    private func view(
        _ value: Int, rows: Range<Int>, columns: Range<Int>, _ chunk: RowSchedule.Chunk
    ) -> ValueView {
        guard plan.values[value].layout == .blocked else {
            return .planar(planarView(value, rows: rows, columns: columns, chunk))
        }
        let buffer = schedule.bufferOfValue[value]
        let first = chunk.firstRows[buffer]
        return .blocked(
            blockedBuffer(buffer).cropped(
                rows: rows.lowerBound - first..<rows.upperBound - first, columns: columns))
    }

    private func planarView(
        _ value: Int, rows: Range<Int>, columns: Range<Int>, _ chunk: RowSchedule.Chunk
    ) -> PlanarView {
        let buffer = schedule.bufferOfValue[value]
        let first = chunk.firstRows[buffer]
        return planarBuffer(buffer).cropped(
            rows: rows.lowerBound - first..<rows.upperBound - first, columns: columns)
    }

    private func blockedBuffer(_ index: Int) -> BlockedView {
        let buffer = schedule.buffers[index]
        return BlockedView(
            storage: arena.base + offsets[index], channels: buffer.shape.channels, height: buffer.rows,
            width: buffer.shape.resolution.side(forPicture: width))
    }

    private func planarBuffer(_ index: Int) -> PlanarView {
        let buffer = schedule.buffers[index]
        let width = buffer.shape.resolution.side(forPicture: width)
        return PlanarView(
            base: arena.base + offsets[index], channels: buffer.shape.channels, height: buffer.rows, width: width,
            channelStride: buffer.rows * width, rowStride: width)
    }
}
