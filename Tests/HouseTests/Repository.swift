import Foundation
import SystemPackage
import TestFolders

/// The checkout that the tests belong to.
enum Repository {
    static let root = URL(filePath: repository.string)

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The files below `folder` that end in `suffix`, as paths from the root.
    static func files(below folder: String, suffix: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path(percentEncoded: false))
            .filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
    }
}
