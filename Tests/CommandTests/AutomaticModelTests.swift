import Files
import Foundation
import Imaging
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing

/// `--model auto`.
@Suite struct AutomaticModelTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try TestModel(seed: 2).write(to: "models/1x-Denoise-M", in: test.folder)
        // White noise, and next to none.
        try test.picture("in/noisy.png", width: 120, height: 100, seed: 1)
        try test.flatPicture("in/flat.png", width: 120, height: 100)
    }

    /// Flat pictures are passed through.
    @Test func eachPictureGetsTheModelForWhatItShows() throws {
        let ending = try test.run("IN", "OUT", "--model", "auto", "--metadata", "none", "--report", "TMP/report")
        #expect(ending.status == 0, "\(ending)")
        let chosen = try test.tree("out")
        #expect(
            try test.run("TMP/in/noisy.png", "TMP/named", "--model", "1x-Denoise-M", "--metadata", "none").status == 0)
        #expect(try test.tree("named")["noisy.png"] == chosen["noisy.png"])
        let flat = try Picture(reading: test.path.appending("in/flat.png")).image
        #expect(try Picture(reading: test.path.appending("out/flat.png")).image.samples == flat.samples)
        let report = String(decoding: try test.tree("report")["report.json"] ?? [], as: UTF8.self)
        #expect(report.contains("1x-Denoise-M for white noise of sigma 1"))
        #expect(report.contains("passed through: no noise that can be told from texture"))
        // Nothing is done twice, until one of the models changes.
        #expect(
            try test.run("IN", "OUT", "--model", "auto", "--metadata", "none").closingLine
                == "0 restored, 2 skipped, 0 failed")
        try TestModel(seed: 3).write(to: "models/1x-Denoise-M", in: test.folder)
        #expect(
            try test.run("IN", "OUT", "--model", "auto", "--metadata", "none").closingLine
                == "2 restored, 0 skipped, 0 failed")
        #expect(try test.tree("out")["noisy.png"] != chosen["noisy.png"])
        #expect(try test.tree("out")["flat.png"] == chosen["flat.png"])
        let forecast = try test.run("IN", "TMP/x", "--model", "auto", "--dry-run")
        #expect(forecast.status == 0 && forecast.standardOutput.contains("2 to restore"), "\(forecast)")
    }

    /// White noise that three channels share, or that of one channel, is for the model that takes a channel at a time.
    @Test func withoutColour() throws {
        try test.picture("in/grey.png", width: 120, height: 100, format: PixelFormat(color: .grey), seed: 4)
        let grey = try Picture(reading: test.path.appending("in/grey.png")).image
        let threefold = PlanarImage(
            channels: 3, height: 100, width: 120, samples: grey.samples + grey.samples + grey.samples)
        _ = try Picture(image: threefold, format: PixelFormat(color: .rgb)).write(
            to: test.path.appending("in/threefold.png"), as: .png)
        #expect(try test.run("IN", "OUT", "--report", "TMP/report").status == 0)
        let report = try RunReport(json: Data(test.tree("report")["report.json"] ?? []))
        #expect(
            report.records.map(\.method?.name)
                == ["none", "1x-DenoiseGrey-M", "1x-Denoise-M", "1x-DenoiseGrey-M"])
    }

    @Test func whatDoesNotGoWithIt() throws {
        let told = try test.run("IN", "OUT", "--model", "auto", "--sigma", "20")
        #expect(told.status == 2 && told.standardError.contains("--sigma goes with a model by name"), "\(told)")
    }

    @Test(arguments: [2, 4]) func factorsHaveModelsOfTheirOwn(factor: Int) throws {
        let upscaled = try test.run("IN", "OUT", "--model", "auto", "-s", "\(factor)", "--report", "TMP/report")
        #expect(upscaled.status == 0, "\(upscaled)")
        let size = try PictureReader(path: test.path.appending("out/flat.png")).info
        #expect(size.width == 120 * factor && size.height == 100 * factor)
        let report = try RunReport(json: Data(test.tree("report")["report.json"] ?? []))
        #expect(report.records.map(\.input) == ["flat.png", "noisy.png"])
        #expect(report.records.map(\.method?.name) == ["\(factor)x-Upscale-M", "\(factor)x-Photo-M"])
        let told = try test.run("IN", "OUT", "-s", "\(factor)", "--sigma", "20")
        #expect(told.status == 2, "\(told)")
    }
}
