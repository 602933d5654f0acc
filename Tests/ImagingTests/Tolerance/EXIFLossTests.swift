import Imaging
import TestSupport
import Testing

@Suite("What lies in EXIF costs itself, not the rest")
struct EXIFLossTests {
    private typealias Entry = (tag: Int, type: Int, count: Int, value: [UInt8])

    /// A block: the first directory, Exif and GPS, values behind them.
    private struct Block {
        var isLittleEndian = true
        var first: [Entry] = [
            (0x010F, 2, 10, Array("CameraCo.\0".utf8)), (0x0112, 3, 1, []),
            (0x0132, 2, 20, Array("1998:07:06 05:04:03\0".utf8)),
        ]
        var exif: [Entry] = [(0x9003, 2, 20, Array("1998:07:06 05:04:03\0".utf8)), (0xA002, 4, 1, [])]
        var gps: [Entry] = [(1, 2, 2, Array("N\0".utf8)), (2, 5, 3, [UInt8](repeating: 1, count: 24))]

        func number(_ value: Int, _ count: Int) -> [UInt8] {
            let big = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
            return isLittleEndian ? big.reversed() : big
        }

        /// Values of tags with none of their own: `pointed` as offsets, 1 else.
        func bytes(pointed: [Int: Int] = [:]) -> [UInt8] {
            var directories = [first + [(0x8769, 4, 1, []), (0x8825, 4, 1, [])], exif, gps]
            for index in directories.indices { directories[index].sort { $0.tag < $1.tag } }
            var places = [8]
            for directory in directories { places.append(places.last! + 6 + 12 * directory.count) }
            var values: [UInt8] = []
            var block = (isLittleEndian ? Array("II".utf8) : Array("MM".utf8)) + number(42, 2) + number(8, 4)
            for (index, directory) in directories.enumerated() {
                block += number(directory.count, 2)
                for (tag, type, count, value) in directory {
                    block += number(tag, 2) + number(type, 2) + number(count, 4)
                    if let place = pointed[tag] {
                        block += number(place, 4)
                    } else if tag == 0x8769 || tag == 0x8825 {
                        block += number(places[tag == 0x8769 ? 1 : 2], 4)
                    } else if value.count > 4 {
                        block += number(places[3] + values.count, 4)
                        values += value + (value.count % 2 == 1 ? [0] : [])
                    } else {
                        let inline = value.isEmpty ? number(1, type == 3 ? 2 : 4) : value
                        block += inline + [UInt8](repeating: 0, count: 4 - inline.count)
                    }
                }
                block += number(0, 4)
                _ = index
            }
            return block + values
        }
    }

    private func read(_ block: [UInt8]) throws -> Picture {
        var file = JPEGFile(try MetadataTests.picture().encoded(as: .jpeg).bytes)
        file.insert(0xE1, "Exif\0\0", block)
        return try Picture(decoding: file.bytes)
    }

