import Corruptions
import Files
import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

/// How the pictures of `samples/noisy` were made from those of `samples/clean`; `samples/SOURCES.md` says the same.
private struct NoisySample: CustomTestStringConvertible, Sendable {
    let file: String
    let corruption: String
    var jpegQuality: Int?

    static let all = [
        NoisySample(file: "dog.png", corruption: "gaussian:25"),
        NoisySample(file: "flowers.png", corruption: "grain:15:blur=1"),
        NoisySample(file: "nyc.jpg", corruption: "grain:10:blur=1.2", jpegQuality: 90),
        NoisySample(file: "sumac.jpg", corruption: "grain:12:blur=0.8", jpegQuality: 85),
        NoisySample(file: "waves.png", corruption: "gaussian:15"),
    ]

    var testDescription: String { file }

    /// The corrupted picture with 8 bits a sample; the seed is 0, the stream the file's name.
    func made() throws -> Picture {
        let name = FilePath(file).stem ?? ""
        var random = RandomState(seed: 0, name: name.utf8)
        let clean = try Picture(reading: samples.appending("clean/\(name).png"))
        let corruption = try #require(try Corruption.parse(corruption).first)
        return Picture(try corruption.applied(to: clean.image, random: &random).rounded(toBits: 8))
    }
}

private let samples = repository.appending("samples")

@Suite("The samples are what SOURCES.md says")
struct SampleTests {
    /// With `RETOUCH_WRITE_SAMPLES` set, writes them first.
    @Test(arguments: NoisySample.all)
    private func noisySample(_ sample: NoisySample) throws {
        let bytes = try sample.made().encoded(
            as: sample.jpegQuality == nil ? .png : .jpeg, quality: sample.jpegQuality ?? 95
        ).bytes
        let path = samples.appending("noisy").appending(sample.file)
        if ProcessInfo.processInfo.environment["RETOUCH_WRITE_SAMPLES"] != nil {
            let file = try AtomicFile(replacing: path)
            try file.write(bytes)
            try file.commit()
        }
        let committed = try Picture(reading: path)
        let made = try Picture(decoding: bytes)
        #expect(committed.width == made.width && committed.height == made.height)
        // Versions of libjpeg may round otherwise: one step of 255 for a JPEG, none for a PNG.
        let tolerance: Float = sample.jpegQuality == nil ? 0 : 1.01 / 255
        let worst = zip(committed.image.samples, made.image.samples).map { abs($0 - $1) }.max()
        #expect(try #require(worst) <= tolerance)
    }

    @Test func sourcesNameEverySample() throws {
        let text = try String(contentsOfFile: samples.appending("SOURCES.md").string, encoding: .utf8)
        for sample in NoisySample.all {
            let quality = sample.jpegQuality.map { ", JPEG \($0)" } ?? ""
            #expect(text.contains("`\(sample.file)`: `\(sample.corruption)`\(quality)"))
        }
    }
}
