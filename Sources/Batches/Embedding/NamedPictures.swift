import Files
import Imaging
import Latents
import Synchronization
import SystemPackage
import Tensors
import Workers

/// Pictures that are written into a folder, 8-bit PNG, by names that are known before.
struct NamedPictures {
    /// The names below the folder.
    var names: [FilePath]
    var folder: FilePath
    /// True where pictures that are there already are replaced; else they fail.
    var overwrites: Bool
    var software: String?

    /// Writes what `picture` makes for each name, but for those that an interruption leaves out.
    ///
    /// - Parameter subject: the word for what has a number, in the reasons.
    /// - Throws: `FileError` where a folder cannot be made.
    func write(
        _ subject: String, on team: WorkerTeam, interruption: Interruption = .init(),
        _ picture: @escaping @Sendable (Int) throws -> PlanarImage
    ) throws(FileError) -> ReconstructionRun.Result {
        try createFolders(at: folder)
        for parent in Set(names.map { $0.removingLastComponent() }) where !parent.isEmpty {
            try createFolders(at: folder.pushing(parent))
        }
        let result = Mutex((written: 0, failures: [String?](repeating: nil, count: names.count)))
        team.forEach(names.count) { _, index in
            if interruption.isRequested { return }
            let path = folder.pushing(names[index])
            do {
                guard overwrites || !FileStamp.exists(path) else {
                    throw LatentError.setting(
                        name: "\"\(path.printed)\"", found: "there already", expected: "another folder, or --overwrite")
                }
                _ = try Picture(picture(index)).write(to: path, as: .png, software: software)
                result.withLock { $0.written += 1 }
            } catch { result.withLock { $0.failures[index] = "\(subject) \(index): \(error)" } }
        }
        return result.withLock {
            ReconstructionRun.Result(written: $0.written, failures: $0.failures.compactMap(\.self))
        }
    }
}
