import Files
package import Foundation
package import SystemPackage

/// The checkout that the tests belong to.
package let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

/// What the tests compare with; README files there say how it was made.
package let fixtureFolder = repository.appending("Tests/Fixtures")

/// The pictures of `data/README.md`, which long tests alone need: `$RETOUCH_DATA`, or beside the checkout.
package let sharedData =
    ProcessInfo.processInfo.environment["RETOUCH_DATA"].map { FilePath($0) }
    ?? repository.removingLastComponent().appending("shared/data")

/// Whether tests run that take minutes, need shared pictures or other programs; what they need must then be there.
package let areTestsLong = ProcessInfo.processInfo.environment["RETOUCH_LONG_TESTS"] != nil

/// The names of the fixtures in a folder of `Tests/Fixtures`, without their suffix, sorted: each that the reference implementation made is tested.
package func fixtureNames(in folder: FilePath.Component) -> [String] {
    let files = (try? contents(ofFolder: fixtureFolder.appending(folder))) ?? []
    return files.compactMap { $0.extension == "safetensors" ? $0.stem : nil }.sorted()
}

/// The files of the checkout, by paths from its root.
package enum Repository {
    package static let root = URL(filePath: repository.string)

    /// The text of a file.
    package static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The files below `folder` that end in `suffix`, as paths from the root.
    package static func files(below folder: String, suffix: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path(percentEncoded: false))
            .filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
    }
}
