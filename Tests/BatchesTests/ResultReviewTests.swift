import Batches
import Files
import Imaging
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Results judged without a reference.
@Suite struct ResultReviewTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func remarks(reviews: Bool, _ model: BatchModel) throws -> [String] {
        let request = BatchRequest(
            inputs: [folder.path.appending("in")], output: folder.path.appending("out"), exists: .overwrite,
            reviewsResults: reviews)
        let result = try BatchRun.run(request, model: model)
        let record = try #require(result.records.first)
        #expect(record.outcome.kind == .restored)
        #expect((record.noiseLevel != nil) == reviews)
        return record.remarks
    }

    @Test func aPictureTurnedIntoItsNegative() throws {
        try folder.writePicture("in/a.png", width: 60)
        let found = try remarks(reviews: true, InvertingProcess().model())
        #expect(found.contains { $0.hasPrefix("more was taken away than noise: ") }, "\(found)")
        #expect(try remarks(reviews: false, InvertingProcess().model()).isEmpty)
        // What was remarked is in the ledger, for the reports of later runs.
        #expect(try remarks(reviews: true, InvertingProcess().model()) == found)
        var later = BatchRequest(inputs: [folder.path.appending("in")], output: folder.path.appending("out"))
        later.reviewsResults = true
        let skipped = try BatchRun.run(later, model: .notToBeLoaded())
        #expect(skipped.records.first?.outcome.kind == .skipped && skipped.records.first?.remarks == found)
    }

    @Test func coloursThatMoved() throws {
        try folder.write(
            TestPictures.bytes(
                Picture(PlanarImage(channels: 3, height: 30, width: 40, samples: .init(repeating: 0.25, count: 3600)))),
            to: "in/a.png")
        // 64 becomes 191.
        let found = try remarks(reviews: true, InvertingProcess().model())
        #expect(found == ["red", "green", "blue"].map { "the mean of \($0) became brighter by 127.0 levels" })
    }
}
