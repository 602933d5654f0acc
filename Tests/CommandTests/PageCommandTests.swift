import Files
import SystemPackage
import TestFolders
import Testing

/// TIFFs of several pages in what is told before a run, and measured after it.
@Suite struct PageCommandTests {
    let test: CommandFolder

    init() throws {
        test = try CommandFolder()
        try test.pages("in/scan.tif", widths: [20, 30, 30, 40])
    }

    @Test func theForecastTellsEachPage() throws {
        let tiff = try test.run("IN", "OUT", "--dry-run", "--model", "1x-Scan-M")
        #expect(
            tiff.standardOutput.contains(
                "scan.tif  4 pages: 20 x 16, 8-bit RGB; 2 of 30 x 16, 8-bit RGB; 40 x 16, 8-bit RGB\n"), "\(tiff)")
        let png = try test.run("IN", "OUT", "--dry-run", "--model", "1x-Scan-M", "-f", "png")
        for (page, width) in [20, 30, 30, 40].enumerated() {
            #expect(
                png.standardOutput.contains(
                    "restore scan.tif, page \(page + 1) -> \(test.path)/out/scan-p000\(page + 1).png  \(width) x 16, 8-bit RGB\n"
                ),
                "\(png)")
        }
        // 120 x 16 pixels, either way.
        for ending in [tiff, png] { #expect(ending.standardOutput.contains("0.00 megapixels with")) }
    }

    @Test func inspectLooksAtEachPage() throws {
        let ending = try test.run("inspect", "IN", "--details")
        #expect(ending.status == 0, "\(ending)")
        for (page, width) in [20, 30, 30, 40].enumerated() {
            #expect(ending.standardOutput.contains("scan.tif, page \(page + 1)  \(width)x16, "), "\(ending)")
        }
        try test.picture("in/b.png")
        let lines = try test.run("inspect", "IN").standardOutput.split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines.contains { $0.contains("  b.png: ") })
    }

    @Test func compareTakesPageByPage() throws {
        try test.pages("theirs/scan.tif", widths: [20, 30, 30, 40], seed: 9)
        let folders = try test.run("compare", "IN", "TMP/theirs")
        #expect(folders.status == 0, "\(folders)")
        for page in 1...4 { #expect(folders.standardOutput.contains("scan.tif, page \(page) "), "\(folders)") }
        #expect(folders.standardOutput.contains("4 pictures"))
        let files = try test.run("compare", "TMP/in/scan.tif", "TMP/theirs/scan.tif", "--json")
        #expect(files.standardOutput.contains("\"page\" : 4"), "\(files)")
        let same = try test.run("compare", "IN", "IN")
        #expect(same.standardOutput.contains("4 equal"), "\(same)")
        try test.pages("fewer/scan.tif", widths: [20, 30], seed: 9)
        let fewer = try test.run("compare", "IN", "TMP/fewer")
        #expect(fewer.status == 3, "\(fewer)")
        #expect(fewer.standardError.contains("2 pages, expected as many as its reference"))
        // One page of another size is that page's failure.
        try test.pages("other/scan.tif", widths: [20, 31, 30, 40], seed: 9)
        let other = try test.run("compare", "IN", "TMP/other")
        #expect(other.status == 1)
        #expect(other.standardOutput.contains("3 pictures"), "\(other)")
    }
}
