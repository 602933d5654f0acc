import Foundation
import Imaging
import Quality
import Reports
import SystemPackage
import Tensors
import Testing

@Suite("Previews")
struct PreviewTests {
    func report(_ count: Int, after: (Int) -> Double? = { _ in nil }) -> RunReport {
        RunReport(
            version: "1", date: Date(timeIntervalSince1970: 0), model: "m",
            records: (0..<count).map { index in
                .restored(
                    FilePath("\(index).png"),
                    measurements: after(index).map {
                        [Measurement(metric: .psnr, channels: .rgb, protocol: "awgn-8bit", before: 20, after: $0)]
                    } ?? [])
            })
    }

    /// What the page shows of its first picture.
    func shown(in folder: FilePath) throws -> WrittenReport.PageData.Shown {
        try #require(try WrittenReport(in: folder).data.shown.first)
    }

    @Test("a pair of files: whole views bounded, pieces exact, from where the difference is greatest")
    func files() throws {
        try withTemporaryFolder { folder in
            let before = pattern(channels: 3, height: 700, width: 2100)
            let after = PlanarImage(channels: 3, height: 700, width: 2100, samples: before.samples)
            for y in 400..<420 { for x in 1500..<1520 { after.view.row(1, y)[x] = 1 - after.view.row(1, y)[x] } }
            try Picture(before).write(to: folder.appending("before.png"), as: .png)
            try Picture(after).write(to: folder.appending("after.png"), as: .png)
            try report(1).write(to: folder.appending("report")) { _ in
                PreviewSource(before: folder.appending("before.png"), after: folder.appending("after.png"))
            }
            let previews = folder.appending("report/previews")
            let shown = try shown(in: folder.appending("report"))
            #expect(shown.versions.map(\.label) == ["before", "after"])
            let files = shown.versions.flatMap { [$0.overview] + [$0.detail].compactMap { $0 } + $0.crops }
            #expect(files.sorted() == (try names(in: previews)).map { "previews/\($0)" })
            #expect(files.count == 2 * (1 + 1 + 1), "one place alone differs")
            let overview = try Picture(reading: previews.appending("0001-after.jpg"))
            #expect(overview.width == 700 && overview.height == 233)
            #expect(shown.overviewWidth == 700 && shown.overviewHeight == 233)
            // The middle of the overview is the mean of 3x3 pixels, but for what JPEG takes away.
            var sum: Float = 0
            for y in 300..<303 { for x in 900..<903 { sum += after.view.row(0, y)[x] } }
            #expect(abs(overview.image.view.row(0, 100)[300] - sum / 9) < 0.06)
            let region = shown.regions[0]
            #expect(region.width == 160 && region.height == 160)
            #expect(region.x <= 1500 && region.x + 160 >= 1520 && region.y <= 400 && region.y + 160 >= 420)
            for (name, picture) in [("before", before), ("after", after)] {
                let crop = try Picture(reading: previews.appending("0001-\(name)-crop1.png")).image
                #expect(levels(crop.view) == levels(cut(picture, region).view))
                withExtendedLifetime(crop) {}
            }
            // The part at full size is about the region, as large as it may be, and JPEG.
            let detail = try #require(shown.detail)
            #expect(detail.width == 960 && detail.height == 700)
            #expect(abs(detail.x + 480 - region.x - 80) <= 1 && detail.y == 0)
            let part = try Picture(reading: previews.appending("0001-after-detail.jpg")).image
            #expect(part.width == 960 && part.height == 700)
            let expected = cut(after, detail)
            let errors = zip(part.samples, expected.samples).map { Double(($0 - $1) * ($0 - $1)) }
            #expect(errors.reduce(0, +) / Double(errors.count) < 0.01)
        }
    }

