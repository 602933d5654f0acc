import ArgumentParser
import Batches
import Files
import SystemPackage

/// A path as it was typed, whatever its bytes.
struct PathArgument: ExpressibleByArgument {
    var path: FilePath
    /// True where the path ends with a slash and so means a folder.
    var isFolder: Bool

    init?(argument: String) {
        let bytes = RawArguments.bytes(of: argument)
        guard !bytes.isEmpty, let path = FilePath(bytes: bytes) else { return nil }
        isFolder = bytes.last == UInt8(ascii: "/")
        // A folder of that name is no stream.
        self.path = isFolder && path == StreamInput.placeholder ? FilePath(".").pushing(path) : path
    }

    /// True for `-`: standard input or standard output, where the command has a use for them.
    var isStream: Bool { path == StreamInput.placeholder }

    static var defaultCompletionKind: CompletionKind { .file() }
}
