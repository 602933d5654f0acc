import Files
import Imaging
import Reports
package import SystemPackage

/// The scan of a run's inputs: the pictures among them, by their first bytes, and what is none.
struct InputScan {
    /// A picture that can be read.
    struct Found {
        /// The name, relative to the output folder, as the input is named.
        var name: FilePath
        var path: FilePath
        var stamp: FileStamp
        /// The format; PNG where another program decodes the file, whatever it makes of it.
        var container: PictureContainer
        /// The page of a TIFF or a document of several, from 0; nil for the whole file.
        var page: Int?
        /// The program that decodes it; nil for a format that is read.
        var decoder: ExternalDecoder?
        /// The number of pages of a document that is decoded page by page, 1 for other files.
        var pageCount = 1
    }

    private(set) var pictures: [Found] = []
    /// The records of inputs whose outcome is known already: failed, or ignored.
    private(set) var settled: [PictureRecord] = []
    private(set) var warnings: [String] = []
    /// The inputs that are not there or cannot be read at all.
    private(set) var unusable: [FilePath] = []
    private var seen: Set<[FilePath]> = []
    private let decoders: ExternalDecoders?

    /// Scans files and folders, passing over folders in `excluded`.
    ///
    /// One folder alone is mirrored as it is; of several inputs each folder keeps its name.
    ///
    /// - Parameter decoders: the programs that decode formats that are not read; nil where these fail.
    init(
        _ inputs: [FilePath], excluding excluded: Set<FileIdentity>, stream: StreamInput? = nil,
        names: [FilePath: FilePath] = [:], decoders: ExternalDecoders? = nil
    ) {
        self.decoders = decoders
        for input in inputs {
            if let stream, input == StreamInput.placeholder {
                classify(name: StreamInput.name, path: stream.path, stamp: stream.stamp)
            } else if FileStamp.isFolder(input) {
                let prefix = names[input] ?? (inputs.count == 1 ? FilePath() : Self.name(ofFolder: input))
                walk(input, prefix: prefix, excluding: excluded)
            } else {
                look(atFile: input, name: names[input])
            }
        }
    }

    /// Returns false where a file was found under this name before: a list may name a folder and what is in it.
    private mutating func isNew(_ name: FilePath, _ path: FilePath) -> Bool {
        seen.insert([name, path.lexicallyNormalized()]).inserted
    }

    private static func name(ofFolder folder: FilePath) -> FilePath {
        if let last = folder.lastComponent, last.kind == .regular { return FilePath().appending(last) }
        guard let last = folder.resolved().lastComponent else { return FilePath() }
        return FilePath().appending(last)
    }

    private mutating func walk(_ folder: FilePath, prefix: FilePath, excluding excluded: Set<FileIdentity>) {
        func name(_ path: FilePath) -> FilePath {
            var relative = path
            return prefix.pushing(relative.removePrefix(folder) ? relative : path)
        }
        do throws(FileError) {
            let walk = try FolderWalk(folder, excluding: excluded)
            for file in walk.files where isNew(prefix.pushing(file.relativePath), file.path) {
                classify(name: prefix.pushing(file.relativePath), path: file.path, stamp: file.stamp)
            }
            for path in walk.ignored where isNew(name(path), path) {
                settled.append(
                    PictureRecord(input: name(path), outcome: .ignored(reason: "hidden, or no ordinary file")))
            }
            for problem in walk.problems where isNew(name(problem.path ?? folder), problem.path ?? folder) {
                fail(name(problem.path ?? folder), "\(problem)")
            }
            warnings += walk.loops.map(\.description)
        } catch {
            unusable.append(folder)
            fail(prefix.isEmpty ? folder : prefix, "\(error)")
        }
    }

