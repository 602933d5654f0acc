import Autoencoders
import Batches
import Files
import Foundation
import Imaging
import Latents
import Networks
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing
import Workers

/// Folders and arrays of pictures to vectors, and back to pictures.
@Suite struct EmbeddingTests {
    private let folder: TemporaryFolder
    /// Latents of 7 numbers for 6x6 pixels.
    private let model: Model

    init() throws {
        folder = try TemporaryFolder()
        model = try Self.model("dense-deep", sha256: "1234")
    }

    private static func model(_ name: String, sha256: String) throws -> Model {
        let file = try SafetensorsFile(reading: fixtureFolder.appending("networks/\(name).safetensors"))
        let configuration = try Architectures.configuration(json: file.metadata["configuration", default: ""])
        let network = try configuration.makeNetwork(weights: WeightSource(file, prefix: "weights/"))
        return Model(name: name, card: ModelCard(name: name), network: network, sha256: sha256)
    }

    private func path(_ relative: FilePath) -> FilePath { folder.path.pushing(relative) }

    private func image(_ seed: Int, height: Int = 6, width: Int = 6) -> PlanarImage {
        // Levels of 8 bits, so that a file holds them exactly.
        let image = noise(channels: 3, height: height, width: width, seed: UInt64(seed))
        return PlanarImage(
            channels: 3, height: height, width: width, samples: image.samples.map { ($0 * 255).rounded() / 255 })
    }

    private func write(_ image: PlanarImage, to relative: FilePath) throws {
        try folder.write(Picture(image).encoded(as: .png).bytes, to: relative)
    }

    private func embed(
        _ data: FilePath, out: FilePath = "out/z.npy", labels: FilePath? = nil, extent: LatentEncoder.Extent? = nil,
        overwrites: Bool = false, workers: Int = 1, interruption: Interruption = .init()
    ) throws -> EmbeddingRun.Result {
        try createFolders(at: path(out).removingLastComponent())
        let encoder = try LatentEncoder(model.network, extent: extent)
        let request = EmbeddingRequest(
            data: path(data), out: path(out), labels: labels.map { path($0) }, overwrites: overwrites)
        return try EmbeddingRun(
            request, model: model, encoder: encoder, byteLimit: 1 << 28, interruption: interruption
        ).run(on: WorkerTeam(workers: workers))
    }

