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
    private let inspection: InspectionRun?
    private let array: (array: NumberArray, name: String)?
    private let labels: [String]
    private let interruption: Interruption

    /// The number of pictures.
    public var count: Int { array?.array.count ?? inspection?.count ?? 0 }
    /// The warnings of the search for pictures.
    public var warnings: [String] { inspection?.warnings ?? [] }

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
        let names: [FilePath]
        if Self.isArray(request.data) {
            let array = try NumberArray(
                reading: request.data, maximumCount: byteLimit / MemoryLayout<Float>.stride)
            let name = request.data.lastComponent?.string ?? ""
            self.array = (array, name)
            inspection = nil
            names = (0..<array.count).map { FilePath("\($0)") }
        } else {
            let run = InspectionRun(
                [request.data], byteLimit: byteLimit, maximumPixels: maximumPixels, damaged: damaged,
                interruption: interruption)
            inspection = run
            array = nil
            names = run.names
        }
        if let file = request.labels {
            labels = try ClassLabels.labels(in: file, of: names, refusesUnknown: true)
        } else {
            labels = ClassLabels.folders(of: names)
        }
        // Where the index is known before the work, so is what stands against it.
        guard encoder.extent != .tiles, count > 0 else { return }
        let entries = labels.indices.map { index in
            LatentTable.Entry(
                path: Self.path(index, array: array?.name, name: names[index]), label: labels[index])
        }
        try EmbeddingFiles.check(Array(LatentTable.index(of: entries, hasPlaces: false).utf8), of: request)
    }

    private static func isArray(_ path: FilePath) -> Bool {
        !FileStamp.isFolder(path) && (NumberArray.isArray(path) || ["csv", "CSV"].contains(path.extension ?? ""))
    }

    /// Returns the name of a picture: its own, or that of the array with its number behind.
    private static func path(_ index: Int, array: String?, name: FilePath) -> String {
        guard let array else { return PathText.text(of: name) }
        return PathText.text(of: FilePath("\(array)/\(index)"))
    }

    /// Encodes the pictures, and writes the files.
    ///
    /// - Throws: `FileError`, `LatentError`; then no file was written.
    public func run(on team: WorkerTeam) throws -> Result {
        let files = EmbeddingFiles(request, model: model, encoder: encoder)
        var result = Result()
        if let array {
            try encode(array.array, named: array.name, on: team, into: files, &result)
        } else if let inspection {
            try encode(inspection, on: team, into: files, &result)
        }
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

    private func encode(
        _ inspection: InspectionRun, on team: WorkerTeam, into files: EmbeddingFiles, _ result: inout Result
    ) throws {
        let names = inspection.names.map { PathText.text(of: $0) }
        // The files are touched by one worker at a time, within the lock.
        struct State {
            nonisolated(unsafe) let files: EmbeddingFiles
            var failures: [String]
            var error: (any Error)?
        }
        let state = Mutex(State(files: files, failures: inspection.failures))
        inspection.forEach(
            on: team, bytes: { encoder.byteCount(height: $0.height, width: $0.width) },
            observe: { (index: Int, outcome: InspectionRun.Outcome<Finding>) in
                state.withLock { state in
                    guard state.error == nil else { return }
                    do {
                        let finding = try outcome.get()
                        try state.files.add(
                            finding.vectors, path: names[index], label: labels[index], height: finding.height,
                            width: finding.width)
                    } catch let error as FileError {
                        state.error = error
                    } catch let error as PictureFault {
                        state.failures.append("\(error)")
                    } catch { state.failures.append("\"\(names[index])\": \(error)") }
                }
            },
            looking: { picture, _, _, _ in
                if let error = state.withLock({ $0.error }) { throw error }
                return Finding(
                    vectors: try encoder.encode(picture.image), height: picture.height, width: picture.width)
            })
        let (failures, error) = state.withLock { ($0.failures, $0.error) }
        result.failures = failures
        if let error { throw error }
    }

    /// The number of pictures of an array that are encoded before their vectors are written.
    private static let together = 512

    private func encode(
        _ array: NumberArray, named name: String, on team: WorkerTeam, into files: EmbeddingFiles,
        _ result: inout Result
    ) throws {
        guard let shape = array.pictureShape(side: encoder.network.grid, channels: encoder.network.inputChannels) else {
            throw LatentError.setting(
                name: "\"\(request.data.printed)\"", found: "of the shape \(array.shape)",
                expected:
                    "pictures: [count, height, width], [count, height, width, 1 or 3] or rows of a square's samples")
        }
        let white = array.white
        guard let least = array.elements.min(), let largest = array.elements.max(), least >= 0, largest <= 255 else {
            throw LatentError.setting(
                name: "\"\(request.data.printed)\"",
                found: "of numbers from \(array.elements.min() ?? 0) to \(array.elements.max() ?? 0)",
                expected: "0 to 1, or 0 to 255")
        }
        for first in stride(from: 0, to: array.count, by: Self.together) where !interruption.isRequested {
            let count = min(Self.together, array.count - first)
            let found = Mutex([Swift.Result<LatentEncoder.Vectors, LatentError>?](repeating: nil, count: count))
            team.forEach(count) { _, index in
                let picture = array.picture(first + index, shape: shape, white: white)
                let outcome = Swift.Result { () throws(LatentError) in try encoder.encode(picture) }
                found.withLock { $0[index] = outcome }
            }
            for (index, outcome) in found.withLock({ $0 }).enumerated() {
                let row = first + index
                do {
                    guard let vectors = try outcome?.get() else { continue }
                    try files.add(
                        vectors, path: Self.path(row, array: name, name: ""), label: labels[row], height: shape.height,
                        width: shape.width)
                } catch let error as LatentError {
                    result.failures.append("\"\(name)/\(row)\": \(error)")
                }
            }
        }
    }
}