    @Test("what was mended is shown over the picture before, at both sizes")
    func damage() throws {
        try withTemporaryFolder { folder in
            let before = pattern(channels: 1, height: 60, width: 80)
            let after = pattern(channels: 1, height: 120, width: 160)
            let mask = PixelMask(height: 60, width: 80) { y, x in (20..<26).contains(y) && (30..<40).contains(x) }
            for (name, damage) in [("marked", mask), ("clear", PixelMask(height: 60, width: 80))] {
                try report(1).write(to: folder.appending(name)) { _ in
                    var source = PreviewSource(before: before, after: after)
                    source.damage = { width, height in width == 80 && height == 60 ? damage : mask }
                    return source
                }
            }
            #expect(try shown(in: folder.appending("clear")).versions.map(\.label) == ["before", "after"])
            let shown = try shown(in: folder.appending("marked"))
            #expect(shown.versions.map(\.label) == ["before", "after", "damage"])
            #expect(shown.versions[2].isSmall == true)
            let place = shown.regions[0]
            let crop = try Picture(reading: folder.appending("marked/previews/0001-damage-crop1.png")).image
            #expect(crop.channels == 3 && crop.width == place.width / 2)
            for y in 0..<crop.height {
                for x in 0..<crop.width {
                    let (row, column) = (y + place.y / 2, x + place.x / 2)
                    let grey = before.view.row(0, row)[column]
                    let expected: [Float] = mask.isSet(row, column) ? [1, 0.1, 0.15] : [grey, grey, grey]
                    for c in 0..<3 { #expect(abs(crop.view.row(c, y)[x] - expected[c]) < 0.003) }
                }
            }
        }
    }

    func cut(_ image: PlanarImage, _ place: WrittenReport.PageData.Rectangle) -> PlanarImage {
        let part = PlanarImage(channels: image.channels, height: place.height, width: place.width)
        for c in 0..<image.channels {
            for y in 0..<place.height {
                part.view.row(c, y).update(from: image.view.row(c, place.y + y) + place.x, count: place.width)
            }
        }
        return part
    }

    func levels(_ view: PlanarView) -> [Int] {
        (0..<view.channels).flatMap { c in
            (0..<view.height).flatMap { y in (0..<view.width).map { x in Int((view.row(c, y)[x] * 255).rounded()) } }
        }
    }

    @Test("the three regions are those of the greatest sums of squares, none over another")
    func regions() throws {
        try withTemporaryFolder { folder in
            let reference = pattern(channels: 1, height: 480, width: 640)
            let after = PlanarImage(channels: 1, height: 480, width: 640, samples: reference.samples)
            // Small errors everywhere, greater ones in three places.
            for y in 0..<480 { for x in 0..<640 { after.view.row(0, y)[x] += 0.001 * Float((x * 7 + y * 3) % 5) } }
            for (x0, y0, error) in [(500, 40, Float(0.3)), (100, 300, 0.5), (400, 350, 0.4)] {
                for y in y0..<y0 + 60 {
                    for x in x0..<x0 + 60 { after.view.row(0, y)[x] = reference.view.row(0, y)[x] + error }
                }
            }
            try report(1).write(to: folder) { _ in
                PreviewSource(before: reference, after: after, reference: reference)
            }
            let found = try shown(in: folder).regions
            // The oracle: all places on cells of 16, by plain sums.
            func sum(_ x0: Int, _ y0: Int) -> Double {
                var sum = 0.0
                for y in y0..<y0 + 160 {
                    for x in x0..<x0 + 160 {
                        let difference = Double(after.view.row(0, y)[x] - reference.view.row(0, y)[x])
                        sum += difference * difference
                    }
                }
                return sum
            }
            var places: [(x: Int, y: Int, sum: Double)] = []
            for y in stride(from: 0, through: 320, by: 16) {
                for x in stride(from: 0, through: 480, by: 16) { places.append((x, y, sum(x, y))) }
            }
            var expected: [(x: Int, y: Int, sum: Double)] = []
            for _ in 0..<3 {
                let free = places.filter { place in
                    expected.allSatisfy { abs($0.x - place.x) >= 160 || abs($0.y - place.y) >= 160 }
                }
                expected.append(try #require(free.max { $0.sum < $1.sum }))
            }
            #expect(found.count == 3)
            for (region, place) in zip(found, expected) {
                #expect(abs(sum(region.x, region.y) - place.sum) < 1e-3 * place.sum, "\(region), \(place)")
            }
            withExtendedLifetime((after, reference)) {}
        }
    }

    @Test("an upscaled picture: the pieces before are half as large, from the same places")
    func upscaled() throws {
        try withTemporaryFolder { folder in
            let before = pattern(channels: 1, height: 200, width: 300)
            let after = pattern(channels: 1, height: 400, width: 600, seed: 1)
            let reference = pattern(channels: 1, height: 400, width: 600, seed: 2)
            try report(1).write(to: folder) { _ in PreviewSource(before: before, after: after, reference: reference) }
            let shown = try shown(in: folder)
            #expect(shown.regions.count == 3 && shown.regions.contains { $0.x > 0 && $0.y > 0 })
            #expect(shown.detail == nil && shown.versions.map(\.label).last == "reference")
            for (place, region) in shown.regions.enumerated() {
                let crop = try Picture(reading: folder.appending(shown.versions[0].crops[place])).image
                #expect(crop.width == 80 && crop.height == 80)
                let half = WrittenReport.PageData.Rectangle(x: region.x / 2, y: region.y / 2, width: 80, height: 80)
                #expect(levels(crop.view) == levels(cut(before, half).view))
                withExtendedLifetime(crop) {}
            }
        }
    }

    @Test("all methods that restored a corrupted picture are one set")
    func methods() throws {
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 3, height: 30, width: 40)
            try evaluationReport().write(to: folder, previewLimit: 12) { record in
                PreviewSource(
                    before: picture,
                    after: pattern(channels: 3, height: 30, width: 40, seed: record.method?.name == "nlm" ? 1 : 2),
                    reference: picture)
            }
            let shown = try WrittenReport(in: folder).data.shown
            #expect(shown.count == 6)
            for set in shown {
                #expect(set.versions.map(\.label) == ["before", "1x-Denoise-S", "nlm", "reference"])
                #expect(set.versions[2].figures?.contains("\u{A0}dB, SSIM\u{A0}0.") == true)
            }
            #expect(Set(shown.map { $0.corruption + $0.name }).count == 6)
        }
    }

