import Imaging
import Tensors
import Testing

/// Peculiarities of real JPEGs that cost no pixel, beside such as do.
@Suite("What libjpeg only remarks on ends no picture")
struct JPEGRemarkTests {
    static let noEnd = PictureNote.remark(layer: "JPEG", message: "its end marker is missing, every pixel is there")
    static let stray = PictureNote.remark(layer: "JPEG", message: "stray bytes passed over")
    static let oddScan = PictureNote.remark(layer: "JPEG", message: "odd parameters of a scan, which cost nothing")

    /// A file's pixels are those of `whole`, and its notes are these.
    private func expect(_ bytes: [UInt8], equals whole: [UInt8], _ notes: [PictureNote]) throws {
        for policy in DamagePolicy.allCases {
            let picture = try Picture(decoding: bytes, damaged: policy)
            #expect(picture.image.samples == (try Picture(decoding: whole)).image.samples)
            #expect(picture.notes == notes, "\(policy)")
        }
    }

    @Test("The parameters of a sequential scan may be anything", arguments: ["ycc2x2", "grey", "restart", "cmyk"])
    func scanParameters(name: String) throws {
        let whole = try Fixture.bytes("jpeg/\(name).jpg")
        let conversion = try Picture(decoding: whole).notes
        for parameters: [UInt8] in [[0, 0, 0], [0, 63, 1], [1, 63, 0]] {
            var file = JPEGFile(whole)
            // Length, number of components, two bytes for each.
            let place = 5 + 2 * Int(file.rest[4])
            file.rest.replaceSubrange(place..<(place + 3), with: parameters)
            try expect(file.bytes, equals: whole, conversion + [Self.oddScan])
        }
    }

    @Test(
        "The end marker may be missing, or be zeros",
        arguments: ["ycc1x1", "ycc2x2", "ycc2x2-progressive", "grey", "grey-progressive", "restart", "separate"])
    func end(name: String) throws {
        let whole = try Fixture.bytes("jpeg/\(name).jpg")
        #expect(whole.suffix(2) == [0xFF, 0xD9])
        let body = Array(whole.dropLast(2))
        try expect(body, equals: whole, [Self.noEnd])
        try expect(body + [0xFF], equals: whole, [Self.noEnd])
        try expect(body + [UInt8](repeating: 0, count: 512), equals: whole, [Self.stray, Self.noEnd])
        try expect(body + [UInt8](repeating: 9, count: 40) + [0xFF, 0xD9], equals: whole, [Self.stray])
    }

    @Test("What follows the last row is no reason to lose it", arguments: ["ycc1x1", "ycc2x2", "restart"])
    func oddEnd(name: String) throws {
        let whole = try Fixture.bytes("jpeg/\(name).jpg")
        let body = Array(whole.dropLast(2))
        let odd = PictureNote.remark(
            layer: "JPEG", message: "something else than its end marker follows, every pixel is there")
        // A table that is none; another picture; another scan.
        for rest: [UInt8] in [[0xFF, 0xC4, 0, 5, 0x77, 1, 2], [0xFF, 0xD8, 0xFF, 0xE0], JPEGFile(whole).rest] {
            try expect(body + rest, equals: whole, [odd])
        }
    }

    @Test("Bytes between two segments are passed over", arguments: ["ycc2x2", "ycc2x2-progressive"])
    func betweenSegments(name: String) throws {
        let whole = try Fixture.bytes("jpeg/\(name).jpg")
        let file = JPEGFile(whole)
        for junk: [UInt8] in [[0], [0x41, 0x42, 0x43], [0xFF, 0], [0, 0xFF, 0, 0xFF, 0xFF, 0, 7]] {
            // The first marker follows SOI, by which a JPEG is known.
            for place in file.segments.indices.dropFirst() {
                let before = JPEGFile(whole).segments[..<place].flatMap(Self.segment)
                let after = file.segments[place...].flatMap(Self.segment)
                try expect([0xFF, 0xD8] + before + junk + after + file.rest, equals: whole, [Self.stray])
            }
        }
        // Fill bytes are not even worth a note.
        let filled = [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 1000) + file.bytes.dropFirst(2)
        try expect(filled, equals: whole, [])
    }

    private static func segment(_ segment: (marker: UInt8, bytes: [UInt8])) -> [UInt8] {
        [0xFF, segment.marker] + four(segment.bytes.count + 2).suffix(2) + segment.bytes
    }