    private mutating func look(atFile path: FilePath, name: FilePath?) {
        let name = name ?? path.lastComponent.map { FilePath().appending($0) } ?? path
        guard isNew(name, path) else { return }
        do {
            let stat = try Stat(path)
            guard stat.type == .regular else {
                return fail(name, "\"\(path.printed)\" is neither a file nor a folder")
            }
            classify(name: name, path: path, stamp: try FileStamp(of: path))
        } catch let error as FileError {
            unusable.append(path)
            fail(name, "\(error)")
        } catch {
            unusable.append(path)
            fail(name, "\(FileError.system(.open, path: path, errno: error as? Errno ?? .ioError))")
        }
    }

    private mutating func classify(name: FilePath, path: FilePath, stamp: FileStamp) {
        if stamp.byteCount == 0 {
            // A copy that went wrong must not look like success, an empty note beside the pictures may.
            if isNamedLikePicture(name) { return fail(name, "the file is empty") }
            return ignore(name, "empty")
        }
        let firstBytes: [UInt8]
        do { firstBytes = try Self.firstBytes(of: path) } catch { return fail(name, "\(error)") }
        switch recognise(firstBytes) {
        case .picture(.tiff) where decoders != nil && Self.isRaw(name, at: path):
            addForeign(.tiffRaw, name: name, path: path, stamp: stamp)
        case .picture(let container):
            pictures.append(Found(name: name, path: path, stamp: stamp, container: container))
        case .unsupported(let format):
            addForeign(format, name: name, path: path, stamp: stamp)
        case .notAPicture:
            // A photograph that lost its first bytes must not look like success.
            if isNamedLikePicture(name) { return fail(name, Self.lostPicture(firstBytes)) }
            ignore(name, "not a picture by its first bytes")
        }
    }

    private mutating func addForeign(_ format: ForeignFormat, name: FilePath, path: FilePath, stamp: FileStamp) {
        switch Self.foreignFile(format, at: path, decoders) {
        case .found(let decoder, let pageCount):
            pictures.append(
                Found(
                    name: name, path: path, stamp: stamp, container: .png, decoder: decoder, pageCount: pageCount))
        case .ignored(let reason): ignore(name, reason)
        case .failed(let reason): fail(name, reason)
        }
    }

    /// Returns what is wrong with a file that is named like a picture, in words.
    private static func lostPicture(_ firstBytes: [UInt8]) -> String {
        if firstBytes.allSatisfy({ $0 == 0 }) {
            return "named like a picture, but it begins with zeros: what was there is lost"
        }
        let isPage = String(decoding: firstBytes.drop { $0 <= 0x20 }.prefix(5), as: UTF8.self).lowercased()
        if isPage.hasPrefix("<!doc") || isPage.hasPrefix("<html") {
            return "named like a picture, but it is a web page"
        }
        return "named like a picture, but \(PictureError.notAPicture(firstBytes: Array(firstBytes.prefix(8))))"
    }

    static let pictureExtensions: Set<String> = [
        "png", "jpg", "jpeg", "jpe", "jfif", "tif", "tiff", "webp", "heic", "heif", "avif", "gif", "bmp", "jp2", "jxl",
        "pbm", "pgm", "ppm", "pnm", "pam",
    ]

    static func firstBytes(of path: FilePath) throws(FileError) -> [UInt8] {
        do {
            // Never waits, whatever the file has become since the walk.
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            return try descriptor.closeAfter {
                try [UInt8](unsafeUninitializedCapacity: RecognisedFormat.byteCount) { buffer, count in
                    count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        } catch {
            throw .system(.read, path: path, errno: error as? Errno ?? .ioError)
        }
    }

    private mutating func fail(_ name: FilePath, _ message: String) {
        settled.append(PictureRecord(input: name, outcome: .failed(reason: message)))
    }

    private mutating func ignore(_ name: FilePath, _ reason: String) {
        settled.append(PictureRecord(input: name, outcome: .ignored(reason: reason)))
    }
}

/// Returns true for a name with a picture's extension: a file of such a name that is no picture is a lost one.
package func isNamedLikePicture(_ name: FilePath) -> Bool {
    InputScan.pictureExtensions.contains((name.extension ?? "").lowercased())
}
