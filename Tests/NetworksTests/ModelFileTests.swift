import Autoencoders
import Files
import Foundation
import Kernels
import Networks
import SystemPackage
import Tensors
import TestSupport
import Testing

/// A folder that is removed at the end.
private final class TemporaryFolder {
    let path: FilePath

    init() throws {
        path = FilePath(NSTemporaryDirectory()).appending("retouch-models-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = path.appending(name)
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
    }
}

/// Models on disk: loading, what is wrong with them, and where they are looked for.
@Suite struct ModelFileTests {
    static let configuration = UNet(channels: 1, widths: [4], blocks: 1, noiseMap: false)

    /// The weights of `configuration`.
    static let weights: [(name: String, tensor: Tensor)] = [
        ("input.weight", noise([4, 4, 3, 3], seed: 1)),
        ("bottom.block0.convolution0.weight", noise([4, 4, 3, 3], seed: 2)),
        ("bottom.block0.convolution1.weight", noise([4, 4, 3, 3], seed: 3)),
        ("output.weight", noise([4, 4, 3, 3], seed: 4)),
    ]

    static func metadata() throws -> [String: String] {
        ["format": "retouch-1", "configuration": try Architectures.json(configuration)]
    }

    static let card = ModelCard(name: "Tiny", scale: 1, inputChannels: 1, outputChannels: 1, task: .denoise)

    private static func folder(
        weights: [(name: String, tensor: Tensor)] = weights, metadata: [String: String]? = nil, card: ModelCard = card
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let metadata = try metadata ?? Self.metadata()
        try folder.write(SafetensorsFile.bytes(tensors: weights, metadata: metadata), to: "model.safetensors")
        try folder.write(card.json(), to: "model.json")
        return folder
    }

    private static func error(_ folder: TemporaryFolder) -> ModelFileError? {
        do {
            _ = try loadModel(at: folder.path)
            return nil
        } catch { return error }
    }

    @Test func soundModelLoads() throws {
        let folder = try Self.folder()
        let model = try loadModel(at: folder.path)
        #expect(model.card == Self.card)
        #expect(model.name == folder.path.lastComponent?.string)
        #expect(model.folder == folder.path)
        #expect(try model.sha256 == SHA256Digest(ofFile: folder.path.appending("model.safetensors")).hex)
        #expect(model.network.parameterCount == 4 * 144)
        #expect(model.network.inputChannels == 1)
    }

    /// A colour model brings along the one for grey pictures that its card names, where that lies beside it.
    @Test func theGreyModelComesAlong() throws {
        let folder = try TemporaryFolder()
        let configuration = UNet(channels: 3, widths: [4], blocks: 1, noiseMap: false)
        let metadata = ["format": "retouch-1", "configuration": try Architectures.json(configuration)]
        let colours: [(name: String, tensor: Tensor)] = [
            ("input.weight", noise([4, 12, 3, 3], seed: 1)), Self.weights[1], Self.weights[2],
            ("output.weight", noise([12, 4, 3, 3], seed: 4)),
        ]
        var card = ModelCard(name: "Colour", task: .denoise)
        card.greyModel = "1x-Grey"
        func writeColour(to name: String, _ card: ModelCard) throws {
            try folder.write(
                SafetensorsFile.bytes(tensors: colours, metadata: metadata), to: "\(name)/model.safetensors")
            try folder.write(card.json(), to: "\(name)/model.json")
        }
        try writeColour(to: "1x-Colour", card)
        let place = folder.path.appending("1x-Colour")
        #expect(try loadModel(at: place).greyModel == nil)
        try folder.write(
            SafetensorsFile.bytes(tensors: Self.weights, metadata: Self.metadata()), to: "1x-Grey/model.safetensors")
        try folder.write(Self.card.json(), to: "1x-Grey/model.json")
        let model = try loadModel(at: place)
        #expect(model.greyModel?.name == "1x-Grey" && model.greyModel?.network.inputChannels == 1)
        #expect(model.computed(by: .direct).greyModel?.sha256 == model.greyModel?.sha256)
        #expect(card.greyFolder(beside: place) == folder.path.appending("1x-Grey"))
        // A name, not a path; and a model for grey pictures.
        for name in ["../1x-Grey", "..", ".", "/", "", "1x-None"] {
            card.greyModel = name
            #expect(card.greyFolder(beside: place) == nil, "\(name)")
        }
        card.greyModel = "1x-Other"
        try writeColour(to: "1x-Colour", card)
        // One that names another in its turn: nobody follows.
        try writeColour(to: "1x-Other", card)
        #expect(
            throws: ModelFileError.cardMismatch(
                field: "greyModel", found: "1x-Other of 3 channels, scale 1",
                expected: "a model of 1 channel, scale 1")
        ) { try loadModel(at: place) }
    }

