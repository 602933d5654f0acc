import ArgumentParser
import Batches
import Files
import SystemPackage

/// The inputs of a run, those of lists among them.
struct NamedInputs {
    /// The inputs in the order of arguments and lists.
    private(set) var paths: [FilePath] = []
    /// The names in the run of inputs that `--files-from` lists: the folders that they are listed with stay.
    private(set) var names: [FilePath: FilePath] = [:]
    /// The place in a list of each input that comes from one, as `LIST:LINE`.
    private(set) var origins: [FilePath: String] = [:]

    /// Reads the lists among the inputs of `places`: `@LIST` and `--files-from LIST`.
    ///
    /// - Throws: `PathListError`.
    init(_ inputs: [PathArgument], filesFrom: [PathArgument], isZeroSeparated: Bool) throws {
        for input in inputs {
            guard let list = input.list else {
                paths.append(input.path)
                continue
            }
            for entry in try read(list, isZeroSeparated: isZeroSeparated) { add(entry, of: list) }
        }
        for list in filesFrom.map(\.path) {
            for entry in try read(list, isZeroSeparated: isZeroSeparated) {
                let path = add(entry, of: list)
                names[path] = Self.name(of: path)
            }
        }
    }

    private func read(_ list: FilePath, isZeroSeparated: Bool) throws(PathListError) -> [PathList.Entry] {
        if list == StreamInput.placeholder {
            return try PathList(
                reading: .standardInput, named: "standard input", isZeroSeparated: isZeroSeparated
            ).entries
        }
        do throws(PathListError) { return try PathList(list, isZeroSeparated: isZeroSeparated).entries } catch {
            // A glob may have found a file of such a name.
            let file = FilePath("@" + list.string)
            guard case .unreadable(_, .noSuchFileOrDirectory) = error, FileStamp.exists(file) else { throw error }
            throw .noList(list, file: FilePath(".").pushing(file))
        }
    }

    @discardableResult
    private mutating func add(_ entry: PathList.Entry, of list: FilePath) -> FilePath {
        // In a list `-` is a file.
        let path = entry.path == StreamInput.placeholder ? FilePath(".").pushing(entry.path) : entry.path
        paths.append(path)
        let name = list == StreamInput.placeholder ? "standard input" : list.printed
        if origins[path] == nil { origins[path] = "\(name):\(entry.number)" }
        return path
    }

    /// Returns a path without what leads out of the output folder: the root, `.` and `..`.
    private static func name(of path: FilePath) -> FilePath {
        var name = FilePath()
        for component in path.lexicallyNormalized().components where component.kind == .regular {
            name.append(component)
        }
        return name
    }
}

extension PathArgument {
    /// The path of the list that `@LIST` names; nil for other arguments.
    var list: FilePath? {
        let bytes = path.bytes
        guard bytes.count > 1, bytes.first == UInt8(ascii: "@") else { return nil }
        return FilePath(bytes: bytes.dropFirst())
    }
}
