import Files
import Imaging
import Reports
public import SystemPackage

/// An XMP file beside a picture, in which other programs keep what they know of it: `photo.jpg.xmp` as darktable names
/// it, or `photo.xmp` as Adobe's programs do.
public struct Sidecar: Sendable, Hashable {
    /// The path to read it by.
    public var path: FilePath
    /// The name that its copy gets, relative to the output folder: after the output's, in the same manner.
    public var output: FilePath
}

extension BatchPlan {
    /// Gives the pictures the sidecars that lie beside them, which are no ignored files then. Without metadata, and into
    /// a stream, they are left out.
    mutating func findSidecars() {
        var ignored: [FilePath: Int] = [:]
        for (index, record) in settled.enumerated() where record.outcome.kind == .ignored {
            if Self.isNamedXMP(record.input) { ignored[record.input] = index }
        }
        // Of a file that was named alone nothing is known that lies beside it.
        let hasFiles = request.inputs.contains { !FileStamp.isFolder($0) }
        guard !ignored.isEmpty || hasFiles else { return }
        var owners: [FilePath: FilePath] = [:]
        var taken: Set<Int> = []
        for index in pictures.indices where !isStream(pictures[index]) {
            let picture = pictures[index]
            for (name, output) in Self.sidecarNames(of: picture.name, output: picture.output) {
                guard let last = name.lastComponent else { continue }
                let path = picture.path.removingLastComponent().appending(last)
                guard ignored[name] != nil || hasFiles, (try? Stat(path))?.type == .regular else { continue }
                if let place = ignored[name] { taken.insert(place) }
                if let reason = request.sidecarHindrance {
                    warnings.append("the sidecar \"\(path.printed)\" is left out: \(reason)")
                } else if let owner = owners[output], owner.resolved() != path.resolved() {
                    warnings.append(
                        "the sidecar \"\(path.printed)\" is left out: \"\(owner.printed)\" has its output's name")
                } else {
                    owners[output] = path
                    pictures[index].sidecars.append(Sidecar(path: path, output: output))
                }
            }
        }
        settled = settled.enumerated().filter { !taken.contains($0.offset) }.map(\.element)
    }

    private static func isNamedXMP(_ name: FilePath) -> Bool { name.extension?.lowercased() == "xmp" }

    /// Returns the names that sidecars of a picture may have, each with the name of its copy.
    private static func sidecarNames(of name: FilePath, output: FilePath) -> [(name: FilePath, output: FilePath)] {
        guard let last = name.lastComponent, let outputLast = output.lastComponent else { return [] }
        func sibling(_ path: FilePath, _ bytes: [UInt8]) -> FilePath? {
            FilePath.Component(bytes: bytes).map { path.removingLastComponent().appending($0) }
        }
        var names: [(name: FilePath, output: FilePath)] = []
        for ending in [Array(".xmp".utf8), Array(".XMP".utf8)] {
            for (base, outputBase) in [(last.bytes, outputLast.bytes), (last.stemBytes, outputLast.stemBytes)] {
                guard let found = sibling(name, base + ending), let target = sibling(output, outputBase + ending),
                    target.lastComponent.map({ $0.bytes.count <= 255 }) ?? false,
                    !names.contains(where: { $0.name == found })
                else { continue }
                names.append((found, target))
            }
        }
        return names
    }
}

extension BatchRequest {
    /// The reason why sidecars do not travel along; nil where they do.
    fileprivate var sidecarHindrance: String? {
        if outputStream != nil { return "standard output takes the picture alone" }
        return settings.metadata == .all ? nil : "--metadata \(settings.metadata.rawValue) asks for that"
    }
}