    @Test(
        "pictures of one pixel, and thinner than a preview's factor",
        arguments: [(1, 1), (2000, 1), (1, 3000), (5, 240)])
    func thin(width: Int, height: Int) throws {
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 3, height: height, width: width)
            _ = try report(1).write(to: folder) { _ in PreviewSource(before: picture, after: picture) }
            let overview = try Picture(reading: folder.appending("previews/0001-after.jpg"))
            #expect(overview.width <= 960 && overview.height <= 960)
            if width == 1 && height == 1 { #expect(abs(overview.image.samples[0] - picture.samples[0]) < 0.02) }
        }
    }

    @Test("what does not fit or cannot be read costs its preview, not the report")
    func missing() throws {
        try withTemporaryFolder { folder in
            let small = pattern(channels: 3, height: 20, width: 30)
            let other = pattern(channels: 3, height: 21, width: 31)
            let html = try bytes(
                of: report(3).write(to: folder) { record in
                    switch record.input {
                    case "0.png":
                        PreviewSource(before: folder.appending("none.png"), after: folder.appending("none.png"))
                    case "1.png": PreviewSource(before: small, after: other)
                    default: nil
                    }
                })
            #expect(!html.holds("<h2>Before and after</h2>"))
            #expect(try names(in: folder) == ["report.csv", "report.html", "report.json", "report.md"])
        }
    }

    @Test("those that need review, the worst and others at even distances, no more than asked for")
    func choice() throws {
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 1, height: 8, width: 8)
            let report = report(100) { $0 % 10 == 7 ? 10 + Double($0) / 100 : 30 }
            _ = try report.write(to: folder, previewLimit: 9) { _ in PreviewSource(before: picture, after: picture) }
            let shown = try names(in: folder.appending("previews")).filter { $0.hasSuffix("-after.jpg") }
            #expect(shown.count == 9)
            for worst in ["0008", "0018", "0028", "0038", "0048"] { #expect(shown.contains("\(worst)-after.jpg")) }
            // A second report with fewer leaves nothing of the first, and what is not ours.
            try Picture(picture).write(to: folder.appending("previews/mine.png"), as: .png)
            _ = try report.write(to: folder, previewLimit: 1) { _ in PreviewSource(before: picture, after: picture) }
            #expect(
                try names(in: folder.appending("previews")) == [
                    "0008-after-crop1.png", "0008-after.jpg", "0008-before-crop1.png", "0008-before.jpg", "mine.png",
                ])
        }
    }

    @Test("pictures that need review take half of the places, the worst, the median and the best the others")
    func reserve() throws {
        try withTemporaryFolder { folder in
            let picture = pattern(channels: 1, height: 8, width: 8)
            var report = report(30) { 30 + Double($0) / 100 }
            for index in 4..<14 { report.records[index].change { $0.remarks = ["remark"] } }
            _ = try report.write(to: folder, previewLimit: 6) { _ in PreviewSource(before: picture, after: picture) }
            let shown = try names(in: folder.appending("previews")).filter { $0.hasSuffix("-after.jpg") }
            #expect(shown == ["0001", "0005", "0006", "0007", "0016", "0030"].map { "\($0)-after.jpg" })
        }
    }
}
