import Autoencoders
import Batches
import Evaluation
import Files
import Foundation
import Networks
import SystemPackage
import Training

/// Reads bytes as the files that the project keeps its own records in.
enum RecordReading {
    /// A folder in memory.
    private static let folder: FilePath = {
        let path = FilePath("/dev/shm/retouch-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        try? createFolders(at: path.appending(".retouch"))
        return path
    }()

    private static func put(_ bytes: [UInt8], at name: FilePath) -> FilePath {
        let path = folder.pushing(name)
        let descriptor = try? FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: 0o600))
        _ = try? descriptor?.closeAfter { _ = try descriptor?.writeAll(bytes) }
        return path
    }

    static func weights(_ bytes: [UInt8]) {
        guard let file = try? SafetensorsFile(bytes: bytes) else { return }
        for entry in file.entries { _ = file.tensor(named: entry.name) }
        _ = put(bytes, at: "model.safetensors")
        _ = put(
            Array(#"{"name":"1x-Fuzz","scale":1,"inputChannels":3,"outputChannels":3,"cardVersion":1}"#.utf8),
            at: "model.json")
        _ = try? loadModel(at: folder)
    }

    static func card(_ bytes: [UInt8]) {
        guard let card = try? ModelCard(reading: put(bytes, at: "model.json")) else { return }
        guard let written = try? JSONEncoder().encode(card),
            (try? JSONDecoder().decode(ModelCard.self, from: written)) != nil
        else { fatalError("a card that was read cannot be written and read again") }
    }

    static func ledger(_ bytes: [UInt8]) {
        _ = put(bytes, at: ".retouch/ledger.jsonl")
        guard let ledger = try? Ledger(inFolder: folder) else { return }
        _ = ledger.entries(of: "a.png")
    }

    static func journal(_ bytes: [UInt8]) {
        _ = put(bytes, at: ".retouch/evaluation.jsonl")
        _ = try? EvaluationJournal(inFolder: folder)
    }

    static func configuration(_ bytes: [UInt8]) {
        _ = try? TrainingConfiguration(json: String(decoding: bytes, as: UTF8.self))
    }

    static func sets(_ bytes: [UInt8]) {
        _ = try? EvaluationSet.sets(at: put(bytes, at: "sets.json"))
    }
}