    @Test("Bytes before a restart marker are passed over")
    func beforeRestarts() throws {
        let whole = try Fixture.bytes("jpeg/restart.jpg")
        let body = JPEGFile(whole).bytes.count - JPEGFile(whole).rest.count
        let places = whole.indices.dropLast().filter {
            $0 > body && whole[$0] == 0xFF && (0xD0...0xD7).contains(whole[$0 + 1])
        }
        #expect(places.count > 1)
        var bytes = whole
        bytes.insert(contentsOf: [UInt8](repeating: 9, count: 40), at: places[1])
        try expect(bytes, equals: whole, [Self.stray])
    }

    @Test(
        "A progressive file that lost a scan, or one of separate scans, is cut off",
        arguments: [
            "ycc2x2-progressive", "grey-progressive", "separate",
        ])
    func lostScans(name: String) throws {
        let whole = try Fixture.bytes("jpeg/\(name).jpg")
        let start = JPEGFile(whole).bytes.count - JPEGFile(whole).rest.count
        let scans = whole.indices.dropLast().filter { $0 > start && whole[$0] == 0xFF && whole[$0 + 1] == 0xDA }
        #expect(scans.count > 1)
        for scan in scans {
            // Tables of the next scan may stand before its marker.
            for end in [scan, scan + 2, scan + 8] {
                let part = Array(whole[..<end])
                guard case .damaged("JPEG entropy data", let found, _) = BadInputTests.error(of: part) else {
                    Issue.record("cut at \(end): \(String(describing: BadInputTests.error(of: part)))")
                    continue
                }
                #expect(found == "the end of the file at byte \(end)")
                if let picture = try? Picture(decoding: part, damaged: .accept) {
                    #expect(picture.notes.contains { if case .damaged = $0 { true } else { false } })
                }
            }
        }
    }

    @Test("An arithmetic one without its end is cut off: its decoder goes on with zeros")
    func arithmetic() throws {
        let whole = try Fixture.bytes("jpeg/arithmetic.jpg")
        #expect(BadInputTests.error(of: Array(whole.dropLast(40))) != nil)
        let picture = try Picture(decoding: Array(whole.dropLast(40)), damaged: .accept)
        #expect(picture.notes.contains { if case .damaged = $0 { true } else { false } })
    }

    @Test("What follows the picture is told: a video, a gain map, anything but zeros")
    func trailers() throws {
        let whole = try Fixture.bytes("jpeg/ycc2x2.jpg")
        let video = four(24) + Array("ftypmp42".utf8) + [UInt8](repeating: 3, count: 40)
        let samsung = [0, 0, 0x30, 0x0A, 16, 0, 0, 0] + Array("MotionPhoto_Data".utf8) + video
        let unknown = PictureNote.dropped("5 bytes behind the picture", reason: "they are not known here")
        for (trailer, notes): ([UInt8], [PictureNote]) in [
            (video, [.dropped("the video of a motion photo", reason: "only the still picture is read")]),
            (samsung, [.dropped("the video of a motion photo", reason: "only the still picture is read")]),
            (whole, [.dropped("further pictures of the file", reason: "only the first is read")]),
            ([UInt8](repeating: 0, count: 100_000), []), ([0, 0, 1, 2, 3, 4, 5], [unknown]),
        ] {
            try expect(whole + trailer, equals: whole, notes)
        }
    }

    @Test("A height that follows the scan is named for what it is")
    func lateHeight() throws {
        var file = JPEGFile(try Fixture.bytes("jpeg/ycc2x2.jpg"))
        let frame = try #require(file.segments.firstIndex { $0.marker == 0xC0 })
        file.segments[frame].bytes.replaceSubrange(1..<3, with: [0, 0])
        let late = file.bytes.dropLast(2) + [0xFF, 0xDC, 0, 4, 0, 37, 0xFF, 0xD9]
        let error = try #require(BadInputTests.error(of: Array(late)))
        #expect(error == .notReadableYet(format: "JPEG whose height follows its scan (DNL)"))
        #expect(error.description.contains("cannot be read yet; convert it to PNG"))
        guard case .zeroSize = BadInputTests.error(of: file.bytes) else {
            Issue.record("\(String(describing: BadInputTests.error(of: file.bytes)))")
            return
        }
    }
}
