import Files
import Foundation
import Imaging
import SystemPackage
import Tensors
import Testing

@Suite("Samples spilled to disk")
struct SampleFileTests {
    private static func folder() throws -> FilePath {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("retouch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return FilePath(url.path)
    }

    @Test("Every stored value comes back to the bit, from any rectangle", arguments: [8, 16])
    func storedValues(bitDepth: Int) throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let maximum = bitDepth == 8 ? 255 : 65535
        let (height, width) = (256, 257)
        let image = PlanarImage(
            channels: 3, height: height, width: width,
            samples: (0..<3 * height * width).map { Float(($0 * 7) % (maximum + 1)) / Float(maximum) })
        let format = PixelFormat(color: .rgb, bitDepth: bitDepth)
        let file = try SampleSpool(folder: folder, source: format, result: format)
            .sourceFile(channels: 3, height: height, width: width)
        // No name is left that a killed program would leave behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.string).isEmpty)
        // Written in two parts, side by side; read in others.
        for columns in [100..<width, 0..<100] {
            try file.write(image.view.cropped(rows: 0..<height, columns: columns), row: 0, column: columns.lowerBound)
        }
        let found = PlanarImage(channels: 3, height: height, width: width)
        for rows in [0..<3, 3..<200, 200..<height] {
            for columns in [0..<1, 1..<180, 180..<width] {
                try file.read(
                    into: found.view.cropped(rows: rows, columns: columns), row: rows.lowerBound,
                    column: columns.lowerBound)
            }
        }
        for c in 0..<3 {
            for y in 0..<height {
                for x in 0..<width {
                    let (a, b) = (found.view.row(c, y)[x], image.view.row(c, y)[x])
                    if a.bitPattern != b.bitPattern {
                        Issue.record("\(a) instead of \(b) at \(c), \(y), \(x)")
                        return
                    }
                }
            }
        }
    }

    @Test("With alpha values come back as they are, those outside 0...1 too")
    func unstoredValues() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let values: [Float] = [-0.25, 1.5, 1 / 3, .infinity, 0.1, -0, 1e-30, 0.999_999]
        let format = PixelFormat(color: .grey, hasAlpha: true)
        let file = try SampleSpool(folder: folder, source: format, result: format)
            .resultFile(channels: 2, height: 2, width: 2)
        try file.write(PlanarImage(channels: 2, height: 2, width: 2, samples: values).view, row: 0, column: 0)
        let found = PlanarImage(channels: 2, height: 2, width: 2)
        try file.read(into: found.view, row: 0, column: 0)
        for (index, value) in values.enumerated() {
            #expect(found.view.row(index / 4, index / 2 % 2)[index % 2].bitPattern == value.bitPattern)
        }
    }

    @Test("Errors name the folder: one that is not there, and reading behind the end")
    func errors() throws {
        let folder = try Self.folder()
        #expect(
            throws: FileError.system(.createTemporary, path: folder.appending("none"), errno: .noSuchFileOrDirectory)
        ) {
            try ScratchFile(inFolder: folder.appending("none"))
        }
        let file = try ScratchFile(inFolder: folder)
        var bytes: [UInt8] = [1, 2, 3, 4]
        try bytes.withUnsafeBytes { try file.write($0, at: 6) }
        try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 4) }
        #expect(bytes == [0, 0, 1, 2])
        #expect(throws: FileError.system(.readBack, path: folder, errno: .ioError)) {
            try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 8) }
        }
        try? FileManager.default.removeItem(atPath: folder.string)
    }
}
