import Files
public import Imaging
public import Latents
public import Networks
import Synchronization
import SystemPackage
import Tensors
public import Workers

/// Makes vectors of all pictures of a folder or an array, and writes them as they come: the memory does not depend on how
/// many there are. The bytes that are written do not depend on the number of workers.
public struct EmbeddingRun: Sendable {
    /// The outcome of a run.
    public struct Result: Sendable, Equatable {
        /// The number of vectors that were written.
        public var rowCount = 0
        /// The shape of each vector.
        public var shape: [Int] = []
        /// The pictures without a vector, each with the reason.
        public var failures: [String] = []
        /// True where the run was interrupted, and nothing was written.
        public var wasInterrupted = false
    }

    private let request: EmbeddingRequest
    private let model: Model
    private let encoder: LatentEncoder
    private let data: PictureData
    private let interruption: Interruption

    /// The number of pictures.
    public var count: Int { data.count }
    /// The warnings of the search for pictures.
    public var warnings: [String] { data.warnings }

    /// Searches for the pictures and their labels.
    ///
    /// - Parameters:
    ///   - byteLimit: the bytes that the pictures may take which are under way together, or those of an array.
    /// - Throws: `LatentError`, `NumberArrayError`.
    public init(
        _ request: EmbeddingRequest, model: Model, encoder: LatentEncoder, byteLimit: Int,
        maximumPixels: Int = PictureLimits().maximumPixels, damaged: DamagePolicy = .reject,
        interruption: Interruption = .init()
    ) throws {
        try request.checkOutputs()
        self.request = request
        self.model = model
        self.encoder = encoder
        self.interruption = interruption
        data = try PictureData(
            request.data, labels: request.labels, side: encoder.network.grid,
            channels: encoder.network.inputChannels, byteLimit: byteLimit, maximumPixels: maximumPixels,
            damaged: damaged, interruption: interruption)
        // Where the index is known before the work, so is what stands against it.
        guard encoder.extent != .tiles, count > 0 else { return }
        let entries = zip(data.paths, data.labels).map { LatentTable.Entry(path: $0, label: $1) }
        try EmbeddingFiles.check(Array(LatentTable.index(of: entries, hasPlaces: false).utf8), of: request)
    }

    /// Encodes the pictures, and writes the files.
    ///
    /// - Throws: `FileError`, `LatentError`; then no file was written.
    public func run(on team: WorkerTeam) throws -> Result {
        // The files are touched by one worker at a time, within the lock.
        struct State {
            nonisolated(unsafe) let files: EmbeddingFiles
            var failures: [String]
            var error: (any Error)?
        }
        let files = EmbeddingFiles(request, model: model, encoder: encoder)
        let state = Mutex(State(files: files, failures: data.failures))
        let (paths, labels, encoder) = (data.paths, data.labels, encoder)
        try data.forEach(
            on: team, bytes: { encoder.byteCount(height: $0, width: $1) },
            observe: { (index: Int, outcome: InspectionRun.Outcome<Finding>) in
                state.withLock { state in
                    guard state.error == nil else { return }
                    do {
                        let finding = try outcome.get()
                        try state.files.add(
                            finding.vectors, path: paths[index], label: labels[index], height: finding.height,
                            width: finding.width)
                    } catch let error as FileError {
                        state.error = error
                    } catch let error as PictureFault {
                        state.failures.append("\(error)")
                    } catch { state.failures.append("\"\(paths[index])\": \(error)") }
                }
            },
            looking: { picture in
                if let error = state.withLock({ $0.error }) { throw error }
                return Finding(
                    vectors: try encoder.encode(picture), height: picture.height, width: picture.width)
            })
        var result = Result()
        let (failures, error) = state.withLock { ($0.failures, $0.error) }
        result.failures = failures
        if let error { throw error }
        result.wasInterrupted = interruption.isRequested
        if result.wasInterrupted { return result }
        try files.commit()
        (result.rowCount, result.shape) = (files.rowCount, files.shape)
        return result
    }

    /// The vectors of a picture, and its size.
    private struct Finding: Sendable {
        var vectors: LatentEncoder.Vectors
        var height: Int
        var width: Int
    }
}
