public import SystemPackage

/// Every file under a folder, in the order of the bytes of their relative paths, with what stood in the way.
///
/// Hidden names (a dot first) and the folders and files that systems leave behind are left out. Symbolic links to
/// files are files; those to folders are followed, after everything that is reached without them, unless the folder
/// was walked already: so a loop ends and no picture is found a second time. Costs one `stat` a file; opens no file.
public struct FolderWalk: Sendable {
    /// A regular file.
    public struct File: Sendable, Equatable {
        /// The path from the folder that was walked.
        public var relativePath: FilePath
        /// The path to open the file by.
        public var path: FilePath
        /// The length and the time of the last change of the file, symbolic links followed.
        public var stamp: FileStamp
    }

    /// The files, sorted by relative path.
    public private(set) var files: [File] = []
    /// Hidden and system files and folders, and what is neither file nor folder (sockets, devices); paths to open.
    public private(set) var ignored: [FilePath] = []
    /// Folders that could not be read and links that lead nowhere.
    public private(set) var problems: [FileError] = []
    /// Links to folders that were walked already.
    public private(set) var loops: [FileError] = []

    private var walked: [FileIdentity: FilePath] = [:]
    private var links: [(path: FilePath, relativePath: FilePath)] = []

    /// Walks `root`. Folders in `excluded` (an output folder that lies inside) are passed over.
    ///
    /// - Throws: `FileError` where `root` itself cannot be read.
    public init(_ root: FilePath, excluding excluded: Set<FileIdentity> = []) throws(FileError) {
        self.excluded = excluded
        let names = try SystemCalls.names(in: root)
        if let identity = FileIdentity(of: root) { walked[identity] = root }
        visit(names, in: root, relativePath: FilePath())
        // Links found behind links come in rounds; the set of walked folders ends them.
        while !links.isEmpty {
            let round = links
            links = []
            for link in round { enter(link.path, relativePath: link.relativePath, isLink: true) }
        }
        files.sort { $0.relativePath.precedes($1.relativePath) }
    }

    private let excluded: Set<FileIdentity>

    private mutating func enter(_ folder: FilePath, relativePath: FilePath, isLink: Bool) {
        guard let identity = FileIdentity(of: folder) else {
            problems.append(.system(.inspect, path: folder, errno: .noSuchFileOrDirectory))
            return
        }
        if excluded.contains(identity) { return }
        if let first = walked[identity] {
            loops.append(.walkedAlready(link: folder, target: first))
            return
        }
        walked[identity] = folder
        do throws(FileError) {
            visit(try SystemCalls.names(in: folder), in: folder, relativePath: relativePath)
        } catch { problems.append(error) }
    }

    private mutating func visit(_ names: [FilePath.Component], in folder: FilePath, relativePath: FilePath) {
        for name in names {
            let path = folder.appending(name)
            let relative = relativePath.appending(name)
            if Self.isHidden(name) {
                ignored.append(path)
                continue
            }
            do {
                var stat = try Stat(path, followTargetSymlink: false)
                let isLink = stat.type == .symbolicLink
                if isLink { stat = try Stat(path) }
                switch stat.type {
                case .regular: files.append(File(relativePath: relative, path: path, stamp: FileStamp(stat)))
                case .directory where isLink: links.append((path, relative))
                case .directory: enter(path, relativePath: relative, isLink: false)
                default: ignored.append(path)
                }
            } catch {
                problems.append(.system(.inspect, path: path, errno: error))
            }
        }
    }

    /// Returns true where a name begins with a dot or is one of those that systems leave in everybody's folders.
    public static func isHidden(_ name: FilePath.Component) -> Bool {
        let text = name.string
        return text.hasPrefix(".") || systemNames.contains(text.lowercased())
    }

    private static let systemNames: Set<String> = [
        "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "lost+found", "@eadir",
        "__macosx", "icon\r",
    ]
}
