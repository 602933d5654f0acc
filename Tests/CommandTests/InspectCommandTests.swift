import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

@Suite struct InspectCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        // Uniform noise of +-0.1 over a gradient: a deviation of 0.2 / sqrt(12), 14.7 of 255.
        try test.picture("in/noisy.png", width: 200, height: 150, seed: 1)
        try test.picture("in/inner/grey.jpg", as: .jpeg, width: 200, height: 150, format: PixelFormat(color: .grey))
    }

    private struct Document: Decodable {
        struct Picture: Decodable {
            struct Noise: Decodable {
                var sigma: Double
                var channelSigmas: [Double]
                var blur: Double
            }
            struct Quality: Decodable {
                var value: Int
                var isExact: Bool
            }
            struct Advice: Decodable { var task: String }
            var name: String
            var width: Int
            var noise: Noise
            var jpegQuality: Quality?
            var specksPerMegapixel: Double
            var advice: Advice
        }
        var schemaVersion: Int
        var pictures: [Picture]
    }

    @Test func aLineForEachPictureOfAFolder() throws {
        let ending = try test.run("inspect", "IN")
        #expect(ending.status == 0, "\(ending)")
        let lines = ending.standardOutput.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasPrefix("noise  grain   JPEG"))
        #expect(lines[1].contains("inner/grey.jpg: "))
        #expect(lines[2].contains("noisy.png: --model 1x-Denoise-M: white noise of sigma 14."))
        #expect(try test.run("inspect", "IN", "-j", "1").standardOutput == ending.standardOutput)
    }

    /// Blocks are for the model for JPEG, but for those in pictures without colour that are no JPEG themselves.
    @Test func blocks() throws {
        let samples = repository.appending("samples/clean")
        let waves = try Picture(reading: samples.appending("waves.png"))
        let file = test.path.appending("saved.jpg")
        _ = try waves.write(to: file, as: .jpeg, quality: 30)
        let decoded = try Picture(reading: file).image
        let grey = PlanarImage(channels: 3, height: decoded.height, width: decoded.width)
        grey.view.copySamples(from: decoded.view)
        for y in 0..<grey.height {
            for x in 0..<grey.width {
                for c in 1..<3 { grey.view.row(c, y)[x] = grey.view.row(0, y)[x] }
            }
        }
        _ = try Picture(image: decoded, format: waves.format).write(to: test.path.appending("colour.png"), as: .png)
        _ = try Picture(image: grey, format: waves.format).write(to: test.path.appending("grey.png"), as: .png)
        // The same luma under much coarser blocks.
        _ = try Picture(image: grey, format: waves.format).write(
            to: test.path.appending("coarse.jpg"), as: .jpeg, quality: 8)
        for (name, advice) in [
            ("coarse.jpg", "JPEG blocks, quality 8"),
            ("saved.jpg", "--model 1x-JPEG-M: JPEG blocks, quality 30"),
            ("colour.png", "--model 1x-JPEG-M: blocks of an earlier JPEG, from column 0 and row 0 on"),
            ("grey.png", "--model 1x-JPEG-M: blocks of an earlier JPEG"),
        ] {
            let ending = try test.run("inspect", "TMP/\(name)")
            #expect(ending.standardOutput.contains(advice), "\(ending)")
        }
        // What is advised is what is done.
        let restored = try test.run("TMP/saved.jpg", "TMP/better.png", "--metadata", "none")
        #expect(restored.status == 0, "\(restored)")
        #expect(
            try test.run(
                "TMP/saved.jpg", "TMP/named.png", "--model", "1x-JPEG-M", "--metadata", "none"
            ).status == 0)
        let files = try test.tree("")
        #expect(files["better.png"] == files["named.png"] && files["better.png"] != nil)
    }

    /// Grain under coarse blocks, which leave little of it to see, is told from what blocks make of a clean picture.
    @Test func grainUnderBlocks() throws {
        let samples = repository.appending("samples/clean")
        let corrupted = try test.run("corrupt", samples.string, "TMP/grainy", "--corrupt", "grain:16:blur=1")
        #expect(corrupted.status == 0, "\(corrupted)")
        let grainy = test.path.appending("grainy")
        for (folder, quality, advice) in [
            (grainy, 15, "--model 1x-Camera-M: noise of sigma "), (grainy, 40, "--model 1x-Camera-M: noise of sigma "),
            (samples, 15, "--model 1x-JPEG-M: JPEG blocks, quality 15"),
            (samples, 40, "--model 1x-JPEG-M: JPEG blocks, quality 40"),
            (samples, 85, "--model 1x-JPEG-M: JPEG of quality 85"),
        ] {
            for name in ["dog", "nyc"] {
                let picture = try Picture(reading: folder.appending("\(name).png"))
                _ = try picture.write(to: test.path.appending("saved.jpg"), as: .jpeg, quality: quality)
                let ending = try test.run("inspect", "TMP/saved.jpg")
                #expect(ending.standardOutput.contains(advice), "\(name), \(quality): \(ending)")
            }
        }
    }

    @Test func onePictureInDetail() throws {
        let ending = try test.run("inspect", "TMP/in/inner/grey.jpg")
        #expect(ending.status == 0, "\(ending)")
        for text in [
            "grey.jpg  200x150, 8-bit grey, JPEG\n", "  JPEG        quality 95",
            "  clipped     0.0 % at 0",
        ] {
            #expect(ending.standardOutput.contains(text), "\(text)")
        }
    }

    @Test func figuresAsJSON() throws {
        let ending = try test.run("inspect", "IN", "--json")
        let document = try JSONDecoder().decode(Document.self, from: Data(ending.standardOutput.utf8))
        #expect(document.schemaVersion == 1 && document.pictures.map(\.name) == ["inner/grey.jpg", "noisy.png"])
        let noisy = document.pictures[1]
        #expect(noisy.width == 200 && noisy.jpegQuality == nil && noisy.noise.blur == 0)
        #expect(abs(noisy.noise.sigma - 14.7) < 0.7 && noisy.advice.task == "denoise")
        #expect(noisy.noise.channelSigmas.count == 3)
        for sigma in noisy.noise.channelSigmas { #expect(abs(sigma - 14.7) < 1.5) }
        let grey = document.pictures[0]
        #expect(grey.jpegQuality?.value == 95 && grey.jpegQuality?.isExact == true)
    }

    @Test func whatCannotBeReadIsSaidAndTheRestGoesOn() throws {
        try test.folder.write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], to: "in/broken.png")
        let some = try test.run("inspect", "IN")
        #expect(some.status == 1 && some.standardError.contains("\"broken.png\": "), "\(some)")
        #expect(some.standardError.split(separator: "\n").count == 1)
        #expect(some.standardOutput.contains("noisy.png"))
        let none = try test.run("inspect", "TMP/models")
        #expect(none.status == 3 && none.standardError.contains("no pictures to look at"), "\(none)")
        let little = try test.run("inspect", "TMP/in/noisy.png", "--max-memory", "100K")
        #expect(little.status == 1 && little.standardError.contains("the picture is held whole"), "\(little)")
        let small = try test.run("inspect", "TMP/in/noisy.png", "--max-pixels", "100")
        #expect(small.status == 1 && small.standardError.contains("pixels"), "\(small)")
    }
}
