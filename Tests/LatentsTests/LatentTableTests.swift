import Files
import Latents
import SystemPackage
import TestFolders
import TestSupport
import Testing

/// Vectors with names and labels, written and read.
@Suite struct LatentTableTests {
    private static let entries = [
        LatentTable.Entry(path: "a/one, two.png", label: "a"), .init(path: "-b.png", label: "=1+1"), .init(),
    ]

    private func table() throws -> LatentTable {
        try LatentTable(dimension: 2, elements: [1, -2, 3.5, 4, 0, 1e-30], entries: Self.entries)
    }

    private func write(_ table: LatentTable, in folder: TemporaryFolder) throws -> FilePath {
        let path = folder.path.appending("z.npy")
        let writer = try NPYWriter(path, columns: table.dimension)
        for row in 0..<table.count { try writer.append(table.row(row)) }
        try writer.commit()
        return path
    }

    /// The bytes that `numpy.save` writes, but for a longer header.
    @Test func arraysAreThoseOfNumPy() throws {
        let folder = try TemporaryFolder()
        let bytes = try folder.read(try write(table(), in: folder))
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }"
        #expect(bytes.count == 128 + 24 && bytes.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]))
        #expect(bytes[10...].starts(with: header.utf8) && bytes[127] == 10)
        #expect(Array(bytes[128..<136]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
        let pictures = try NPYWriter(folder.path.appending("u.npy"), sampleShape: [2, 1, 3], of: .bytes)
        try pictures.append(bytes: [1, 2, 3, 4, 5, 255])
        try pictures.commit()
        let read = try NumberArray(reading: folder.path.appending("u.npy"))
        #expect(read == NumberArray(shape: [1, 2, 1, 3], elements: [1, 2, 3, 4, 5, 255]))
        folder.remove("u.npy")
        // Without `commit` there is nothing.
        do {
            let writer = try NPYWriter(folder.path.appending("lost.npy"), columns: 1)
            try writer.append([1])
        }
        #expect(try contents(ofFolder: folder.path).map(\.string) == ["z.npy"])
    }

    @Test func tablesAreReadAgain() throws {
        let folder = try TemporaryFolder()
        let table = try table()
        let path = try write(table, in: folder)
        #expect(try LatentTable(reading: path).entries == Array(repeating: .init(), count: 3))
        try folder.write(LatentTable.index(of: table.entries, hasPlaces: false), to: "index.csv")
        #expect(try LatentTable(reading: path) == table)
        #expect(try LatentTable(reading: path).labels == ["a", "=1+1", ""])
        let places = table.entries.map {
            LatentTable.Entry(path: $0.path, label: $0.label, place: .init(top: 3, left: 4))
        }
        let other = try folder.write(LatentTable.index(of: places, hasPlaces: true), to: "other.csv")
        #expect(try LatentTable(reading: path, index: other).entries == places)
        let labels = try folder.write("name,label\na/one\\, two.png,x\n-b.png,y\n2,z\n", to: "labels.csv")
        #expect(throws: NumberArrayError.self) { try LatentTable(reading: path, labels: labels) }
        let quoted = try folder.write("name,label\n\"a/one, two.png\",x\n-b,y\n2,z\n", to: "quoted.csv")
        #expect(try LatentTable(reading: path, labels: quoted).labels == ["x", "y", "z"])
        let csv = try folder.write("row,path,label,u,v\n0,p,1,1,-2\n1,q,2,3.5,4\n", to: "z.csv")
        let read = try LatentTable(reading: csv, index: csv)
        #expect(read.elements == [1, -2, 3.5, 4] && read.entries[1] == .init(path: "q", label: "2"))
    }

    @Test func rowsByName() throws {
        let table = try LatentTable(
            dimension: 1, elements: [1, 2, 3, 4],
            entries: ["x/a.png", "y/a.png", "y/b.png", "1"].map { .init(path: $0) })
        #expect(try table.index(of: "b.png") == 2 && table.index(of: "x/a.png") == 0)
        #expect(try table.index(of: "0") == 0 && table.index(of: "1") == 3)
        for text in ["a.png", "none", "4", "-1"] {
            #expect(throws: LatentError.self, "\(text)") { try table.index(of: text) }
        }
        #expect(table.rows([2, 0]).elements == [3, 1])
    }

    @Test func whatDoesNotGoTogether() throws {
        let folder = try TemporaryFolder()
        let path = try write(table(), in: folder)
        for text in ["row,path,label\n0,a,\n", "row,path,label\n0,a,\n2,b,\n1,c,\n", "x,y\n1,2\n3,4\n5,6\n"] {
            let index = try folder.write(text, to: "bad.csv")
            #expect(throws: LatentError.self, "\(text)") { try LatentTable(reading: path, index: index) }
        }
        #expect(throws: LatentError.self) { try LatentTable(dimension: 2, elements: [1, 2, 3]) }
        #expect(throws: LatentError.self) { try LatentTable(dimension: 1, elements: []) }
        #expect(throws: LatentError.self) { try LatentTable(dimension: 1, elements: [1, .infinity]) }
        #expect(throws: LatentError.self) { try LatentTable(dimension: 1, elements: [1], entries: []) }
        #expect(throws: LatentError.self) { try LatentTable(dimension: 1, elements: [1]).labelled(["a", "b"]) }
        // Labels are a row of numbers, not rows of them.
        let labels = fixtureFolder.appending("arrays/labels-idx1-ubyte")
        #expect(throws: LatentError.self) { try LatentTable(reading: labels) }
    }
}