    @Test func tensorsThatDoNotFit() throws {
        var fewer = Self.weights
        fewer.remove(at: 1)
        #expect(
            Self.error(try Self.folder(weights: fewer))
                == .missingTensor(name: "bottom.block0.convolution0.weight", expected: [4, 4, 3, 3]))
        let more = Self.weights + [("b", noise([1], seed: 1)), ("a", noise([1], seed: 1))]
        #expect(Self.error(try Self.folder(weights: more)) == .unexpectedTensors(names: ["a", "b"]))
        var misshapen = Self.weights
        misshapen[3].tensor = noise([3, 4, 3, 3], seed: 1)
        #expect(
            Self.error(try Self.folder(weights: misshapen))
                == .misshapenTensor(name: "output.weight", found: [3, 4, 3, 3], expected: [4, 4, 3, 3]))
        misshapen[3].tensor = noise([144], seed: 1)
        #expect(
            Self.error(try Self.folder(weights: misshapen))
                == .misshapenTensor(name: "output.weight", found: [144], expected: [4, 4, 3, 3]))
        var spoilt = Self.weights
        spoilt[0].tensor.elements[7] = .nan
        #expect(Self.error(try Self.folder(weights: spoilt)) == .notFinite(name: "input.weight", index: 7))
        spoilt[0].tensor.elements[7] = -.infinity
        #expect(Self.error(try Self.folder(weights: spoilt)) == .notFinite(name: "input.weight", index: 7))
    }

    @Test func metadataThatDoesNotFit() throws {
        var metadata = try Self.metadata()
        metadata["format"] = "retouch-9"
        let folder = try Self.folder(metadata: metadata)
        let path = folder.path.appending("model.safetensors").string
        #expect(Self.error(folder) == .unknownFormat(path: path, found: "retouch-9", expected: "retouch-1"))
        let bare = try Self.folder(metadata: [:])
        let barePath = bare.path.appending("model.safetensors").string
        #expect(Self.error(bare) == .unknownFormat(path: barePath, found: nil, expected: "retouch-1"))
        #expect(
            Self.error(try Self.folder(metadata: ["format": "retouch-1"]))
                == .badConfiguration(field: "configuration", found: "missing", expected: "a JSON text in the metadata"))
        metadata = ["format": "retouch-1", "configuration": #"{"architecture":"transformer"}"#]
        #expect(
            Self.error(try Self.folder(metadata: metadata))
                == .unknownArchitecture(found: "transformer", known: Architectures.all.map { $0.name }))
    }

    @Test func cardsThatContradict() throws {
        var card = Self.card
        card.scale = 2
        #expect(
            Self.error(try Self.folder(card: card)) == .cardMismatch(field: "scale", found: "2", expected: "1"))
        card = Self.card
        card.inputChannels = 3
        #expect(
            Self.error(try Self.folder(card: card)) == .cardMismatch(field: "inputChannels", found: "3", expected: "1"))
        card = Self.card
        card.outputChannels = 3
        #expect(
            Self.error(try Self.folder(card: card))
                == .cardMismatch(field: "outputChannels", found: "3", expected: "1"))
        card = Self.card
        card.resources = [.init(platform: "retouch", type: "safetensors", sha256: "00")]
        let folder = try Self.folder(card: card)
        let digest = try SHA256Digest(ofFile: folder.path.appending("model.safetensors")).hex
        #expect(Self.error(folder) == .cardMismatch(field: "sha256", found: "00", expected: digest))
    }

    @Test func missingAndUnreadableFiles() throws {
        let folder = try Self.folder()
        let weights = folder.path.appending("model.safetensors").string
        let card = folder.path.appending("model.json").string
        try FileManager.default.removeItem(atPath: card)
        #expect(Self.error(folder) == .missingFile(path: card))
        try folder.write(Array("{".utf8), to: "model.json")
        #expect(Self.error(folder) == .badCard(path: card, reason: "it is not JSON"))
        try folder.write(Array(#"{"name":"x"}"#.utf8), to: "model.json")
        #expect(Self.error(folder) == .badCard(path: card, reason: "'scale' is missing"))
        try folder.write(Array(#"{"name":"x","scale":"1"}"#.utf8), to: "model.json")
        #expect(Self.error(folder) == .badCard(path: card, reason: "'scale' is no Int"))
        try FileManager.default.removeItem(atPath: weights)
        #expect(Self.error(folder) == .missingFile(path: weights))
        try FileManager.default.createDirectory(atPath: weights, withIntermediateDirectories: true)
        guard case .unreadable(weights, _) = Self.error(folder) else {
            Issue.record("a folder in place of the file gave \(String(describing: Self.error(folder)))")
            return
        }
    }

    /// A model cut at any byte is an error that names the file.
    @Test func everyCutIsAnError() throws {
        let bytes = SafetensorsFile.bytes(tensors: Self.weights, metadata: try Self.metadata())
        let folder = try Self.folder()
        let path = folder.path.appending("model.safetensors").string
        for count in Array(0..<700) + Array(stride(from: 700, to: bytes.count, by: 97)) {
            try folder.write(Array(bytes[..<count]), to: "model.safetensors")
            guard case .damaged(path, _) = Self.error(folder) else {
                Issue.record("\(count) bytes gave \(String(describing: Self.error(folder)))")
                return
            }
        }
    }

    @Test func cardsAreReadForgivingly() throws {
        let folder = try TemporaryFolder()
        let text = """
            {"name": "X", "scale": 2, "inputChannels": 3, "outputChannels": 3, "novel": {"a": [1]}, "size": "small",
             "tags": "not a list", "task": "paint", "noiseRange": [0, 75], "trainingIterations": "many",
             "quality": [{"set": "S", "protocol": "awgn", "psnr": 30.5}], "seed": 0,
             "published": [{"method": "M", "note": "blind", "multiplyAddsPerPixel": 1000,
                            "quality": [{"set": "S", "protocol": "awgn", "psnr": 31}]}]}
            """
        try folder.write(Array(text.utf8), to: "model.json")
        let card = try ModelCard(reading: folder.path.appending("model.json"))
        #expect(card.name == "X")
        #expect(card.size == ["small"])
        #expect(card.tags == nil)
        #expect(card.task == nil)
        #expect(card.trainingIterations == nil)
        #expect(card.noiseRange == [0, 75])
        #expect(card.quality?.first?.psnr == 30.5)
        #expect(card.quality?.first?.protocol == "awgn")
        #expect(
            card.published == [
                ModelCard.Published(
                    method: "M", note: "blind", multiplyAddsPerPixel: 1000,
                    quality: [ModelCard.Quality(set: "S", protocol: "awgn", psnr: 31)])
            ])
        try folder.write(card.json(), to: "again.json")
        #expect(try ModelCard(reading: folder.path.appending("again.json")) == card)
    }

    @Test func libraryFindsModels() throws {
        let first = try TemporaryFolder()
        let second = try TemporaryFolder()
        for (folder, name) in [(first, "1x-Clean"), (second, "1x-Clean"), (second, "2x-Large"), (second, "broken")] {
            let bytes = SafetensorsFile.bytes(tensors: Self.weights, metadata: try Self.metadata())
            try folder.write(bytes, to: "\(name)/model.safetensors")
            if name != "broken" { try folder.write(Self.card.json(), to: "\(name)/model.json") }
        }
        try second.write([], to: "no-model/readme")
        let library = ModelLibrary(folders: [first.path.appending("absent"), first.path, second.path])
        let entries = library.entries()
        #expect(entries.map(\.name) == ["1x-Clean", "2x-Large", "broken"])
        #expect(entries[0].folder == first.path.appending("1x-Clean"))
        #expect(throws: ModelFileError.missingFile(path: second.path.appending("broken/model.json").string)) {
            try entries[2].card.get()
        }
        #expect(try library.folder(of: "1x-Clean") == first.path.appending("1x-Clean"))
        #expect(try library.folder(of: "Clean") == first.path.appending("1x-Clean"))
        #expect(try library.folder(of: "Large") == second.path.appending("2x-Large"))
        let path = second.path.appending("2x-Large").string
        #expect(try library.folder(of: path) == FilePath(path))
        for (name, similar) in [("absent", []), ("", []), ("x-Clean", ["1x-Clean"]), ("lean", ["1x-Clean"])] {
            #expect(
                throws: ModelFileError.unknownModel(
                    name: name, searched: library.folders.map(\.string), similar: similar)
            ) {
                try library.folder(of: name)
            }
        }
        #expect(throws: ModelFileError.missingFile(path: "/nowhere/at/all")) {
            try library.folder(of: "/nowhere/at/all")
        }
        #expect(throws: ModelFileError.missingFile(path: "\(second.path)/no-model/model.safetensors")) {
            try library.folder(of: second.path.appending("no-model").string)
        }
    }

    @Test func standardPlacesInTheirOrder() throws {
        let package = try TemporaryFolder()
        try package.write([], to: "Package.swift")
        try package.write([], to: "models/readme")
        let executable = package.path.appending(".build/release/retouch")
        let library = ModelLibrary.standard(variable: "/a:relative::/b", executable: executable)
        #expect(
            library.folders == [
                FilePath("/a"), FilePath("relative"), FilePath("/b"),
                package.path.appending(".build/share/retouch/models"), package.path.appending("models"),
            ])
        let installed = ModelLibrary.standard(variable: nil, executable: FilePath("/opt/x/bin/retouch"))
        #expect(installed.folders == [FilePath("/opt/x/share/retouch/models")])
        #expect(ModelLibrary.standard(variable: nil, executable: nil).folders.isEmpty)
        #expect(ModelLibrary.currentExecutable != nil)
    }

    @Test func errorsSayFoundAndExpected() {
        let errors: [ModelFileError] = [
            .unknownModel(name: "x", searched: [], similar: ["y"]), .missingFile(path: "p"),
            .unreadable(path: "p", reason: "r"),
            .tooLarge(path: "p", foundBytes: 2, limit: 1), .damaged(path: "p", .duplicateKey("k")),
            .unknownFormat(path: "p", found: nil, expected: "e"), .badCard(path: "p", reason: "r"),
            .cardMismatch(field: "f", found: "1", expected: "2"), .unknownArchitecture(found: "f", known: ["k"]),
            .badConfiguration(field: "f", found: "1", expected: "2"), .missingTensor(name: "n", expected: [1]),
            .misshapenTensor(name: "n", found: [1], expected: [2]), .unexpectedTensors(names: ["n"]),
            .notFinite(name: "n", index: 0),
        ]
        for error in errors {
            #expect(!error.description.isEmpty && !error.description.contains("\n"))
        }
        #expect(
            errors[11].description == "tensor 'n' has shape [1], expected [2]")
    }
}
