import Imaging
import Testing

@Suite("An ICC profile's parts as programs number them")
struct ProfilePartTests {
    private static let profile = MetadataTests.profile(count: 500)

    /// A JPEG with these parts, `after` of them behind the frame header.
    private func read(_ parts: [(number: Int, of: Int, bytes: [UInt8])], after: Int = 0) throws -> Picture {
        var file = JPEGFile(try MetadataTests.picture().encoded(as: .jpeg).bytes)
        for (index, part) in parts.enumerated() {
            let frame = try #require(file.segments.firstIndex { $0.marker == 0xC0 })
            file.insert(
                0xE2, MetadataTests.iccLabel, [UInt8(part.number), UInt8(part.of)] + part.bytes,
                at: index < parts.count - after ? frame : file.segments.count)
        }
        return try Picture(decoding: file.bytes)
    }

    /// The profile cut in three.
    private func parts(_ numbers: [Int], of counts: [Int]) -> [(number: Int, of: Int, bytes: [UInt8])] {
        let cuts = [0, 150, 300, 500]
        return numbers.indices.map { (numbers[$0], counts[$0], Array(Self.profile[cuts[$0]..<cuts[$0 + 1]])) }
    }

    @Test("Those that say where they belong, or are as long together as the header says, are a profile")
    func sound() throws {
        let whole = (1, 1, Self.profile)
        let usual = parts([1, 2, 3], of: [3, 3, 3])
        let found: [(String, [(number: Int, of: Int, bytes: [UInt8])], Int)] = [
            ("twice", [whole, whole], 0), ("before and after the frame header", [whole, whole], 1),
            ("all twice", usual + usual, 0), ("all twice, the second time behind the frame header", usual + usual, 3),
            ("reversed", usual.reversed(), 0), ("one twice", usual + [usual[1]], 0),
            ("from 0", parts([0, 1, 2], of: [3, 3, 3]), 0),
            ("from 0, counts of 0", parts([0, 1, 2], of: [0, 0, 0]), 0),
            ("counts of 0", parts([1, 2, 3], of: [0, 0, 0]), 0),
            ("a count too large", parts([1, 2, 3], of: [4, 4, 4]), 0),
            ("counts that differ", parts([1, 2, 3], of: [1, 2, 3]), 0),
            ("all are the first", parts([1, 1, 1], of: [1, 1, 1]), 0),
            ("all are 0", parts([0, 0, 0], of: [0, 0, 0]), 0),
            ("another one behind", [whole, (1, 1, MetadataTests.profile(count: 400))], 0),
        ]
        for (name, parts, after) in found {
            let picture = try read(parts, after: after)
            #expect(picture.metadata.icc == Self.profile, "\(name)")
            #expect(picture.notes.isEmpty, "\(name): \(picture.notes)")
        }
    }

    @Test("Parts that are not enough are none")
    func missing() throws {
        for (numbers, counts, text) in [
            ([1, 3], [3, 3], "1, 3, expected 1 to 3"), ([0, 2], [0, 0], "0, 2, expected 1 to 0"),
        ] {
            let cut = parts([1, 2, 3], of: [3, 3, 3])
            let picture = try read([(numbers[0], counts[0], cut[0].bytes), (numbers[1], counts[1], cut[2].bytes)])
            #expect(picture.metadata.icc == nil)
            #expect(picture.notes == [.dropped("ICC profile", reason: "found the parts \(text)")])
        }
    }
}
