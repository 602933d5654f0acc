import Batches
import Foundation
import Latents
import SystemPackage
import TestFolders
import Testing

/// Known sets as arrays and tables of labels.
@Suite struct DataSetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func idx(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + bytes
    }

    private func text(_ relative: FilePath) throws -> String {
        String(decoding: try folder.read(folder.path.pushing(relative)), as: UTF8.self)
    }

    @Test func fashionBecomesArrays() throws {
        let pictures = (0..<3 * 784).map { UInt8($0 % 251) }
        for (stem, count) in [("train", 3), ("t10k", 2)] {
            try folder.write(
                idx([count, 28, 28], Array(pictures.prefix(count * 784))), to: FilePath("in/\(stem)-images-idx3-ubyte"))
            try folder.write(
                idx([count], Array([9, 0, 5].prefix(count))), to: FilePath("in/\(stem)-labels-idx1-ubyte"))
        }
        let conversion = DataSetConversion(
            .fashion, from: folder.path.appending("in"), to: folder.path.appending("out"))
        #expect(try conversion.run().map(\.count) == [3, 2])
        let array = try NumberArray(reading: folder.path.pushing("out/train.npy"))
        #expect(array.shape == [3, 28, 28] && array.elements == pictures.map(Float.init))
        #expect(try text("out/train.csv") == "row,label\n0,Ankle boot\n1,T-shirt\n2,Sandal\n")
        let names = (0..<2).map { FilePath("\($0)") }
        let labels = try ClassLabels.labels(in: folder.path.pushing("out/test.csv"), of: names, refusesUnknown: true)
        #expect(labels == ["Ankle boot", "T-shirt"])
        #expect(throws: LatentError.self) { try conversion.run() }
    }

    @Test func digitsBecomeAnArray() throws {
        let rows = (0..<3).map { row in (0..<64).map { "\(($0 * (row + 1)) % 17).0" } + ["\(7 - row).0"] }
        let text = rows.map { $0.joined(separator: ",") + "\n" }.joined()
        let path = try folder.write(text, to: "digits.csv")
        func run(_ path: FilePath) throws -> Int {
            try DataSetConversion(.digits, from: path, to: folder.path.appending("out"), overwrites: true).run()[0]
                .count
        }
        #expect(try run(path) == 3 && run(folder.path) == 3)
        let array = try NumberArray(reading: folder.path.pushing("out/digits.npy"))
        #expect(array.shape == [3, 8, 8])
        #expect(array.elements[65] == (2.0 * 255 / 16).rounded() && array.elements[16] == 255)
        #expect(try self.text("out/digits.csv") == "row,label\n0,7\n1,6\n2,5\n")
        for (name, changed) in [
            ("levels", text.replacing("16.0", with: "16.5")), ("labels", text.replacing("7.0\n", with: "10.0\n")),
            ("narrow", "1,2,3\n4,5,6\n"),
        ] {
            let path = try folder.write(changed, to: FilePath("\(name).csv"))
            #expect(throws: NumberArrayError.self, "\(name)") { try run(path) }
        }
    }

    /// What is missing is named, with where it can be had.
    @Test func missingSetsSayWhereTheyAre() throws {
        for set in KnownDataSet.allCases {
            for path in [folder.path, folder.path.appending("none")] {
                do {
                    _ = try DataSetConversion(set, from: path, to: folder.path.appending("out")).run()
                    Issue.record("\(set)")
                } catch { #expect("\(error)".contains("Debian's package"), "\(error)") }
            }
        }
    }
}
