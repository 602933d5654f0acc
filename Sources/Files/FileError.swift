public import SystemPackage

/// A system call on a file or folder failed.
///
/// The description is one line: what was tried, on which path, and what the system said.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `attempt` on `path` failed with `errno`.
    case system(Attempt, path: FilePath, errno: Errno)
    /// The file was not made because the program is ending.
    case ending(path: FilePath)
    /// The folder that `link` leads to was walked already, under `target`; a loop or a second way in.
    case walkedAlready(link: FilePath, target: FilePath)
    /// libcrypto refused to compute a digest.
    case digestFailed

    /// The operation that failed; the raw value is its name in the description.
    public enum Attempt: String, Sendable {
        case open = "open"
        case read = "read"
        case inspect = "look at"
        case readFolder = "read folder"
        case createFolder = "create folder"
        case createTemporary = "create a temporary file in folder"
        case write = "write"
        case flush = "flush to disk"
        case rename = "put the finished file at"
        case remove = "remove"
        case append = "append to"
        case preserve = "keep the permissions or the time of the original for"
        case spill = "spill rows to a temporary file in folder"
        case spool = "keep standard input in a temporary file in folder"
        case link = "make the link"
        case run = "run"
        case readBack = "read rows back from a temporary file in folder"
    }

    /// The path that the error is about.
    public var path: FilePath? {
        switch self {
        case .system(_, let path, _), .ending(let path), .walkedAlready(let path, _): path
        case .digestFailed: nil
        }
    }

    public var description: String {
        switch self {
        case .system(let attempt, let path, let errno):
            "cannot \(attempt.rawValue) \"\(path.printed)\": \(errno)"
        case .ending(let path):
            "\"\(path.printed)\" was not written: the program is ending"
        case .walkedAlready(let link, let target):
            "symbolic link \"\(link.printed)\" leads to \"\(target.printed)\", which is walked already; not followed"
        case .digestFailed:
            "libcrypto could not compute a SHA-256 digest"
        }
    }
}
