import Files
import Foundation
import Networks
public import SystemPackage
import Tensors

/// The checkpoints of a run's folder: the last one, and the one before it.
///
/// A checkpoint is a safetensors file: `weights/<name>`, `average/<name>` and `<state>/<name>` for every tensor of the
/// network, with the configuration and the progress as JSON in the metadata. It appears whole or not at all, and the
/// last one is kept under another name until the next: a power cut, a full disk or a kill loses no more than the steps
/// since.
public struct CheckpointFile: Sendable {
    /// The folder of the run.
    public let folder: FilePath

    /// Creates the checkpoints of the run in `folder`; reads nothing.
    public init(folder: FilePath) { self.folder = folder }

    /// The value of the metadata's key `format`.
    public static let formatName = "retouch-checkpoint-1"
    /// The path of the last checkpoint.
    public var last: FilePath { folder.appending("checkpoint.safetensors") }
    /// The path of the checkpoint before the last one.
    public var previous: FilePath { folder.appending("checkpoint-previous.safetensors") }

    /// True where the folder holds a checkpoint.
    public var exists: Bool { FileStamp.exists(last) || FileStamp.exists(previous) }

    /// Checks that the folder holds no run.
    ///
    /// - Throws: `TrainingError.runExists`.
    public func checkVacant() throws(TrainingError) {
        guard !exists else { throw .runExists(path: folder.printed) }
    }

    /// Writes a checkpoint in place of the last one, which becomes the previous one.
    ///
    /// - Throws: `FileError`; both files are then as they were.
    ///
    /// - Parameter states: the optimisers' state, in the order in which it is written.
    func write(
        _ checkpoint: Checkpoint, ranges: [ParameterRange], states: [(name: String, shape: [Int], elements: [Float])]
    ) throws {
        var tensors: [(name: String, tensor: Tensor)] = []
        func add(_ prefix: String, _ vector: [Float]) {
            for parameter in ranges {
                tensors.append(
                    (
                        "\(prefix)/\(parameter.name)",
                        Tensor(shape: parameter.shape, elements: Array(vector[parameter.range]))
                    ))
            }
        }
        add("weights", checkpoint.weights)
        add("average", checkpoint.average)
        for state in states { tensors.append((state.name, Tensor(shape: state.shape, elements: state.elements))) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let metadata = [
            "format": Self.formatName, "configuration": try checkpoint.configuration.json(),
            "progress": String(decoding: try encoder.encode(checkpoint.progress), as: UTF8.self),
        ]
        let file = try AtomicFile(replacing: last)
        try file.write(SafetensorsFile.bytes(tensors: tensors, metadata: metadata))
        try file.commit(keepingPreviousAs: previous)
    }

    /// Reads the last checkpoint, or where it is damaged, the one before.
    ///
    /// - Throws: `TrainingError.noCheckpoint`, `.damagedCheckpoint`.
    func read() throws -> (checkpoint: Checkpoint, path: FilePath) {
        guard exists else { throw TrainingError.noCheckpoint(path: folder.printed) }
        do {
            return (try Self.read(last), last)
        } catch {
            guard FileStamp.exists(previous) else { throw error }
            return (try Self.read(previous), previous)
        }
    }

    /// Returns the configuration and the steps of the checkpoint that a run would go on from.
    public func configuration() throws -> (configuration: TrainingConfiguration, step: Int, steps: Int) {
        let checkpoint = try read().checkpoint
        return (checkpoint.configuration, checkpoint.progress.step, checkpoint.progress.steps)
    }

    private static func read(_ path: FilePath) throws -> Checkpoint {
        func damaged(_ reason: String) -> TrainingError { .damagedCheckpoint(path: path.printed, reason: reason) }
        let file: SafetensorsFile
        do { file = try SafetensorsFile(reading: path) } catch { throw damaged("\(error)") }
        guard file.metadata["format"] == formatName else {
            throw damaged("its format is \(file.metadata["format"] ?? "none"), expected \(formatName)")
        }
        let configuration: TrainingConfiguration
        let progress: Checkpoint.Progress
        do {
            configuration = try TrainingConfiguration(json: file.metadata["configuration", default: ""])
            progress = try JSONDecoder().decode(
                Checkpoint.Progress.self, from: Data(file.metadata["progress", default: ""].utf8))
        } catch {
            throw damaged("\(error)")
        }
        var (weights, average): ([Float], [Float]) = ([], [])
        var states: [String: [Float]] = [:]
        for entry in file.entries {
            let elements = file.tensor(named: entry.name)?.elements ?? []
            switch entry.name.prefix(while: { $0 != "/" }) {
            case "weights": weights += elements
            case "average": average += elements
            default: states[entry.name] = elements
            }
        }
        guard average.count == weights.count else {
            throw damaged("its average has \(average.count) weights, expected \(weights.count)")
        }
        return Checkpoint(
            configuration: configuration, progress: progress, weights: weights, average: average, states: states)
    }
}
