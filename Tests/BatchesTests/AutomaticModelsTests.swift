import Batches
import Files
import Imaging
import Networks
import Reports
import Restoration
import SystemPackage
import Tensors
import TestFolders
import Testing

/// A program that uses the library gets the choice of models that the command has, with the models that ship.
@Suite struct AutomaticModelsTests {
    private let library = ModelLibrary(folders: [repository.appending("models")])

    /// White noise over grey; without noise what a flat picture is.
    private func picture(noise: Float, channels: Int = 3) -> Picture {
        var random = RandomStream(seed: 5)
        let image = PlanarImage(channels: channels, height: 100, width: 120)
        for channel in 0..<channels {
            for row in 0..<100 {
                for column in 0..<120 {
                    let uniform = (0..<6).reduce(Float(0)) { sum, _ in sum + Float(random.integer(below: 1000)) }
                    image.view.row(channel, row)[column] = 0.5 + noise * (uniform / 1000 - 3)
                }
            }
        }
        return Picture(image)
    }

    @Test func eachPictureGetsTheModelForWhatItShows() throws {
        let folder = try TemporaryFolder()
        let pictures = [
            ("flat", picture(noise: 0)), ("grey", picture(noise: 0.08, channels: 1)), ("noisy", picture(noise: 0.08)),
        ]
        for (name, picture) in pictures {
            try folder.write(TestPictures.bytes(picture), to: FilePath("in/\(name).png"))
        }
        let method = try RestorationMethod(in: library)
        #expect(method.name == "auto" && !method.holdsWholePictures)
        let model = try method.batchModel(.init(), memoryLimit: 256 << 20)
        let request = BatchRequest(inputs: [folder.path.appending("in")], output: folder.path.appending("out"))
        let result = try BatchRun.run(request, model: model)
        #expect(result.counts == [3, 0, 0, 0])
        #expect(
            result.records.map(\.method?.name)
                == [PassThrough.name, AutomaticModels.greyDenoiser, AutomaticModels.denoiser])
        // The same choice is the same model, so nothing is done twice.
        let again = try RestorationMethod(in: library).batchModel(.init(), memoryLimit: 256 << 20)
        #expect(again.sha256 == model.sha256)
        #expect(try BatchRun.run(request, model: again).counts == [0, 3, 0, 0])
    }

    @Test func whatIsAskedFor() throws {
        func name(_ asked: String? = nil, scale: Int? = nil, tellsNoiseLevel: Bool = false) throws -> String {
            try RestorationMethod(modelNamed: asked, scale: scale, tellsNoiseLevel: tellsNoiseLevel, in: library).name
        }
        #expect(try name() == "auto" && name("auto") == "auto" && name(scale: 2) == "auto")
        #expect(try name("Scan-M") == AutomaticModels.scans)
        #expect(try name("auto", scale: 4) == "auto" && name(scale: 4) == "auto")
        // A noise level that is told is that of white noise.
        #expect(try name(tellsNoiseLevel: true) == AutomaticModels.denoiser)
        #expect(throws: MethodError.noiseLevelForChoice) { try name("auto", tellsNoiseLevel: true) }
        #expect(throws: MethodError.noiseLevelForChoice) { try name(scale: 2, tellsNoiseLevel: true) }
        #expect(throws: MethodError.otherScale(found: 1, expected: 2, model: AutomaticModels.scans)) {
            try name("Scan-M", scale: 2)
        }
        #expect(throws: ModelFileError.self) { try name("none") }
    }

    /// Every name of the tables is one of a model that ships, of the scale that it stands under.
    @Test(arguments: [1, 2, 4]) func modelsOfTheTables(scale: Int) throws {
        let names = AutomaticModels.shipped[scale].map { [$0.usual] + $0.others.values } ?? []
        for name in names + [try #require(AutomaticModels.defaults[scale])] {
            #expect(try FoundModel(named: name, in: library).card.scale == scale, "\(name)")
        }
        for task in Advice.Task.allCases {
            let name = AutomaticModels.shipped[scale]?.name(for: task)
            #expect((name == nil) == (scale == 1 && task == .nothing), "\(task)")
        }
    }
}