    @Test func foldersBecomeTables() throws {
        for index in 0..<9 {
            try write(image(index), to: FilePath("in/\(index % 2 == 0 ? "cat" : "dog")/\(index).png"))
        }
        try folder.write("notes", to: "in/notes.txt")
        let result = try embed("in", workers: 3)
        #expect(result.rowCount == 9 && result.shape == [7, 1, 1] && result.failures.isEmpty)
        let table = try LatentTable(reading: path("out/z.npy"))
        #expect(
            table.entries.map(\.path) == [0, 2, 4, 6, 8].map { "cat/\($0).png" } + [1, 3, 5, 7].map { "dog/\($0).png" })
        #expect(table.labels == Array(repeating: "cat", count: 5) + Array(repeating: "dog", count: 4))
        let encoder = try LatentEncoder(model.network)
        let expected = try encoder.encode(image(1)).means
        #expect(Array(table.row(5)) == expected)
        // Whoever works: the same bytes.
        _ = try embed("in", out: "again/z.npy")
        for name in ["z.npy", "z.json", "index.csv"] {
            #expect(
                try folder.read(path("out").appending(name)) == folder.read(path("again").appending(name)), "\(name)")
        }
        #expect(try contents(ofFolder: path("out")).count == 3)
    }

    /// One picture that is none, or of another size, costs its own row.
    @Test func othersFail() throws {
        for index in 0..<3 { try write(image(index), to: FilePath("in/\(index).png")) }
        try write(image(9, height: 12), to: "in/large.png")
        try folder.write("not a picture", to: "in/bad.png")
        let result = try embed("in")
        #expect(result.rowCount == 3 && result.failures.count == 2, "\(result)")
        #expect(result.failures.contains { $0.contains("large.png") && $0.contains("--tiles") })
        #expect(try LatentTable(reading: path("out/z.npy")).entries.map(\.path) == ["0.png", "1.png", "2.png"])
        let tiles = try embed("in", out: "tiles/z.npy", extent: .tiles)
        #expect(tiles.rowCount == 5)
        let table = try LatentTable(reading: path("tiles/z.npy"))
        #expect(table.entries[4] == .init(path: "large.png", place: .init(top: 6, left: 0)))
        let mean = try embed("in", out: "mean/z.npy", extent: .mean)
        #expect(mean.rowCount == 4)
        #expect(try LatentSource(beside: path("mean/z.npy"))?.height == nil)
    }

    @Test func arraysOfPictures() throws {
        var random = RandomStream(seed: 1)
        let bytes = (0..<5 * 36).map { _ in UInt8(random.integer(below: 256)) }
        try folder.write([0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 6] + bytes, to: "digits-idx3-ubyte")
        try folder.write([0, 0, 8, 1, 0, 0, 0, 5, 7, 7, 1, 0, 1], to: "digits-idx1-ubyte")
        let result = try embed("digits-idx3-ubyte", labels: "digits-idx1-ubyte", workers: 2)
        #expect(result.rowCount == 5)
        let table = try LatentTable(reading: path("out/z.npy"))
        #expect(table.labels == ["7", "7", "1", "0", "1"] && table.entries[3].path == "digits-idx3-ubyte/3")
        let picture = PlanarImage(
            channels: 1, height: 6, width: 6, samples: bytes[36..<72].map { Float($0) / 255 })
        let expected = try LatentEncoder(model.network).encode(picture).means
        #expect(Array(table.row(1)) == expected)
        // The same as rows of a table.
        let rows = (0..<5).map { row in bytes[row * 36..<(row + 1) * 36].map { "\($0)" }.joined(separator: ",") }
        try folder.write(rows.joined(separator: "\n"), to: "digits.csv")
        _ = try embed("digits.csv", out: "csv/z.npy")
        #expect(try LatentTable(reading: path("csv/z.npy")).elements == table.elements)
        try folder.write("1,2\n3,4\n", to: "few.csv")
        #expect(throws: LatentError.self) { try embed("few.csv", out: "few/z.npy") }
    }

    /// Nothing that is there is lost, unless it is asked for; nothing appears that is not whole.
    @Test func whatIsThereStays() throws {
        for index in 0..<2 { try write(image(index), to: FilePath("in/\(index).png")) }
        _ = try embed("in")
        #expect(throws: LatentError.self) { try embed("in") }
        #expect(throws: Never.self) { try embed("in", overwrites: true) }
        // A second array of the same pictures shares the index; one of others does not.
        #expect(throws: Never.self) { try embed("in", out: "out/y.npy") }
        try write(image(3), to: "in/3.png")
        let error = #expect(throws: LatentError.self) { try embed("in", out: "out/x.npy") }
        #expect("\(try #require(error))".contains("index of other rows"))
        #expect(throws: LatentError.self) { try embed("in", out: "z.csv") }
        let stopped = Interruption()
        stopped.request()
        #expect(try embed("in", out: "stopped/z.npy", interruption: stopped).wasInterrupted)
        #expect(try contents(ofFolder: path("stopped")).isEmpty)
        try createFolders(at: path("none"))
        #expect(try embed("none", out: "nothing/z.npy").rowCount == 0)
        #expect(try contents(ofFolder: path("nothing")).isEmpty)
        let labels = try folder.write("name,label\n0.png,a\n4.png,b\n", to: "labels.csv")
        let unknown = #expect(throws: LatentError.self) { try embed("in", out: "l/z.npy", labels: labels) }
        #expect("\(try #require(unknown))".contains("4.png"))
    }

    @Test func picturesComeBack() throws {
        for index in 0..<3 { try write(image(index), to: FilePath("in/a/\(index).png")) }
        _ = try embed("in")
        let table = try LatentTable(reading: path("out/z.npy"))
        func run(_ table: LatentTable, overwrites: Bool = false, workers: Int = 2) throws -> ReconstructionRun.Result {
            let decoder = try LatentDecoder(
                model, dimension: table.dimension, source: LatentSource(beside: path("out/z.npy")))
            return try ReconstructionRun(table, decoder: decoder, folder: path("back"), overwrites: overwrites).run(
                on: WorkerTeam(workers: workers))
        }
        let first = try run(table)
        #expect(first.written == 3 && first.failures.isEmpty)
        let picture = try Picture(reading: path("back/a/1.png"))
        #expect(picture.width == 6 && picture.height == 6)
        let before = try folder.read(path("back/a/1.png"))
        let again = try run(table)
        #expect(again.written == 0 && again.failures.count == 3 && again.failures[0].contains("there already"))
        #expect(try run(table, overwrites: true, workers: 1).written == 3)
        #expect(try folder.read(path("back/a/1.png")) == before)
        // Names that lead elsewhere, or twice to the same, are not taken.
        let names = ["../x.png", "/tmp/x.png", "", "a/0.png", "a/0.jpg", "\\x00"].map { LatentTable.Entry(path: $0) }
        let sly = try LatentTable(
            dimension: 7, elements: Array(repeating: 0.5, count: 42), entries: names)
        let decoder = try LatentDecoder(model, dimension: 7)
        let sheet = ReconstructionRun(sly, decoder: decoder, folder: path("sly"))
        #expect(
            sheet.names == ["row-0.png", "row-1.png", "row-2.png", "a/0.png", "row-4.png", "row-5.png"] as [FilePath])
        #expect(try sheet.run(on: WorkerTeam(workers: 1)).written == 6)
    }
}