    /// The block after a way through both containers.
    private func written(_ picture: Picture, as container: PictureContainer) throws -> EXIFReading {
        let bytes = try picture.encoded(as: container, software: "Retouch").bytes
        #expect(try Picture(decoding: bytes).notes.isEmpty)
        return EXIFReading(try #require(MetadataTests.exif(of: bytes, container)))
    }

    @Test("An entry whose value lies outside is left out, in any directory", arguments: [true, false], 0..<6)
    func entries(isLittleEndian: Bool, kind: Int) throws {
        var block = Block(isLittleEndian: isLittleEndian)
        let plain = EXIFReading(block.bytes())
        let (tag, place, name): (Int, Int, String)
        switch kind {
        case 0:
            block.exif.append((0x927C, 7, 900, []))
            (tag, place, name) = (0x927C, 700, "EXIF tag 927c (MakerNote)")
        case 1:
            block.exif.append((0x9286, 7, 64, []))
            (tag, place, name) = (0x9286, 0xFFFF_FFF0, "EXIF tag 9286 (UserComment)")
        case 2:
            block.gps.append((0x12, 2, 0x1000_0000, []))
            (tag, place, name) = (0x12, 26, "GPS tag 0012 (GPSMapDatum)")
        case 3:
            block.first.append((0xC4A5, 7, 208, []))
            (tag, place, name) = (0xC4A5, 40_000, "EXIF tag c4a5 (PrintIM)")
        case 4:
            block.first.append((0x013B, 5, 1, []))
            (tag, place, name) = (0x013B, 100_000, "EXIF tag 013b (Artist)")
        default:
            block.gps.append((0x1D, 12, 0xFFFF_FFFF, []))
            (tag, place, name) = (0x1D, 8, "GPS tag 001d (GPSDateStamp)")
        }
        let picture = try read(block.bytes(pointed: [tag: place]))
        guard case .dropped(name, let reason)? = picture.notes.first, picture.notes.count == 1 else {
            Issue.record("\(picture.notes)")
            return
        }
        #expect(reason.contains(" bytes at \(place) lie outside of the block's "))
        for container in PictureContainer.written {
            let after = try written(picture, as: container)
            for (old, new) in [(plain.first, after.first), (plain.exif, after.exif), (plain.gps, after.gps)] {
                for (tag, value) in old where ![0x8769, 0x8825, 0xA002, 0x0131].contains(tag) {
                    #expect(new[tag] == value)
                }
            }
            #expect([after.first, after.exif, after.gps].allSatisfy { $0[tag] == nil })
        }
    }

    @Test("An entry of a type that nobody knows is left out; UTF-8 is known")
    func types() throws {
        for type in [0, 14, 255, 0xFFFF] {
            var block = Block()
            block.first.append((0x013B, type, 9, []))
            let picture = try read(block.bytes())
            #expect(
                picture.notes
                    == [.dropped("EXIF tag 013b (Artist)", reason: "its type is \(type), which is not known")])
            let after = try written(picture, as: .jpeg)
            #expect(after.first[0x013B] == nil && after.first[0x010F] == Array("CameraCo.\0".utf8))
        }
        var block = Block()
        block.first.append((0x013B, 129, 3, Array("Zoë".utf8.prefix(3))))
        block.exif.append((0, 0, 0, [0, 0, 0, 0]))
        #expect(try read(block.bytes()).notes.isEmpty)
    }

    @Test("Several entries, also all of a directory")
    func several() throws {
        var block = Block()
        block.exif = [(0x927C, 7, 900, []), (0x9286, 7, 900, [])]
        let picture = try read(block.bytes(pointed: [0x927C: 9999, 0x9286: 9999]))
        #expect(picture.notes.count == 2)
        let after = try written(picture, as: .jpeg)
        #expect(after.exif.isEmpty && after.first[0x010F] == Array("CameraCo.\0".utf8) && after.gps.count == 2)
        block.exif = (0..<40).map { (0x9000 + $0, 7, 900, []) }
        let many = try read(
            block.bytes(pointed: Dictionary(uniqueKeysWithValues: (0..<40).map { (0x9000 + $0, 9999) })))
        #expect(many.notes.count == 6)
        #expect(many.notes.last == .dropped("35 more entries of EXIF", reason: "they lie outside of the block"))
    }

    @Test("A directory that cannot be where it is said to be is left out", arguments: [0x8825, 0x8769])
    func directories(tag: Int) throws {
        let block = Block()
        let plain = EXIFReading(block.bytes())
        for place in [0, 9_999, 0xFFFF_FFFF, 10] {
            let picture = try read(block.bytes(pointed: [tag: place]))
            let name = tag == 0x8825 ? "GPS" : "Exif"
            guard case .dropped("the \(name) directory of EXIF", _)? = picture.notes.first else {
                Issue.record("\(place): \(picture.notes)")
                continue
            }
            let after = try written(picture, as: .png)
            #expect(after.first[tag] == nil)
            #expect(after.first[0x010F] == plain.first[0x010F])
            #expect(tag == 0x8825 ? after.exif[0x9003] == plain.exif[0x9003] : after.gps == plain.gps)
        }
    }

    @Test("A block that ends in a directory keeps the entries before")
    func cut() throws {
        let block = Block().bytes()
        for count in 60..<block.count {
            let picture = try read(Array(block[..<count]))
            #expect(picture.notes.allSatisfy { if case .dropped = $0 { true } else { false } })
            #expect(!picture.notes.isEmpty)
            for container in PictureContainer.written {
                let bytes = try picture.encoded(as: container, software: "Retouch").bytes
                #expect(try Picture(decoding: bytes).notes.isEmpty, "cut at \(count)")
            }
        }
    }

    @Test("A sound block stays as it is, to the byte")
    func sound() throws {
        for isLittleEndian in [true, false] {
            let block = Block(isLittleEndian: isLittleEndian).bytes()
            let picture = try read(block)
            #expect(picture.notes.isEmpty)
            #expect(picture.metadata.exif == block)
        }
    }
}
