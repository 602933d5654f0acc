import ArgumentParser
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
        self.path = path
        isFolder = bytes.last == UInt8(ascii: "/")
    }

    static var defaultCompletionKind: CompletionKind { .file() }
}
