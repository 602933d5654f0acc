import Files
import Foundation
import Latents
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Arrays, tables and labels in files; NPY and IDX files were written by NumPy.
@Suite struct ArrayFileTests {
    private static let numbers = (0..<24).map { Float($0 * 7 % 251) }

    private func fixture(_ name: String) throws -> NumberArray {
        try NumberArray(reading: fixtureFolder.appending("arrays").appending(name))
    }

    @Test func arraysAreRead() throws {
        for name in ["u1.npy", "u8-idx3-ubyte"] {
            #expect(try fixture(name) == NumberArray(shape: [2, 3, 4], elements: Self.numbers))
        }
        #expect(try fixture("i2-big.npy").elements == Self.numbers.map { $0 - 100 })
        for name in ["f8.npy", "f32.idx"] {
            for (found, expected) in zip(try fixture(name).elements, Self.numbers) {
                #expect(abs(found - expected / 251) < 1e-7)
            }
        }
        // Columns before rows, half precision, later versions of the header, gzip.
        #expect(try fixture("columns.npy") == NumberArray(shape: [2, 3, 4], elements: Self.numbers))
        #expect(try fixture("f2.npy").elements == Self.numbers.map { ($0 - 100) / 64 })
        for name in ["i8-version-2.npy", "i8-version-3.npy", "u8-idx3-ubyte.gz"] {
            #expect(try fixture(name) == NumberArray(shape: [2, 3, 4], elements: Self.numbers), "\(name)")
        }
    }

    /// Cut or changed files are errors, whatever they claim; nothing is allocated for what is not there.
    @Test func damagedArraysAreErrors() throws {
        let folder = try TemporaryFolder()
        for name in ["u1.npy", "f8.npy", "columns.npy", "f2.npy", "u8-idx3-ubyte", "f32.idx", "u8-idx3-ubyte.gz"] {
            let bytes = try folder.read(fixtureFolder.appending("arrays").appending(name))
            for count in 0..<bytes.count {
                let path = try folder.write(Array(bytes.prefix(count)), to: "cut")
                #expect(throws: NumberArrayError.self, "\(name) cut at \(count)") { try NumberArray(reading: path) }
            }
            var random = RandomStream(seed: 3, 1)
            for _ in 0..<300 {
                var changed = Array(bytes)
                changed[random.integer(below: min(bytes.count, 140))] ^= UInt8(1 << random.integer(below: 8))
                let path = try folder.write(changed, to: "changed")
                _ = try? NumberArray(reading: path)
            }
        }
        // A billion samples in twenty bytes.
        let path = try folder.write([0, 0, 8, 3, 0x40, 0, 0, 0, 0x40, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4], to: "huge")
        #expect(throws: NumberArrayError.self) { try NumberArray(reading: path) }
    }

    @Test func tablesAreRead() throws {
        let folder = try TemporaryFolder()
        let text = "name,height,\"kind, of it\",width\r\na,1.5,x,-2\nb,2,\"y \"\"z\"\"\",3e2\n"
        let path = try folder.write(text, to: "table.csv")
        let table = try NumberTable(reading: path)
        #expect(table.columns == ["height", "width"] && table.rowCount == 2)
        #expect(table.elements == [1.5, -2, 2, 300])
        #expect(table.texts == ["name": ["a", "b"], "kind, of it": ["x", "y \"z\""]])
        #expect(table.column("width") == ["-2", "300"] && table.column("depth") == nil)
        #expect(try NumberArray(reading: path) == NumberArray(shape: [2, 2], elements: [1.5, -2, 2, 300]))
        for bad in ["", "a,b\n1\n", "x\ny\n", "1,inf\n\u{0}"] {
            let path = try folder.write(bad, to: "bad.csv")
            #expect(throws: NumberArrayError.self, "\(bad)") { try NumberArray(reading: path) }
        }
    }

    @Test func labelsAreFound() throws {
        #expect(try ClassLabels(["10", "9", "", "b", "a"]).names == ["9", "10", "a", "b"])
        #expect(try ClassLabels(["10", "9", "", "b", "a"]).classes == [1, 0, nil, 3, 2])
        #expect(
            try ClassLabels(foldersOf: ["cat/1.png", "dog/x/2.png", "3.png"]).classes == [0, 1, nil])
        #expect(throws: LatentError.self) { try ClassLabels(foldersOf: ["1.png"]) }
        let folder = try TemporaryFolder()
        let table = try folder.write("name,label\nx/a,7\nb.png,12\n", to: "labels.csv")
        let labels = try ClassLabels(table, of: ["x/a.png", "b.png", "c.png"])
        #expect(labels.names == ["7", "12"] && labels.classes == [0, 1, nil])
        #expect(throws: LatentError.self) { try ClassLabels(table, of: ["c.png"]) }
        let array = fixtureFolder.appending("arrays/labels-idx1-ubyte")
        #expect(try ClassLabels(array, of: ["a", "b"]).names == ["1", "3"])
        #expect(throws: LatentError.self) { try ClassLabels(array, of: ["a"]) }
    }

    /// Names and labels by RFC 4180, whatever they hold; the number of a row is not looked at as one.
    @Test func textsInTables() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("name,label\n007,\"a\nb\"\n\"8,\"\"x\"\"\",\r\n", to: "texts.csv")
        let table = try NumberTable(reading: path, textColumns: ["name"])
        #expect(table.texts == ["name": ["007", "8,\"x\""], "label": ["a\nb", ""]])
        for bad in ["a,b\n1,\"x\n", "a\n1\n1,2\n"] {
            let path = try folder.write(bad, to: "bad.csv")
            #expect(throws: NumberArrayError.self, "\(bad)") { try NumberTable(reading: path) }
        }
    }

    /// Labels in the order of the pictures, and labels of pictures that are not there.
    @Test func labelsOfOthers() throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write("label\nx\ny\n", to: "plain.csv")
        #expect(try ClassLabels.labels(in: plain, of: ["a.png", "b.png"]) == ["x", "y"])
        #expect(throws: LatentError.self) { try ClassLabels.labels(in: plain, of: ["a.png"]) }
        let named = try folder.write("path,label\nb,1\na.png,2\nc.png,3\n", to: "named.csv")
        #expect(try ClassLabels.labels(in: named, of: ["a.png", "b.png"]) == ["2", "1"])
        let error = #expect(throws: LatentError.self) {
            try ClassLabels.labels(in: named, of: ["a.png", "b.png"], refusesUnknown: true)
        }
        #expect("\(try #require(error))".contains("'c.png' of no picture"))
        let none = try folder.write("name,kind\na,b\n", to: "none.csv")
        #expect(throws: LatentError.self) { try ClassLabels.labels(in: none, of: ["a.png"]) }
    }

    /// Numbers that are none, pipes, folders and nothing at all are errors.
    @Test func whatIsNoArray() throws {
        let folder = try TemporaryFolder()
        let writer = try NPYWriter(folder.path.appending("nan.npy"), columns: 2)
        try writer.append([1, .nan])
        try writer.commit()
        let error = #expect(throws: NumberArrayError.self) {
            try NumberArray(reading: folder.path.appending("nan.npy"))
        }
        #expect("\(try #require(error))".contains("nan at place 1"))
        for path in [folder.path, "/dev/null", "/dev/zero", folder.path.appending("none")] as [FilePath] {
            #expect(throws: NumberArrayError.self) { try NumberArray(reading: path) }
        }
    }
}
