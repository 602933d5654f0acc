import Files
import Foundation
import SystemPackage
import TestFolders
import Testing

/// `restore --review`.
@Suite struct ReviewCommandTests {
    let test: CommandFolder

    init() throws { test = try CommandFolder() }

    private struct Report: Decodable {
        struct Record: Decodable {
            struct Examination: Decodable {
                var disagreement: Double
                var expectedPSNRBefore: Double?
                var expectedPSNRAfter: Double?
            }
            var input: String
            var noiseLevel: Double?
            var selfExamination: Examination?
        }
        struct RoundTrip: Decodable {
            var corruption: String
            var pictures: [String]
            var before: Double
            var after: Double
        }
        var records: [Record]
        var roundTrip: RoundTrip?
    }

    private func report() throws -> Report {
        try JSONDecoder().decode(Report.self, from: Data(try test.tree("report")["report.json"] ?? []))
    }

    @Test func noiseIsPutBackAndTakenAway() throws {
        // Four pictures, one of them with little noise.
        let samples = repository.appending("samples/clean")
        for (name, picture) in [("a", "dog"), ("b", "nyc"), ("c", "dog"), ("d", "nyc")] {
            let bytes = try test.folder.read(samples.appending("\(picture).png"))
            try test.folder.write(bytes, to: FilePath("clean/\(name).png"))
        }
        for (name, sigma) in [("a", 5), ("b", 20), ("c", 20), ("d", 20)] {
            let made = try test.run(
                "corrupt", "TMP/clean/\(name).png", "TMP/in/\(name).png", "--corrupt", "gaussian:\(sigma)")
            #expect(made.status == 0, "\(made)")
        }
        let ending = try test.run("IN", "OUT", "--method", "bayes", "--review", "--report", "TMP/report")
        #expect(ending.status == 0 && ending.closingLine == "4 restored, 0 skipped, 0 failed", "\(ending)")
        #expect(ending.standardOutput.contains("Gain on this material, known noise put back: "))
        let found = try report()
        let trip = try #require(found.roundTrip)
        // The cleaner half of four.
        #expect(trip.pictures.count == 2 && trip.pictures[0] == "a.png")
        let level = try #require(Double(trip.corruption.dropFirst(9).prefix { $0 != "+" }))
        #expect(trip.corruption.hasPrefix("gaussian:") && abs(level - 20) < 1.5, "\(trip.corruption)")
        #expect(abs(trip.before - 20 * log10(255 / level)) < 0.6 && trip.after > trip.before + 6, "\(trip)")
        for record in found.records where record.input.hasSuffix(".png") {
            let examined = try #require(record.selfExamination)
            let before = try #require(examined.expectedPSNRBefore)
            #expect(abs(before - 20 * log10(255 / (record.noiseLevel ?? 0))) < 0.01)
            #expect(try #require(examined.expectedPSNRAfter) > before, "\(record)")
            #expect(examined.disagreement < 3)
        }
        // Nothing to restore: the figures of the run before, and no round trip.
        let again = try test.run("IN", "OUT", "--method", "bayes", "--review", "--report", "TMP/report")
        #expect(again.closingLine == "0 restored, 4 skipped, 0 failed")
        #expect(try report().roundTrip == nil && report().records.contains { $0.selfExamination != nil })
    }

    @Test func littleNoiseOrOnePicture() throws {
        try test.flatPicture("in/a.png", width: 150, height: 130)
        #expect(try test.run("IN", "OUT", "--review", "--report", "TMP/report").status == 0)
        #expect(try report().roundTrip == nil && report().records[0].selfExamination?.expectedPSNRBefore == nil)
        try test.flatPicture("in/b.png", width: 20, height: 13)
        #expect(try test.run("IN", "OUT", "--review", "--report", "TMP/report").status == 0)
        #expect(try report().roundTrip == nil && report().records[1].selfExamination == nil)
    }
}
