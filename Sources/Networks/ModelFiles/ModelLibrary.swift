public import SystemPackage

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The folders that models are looked for in.
///
/// A model is a folder with `model.safetensors` and `model.json`, such as `models/1x-Denoise-S`.
public struct ModelLibrary: Sendable, Equatable {
    /// A model as the listing shows it; its weights have not been read.
    public struct Entry: Sendable {
        /// The name of the model's folder.
        public let name: String
        /// The folder of the model.
        public let folder: FilePath
        /// The card, or the reason why it cannot be read.
        public let card: Result<ModelCard, ModelFileError>
    }

    /// The folders in the order of the search; of two models with one name the first wins.
    public let folders: [FilePath]

    /// Creates a library of folders in the order of the search.
    public init(folders: [FilePath]) { self.folders = folders }

    /// Returns the library of the usual places: those of `$RETOUCH_MODELS` (separated by colons),
    /// `../share/retouch/models` beside the executable's folder, and the `models` folder of the package that the
    /// executable was built in.
    ///
    /// - Parameters:
    ///   - variable: the value of `RETOUCH_MODELS`.
    ///   - executable: the path of the running program, links resolved.
    public static func standard(
        variable: String? = environmentFolders,
        executable: FilePath? = currentExecutable
    ) -> ModelLibrary {
        var folders = (variable ?? "").split(separator: ":").map { FilePath(String($0)) }
        if let executable {
            let binaries = executable.removingLastComponent()
            folders.append(binaries.removingLastComponent().appending("share/retouch/models"))
            var parent = binaries
            while !parent.components.isEmpty {
                if exists(parent.appending("Package.swift")), exists(parent.appending("models")) {
                    folders.append(parent.appending("models"))
                    break
                }
                parent.removeLastComponent()
            }
        }
        return ModelLibrary(folders: folders)
    }

    /// The value of `RETOUCH_MODELS`; nil where it is not set.
    public static var environmentFolders: String? { getenv("RETOUCH_MODELS").map { String(cString: $0) } }

    /// The path of the running program; nil where the system does not tell.
    public static var currentExecutable: FilePath? {
        #if os(Linux)
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
            guard count > 0 else { return nil }
            return buffer.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
        #else
            return CommandLine.arguments.first.map { FilePath($0) }
        #endif
    }

    /// Returns all models, sorted by name. A folder whose card cannot be read is listed with the error.
    public func entries() -> [Entry] {
        var entries: [String: Entry] = [:]
        for library in folders {
            for name in Self.names(in: library) where entries[name] == nil {
                let folder = library.appending(name)
                guard Self.exists(folder.appending(Model.weightsFileName)) else { continue }
                entries[name] = Entry(
                    name: name, folder: folder,
                    card: Result { () throws(ModelFileError) in
                        try ModelCard(reading: folder.appending(Model.cardFileName))
                    })
            }
        }
        return entries.values.sorted { $0.name < $1.name }
    }

    /// Returns the folder of the model `name`: a path to a folder, or a model's name in the library, with or without
    /// its scale (`Denoise-S` for `1x-Denoise-S`).
    ///
    /// - Throws: `ModelFileError.unknownModel`, or `.missingFile` where a path leads to a folder without weights.
    public func folder(of name: String) throws(ModelFileError) -> FilePath {
        if name.contains("/") || name == "." || name == ".." {
            let path = FilePath(name)
            guard Self.exists(path) else { throw .missingFile(path: name) }
            guard Self.exists(path.appending(Model.weightsFileName)) else {
                throw .missingFile(path: path.appending(Model.weightsFileName).string)
            }
            return path
        }
        if !name.isEmpty {
            for library in folders {
                let exact = library.appending(name)
                if Self.exists(exact.appending(Model.weightsFileName)) { return exact }
            }
            let entries = entries()
            if let entry = entries.first(where: { Self.withoutScale($0.name) == name }) { return entry.folder }
            let path = FilePath(name)
            if Self.exists(path.appending(Model.weightsFileName)) { return path }
        }
        let names = entries().map(\.name)
        let similar = SimilarNames.of(name, among: names + names.map { String(Self.withoutScale($0)) })
        let known = similar.map { similar in
            names.first { $0 == similar || Self.withoutScale($0) == similar } ?? similar
        }
        throw .unknownModel(
            name: name, searched: folders.map(\.string), similar: names.filter { known.contains($0) })
    }

    /// Returns a name without its scale: `Denoise-S` for `1x-Denoise-S`.
    private static func withoutScale(_ name: String) -> Substring {
        guard let mark = name.firstIndex(of: "-"), name[..<mark].last == "x",
            name[..<mark].dropLast().allSatisfy(\.isNumber)
        else { return name[...] }
        return name[name.index(after: mark)...]
    }

    private static func exists(_ path: FilePath) -> Bool { path.withPlatformString { access($0, F_OK) == 0 } }

    /// Returns the names in a folder that are UTF-8, hidden ones left out; none where the folder cannot be read.
    private static func names(in folder: FilePath) -> [String] {
        guard let stream = folder.withPlatformString({ opendir($0) }) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(validatingCString: $0)
                }
            }
            if let name, !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
