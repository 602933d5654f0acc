/// The TIFF structure of EXIF: read with every offset checked, changed in place.
///
/// Values keep their offsets, since maker notes point into the block by absolute offsets; values that grow are
/// appended.
struct EXIFBlock {
    /// A reason why a block is left out.
    enum Fault: Error, Equatable, CustomStringConvertible {
        case noByteOrder(found: [UInt8])
        case notTIFF(found: Int)
        case directoryOutside(offset: Int, count: Int)
        case valueOutside(tag: Int, offset: Int, bytes: Int, count: Int)

        var description: String {
            switch self {
            case .noByteOrder(let found): "begins with \(PictureError.hexadecimal(found)), expected II or MM"
            case .notTIFF(let found): "has the number \(found), expected 42"
            case .directoryOutside(let offset, let count):
                "has a directory at byte \(offset), expected inside its \(count) bytes"
            case .valueOutside(let tag, let offset, let bytes, let count):
                "tag \(String(tag, radix: 16)) has \(bytes) bytes at \(offset), expected inside its \(count) bytes"
            }
        }
    }

    struct Entry {
        var tag: Int
        var type: Int
        var count: Int
        /// The offset of the entry's twelve bytes.
        var position: Int
        /// The range of the value, inside the entry or elsewhere; nil for a type that is not known.
        var value: Range<Int>?
    }

    struct Directory {
        var position: Int
        var entries: [Entry]
        /// The offset of the next directory, 0 where there is none.
        var next: Int

        var extent: Range<Int> { position..<(position + 2 + 12 * entries.count + 4) }
        subscript(tag: Int) -> Entry? { entries.first { $0.tag == tag } }
    }

    enum Tag {
        static let width = 0x0100, height = 0x0101, stripOffsets = 0x0111, orientation = 0x0112
        static let xResolution = 0x011A, yResolution = 0x011B, resolutionUnit = 0x0128
        static let stripByteCounts = 0x0117, software = 0x0131, thumbnailOffset = 0x0201, thumbnailBytes = 0x0202
        static let exif = 0x8769, gps = 0x8825, colorSpace = 0xA001, pixelWidth = 0xA002, pixelHeight = 0xA003
        static let interoperability = 0xA005
    }

    var bytes: [UInt8]
    let isLittleEndian: Bool

    /// Reads the header.
    init(_ bytes: [UInt8]) throws(Fault) {
        switch bytes.prefix(2) {
        case [0x49, 0x49]: isLittleEndian = true
        case [0x4D, 0x4D]: isLittleEndian = false
        default: throw .noByteOrder(found: Array(bytes.prefix(2)))
        }
        self.bytes = bytes
        guard bytes.count >= 8 else { throw .directoryOutside(offset: 8, count: bytes.count) }
        guard number(at: 2, bytes: 2) == 42 else { throw .notTIFF(found: number(at: 2, bytes: 2)) }
    }

    /// The number of 2 or 4 bytes at an offset that exists.
    func number(at offset: Int, bytes count: Int) -> Int {
        (0..<count).reduce(0) { sum, i in
            sum << 8 | Int(bytes[offset + (isLittleEndian ? count - 1 - i : i)])
        }
    }

    func directory(at position: Int) throws(Fault) -> Directory {
        guard position >= 8, position + 2 <= bytes.count else {
            throw .directoryOutside(offset: position, count: bytes.count)
        }
        let count = number(at: position, bytes: 2)
        let end = position + 2 + 12 * count
        guard end <= bytes.count else { throw .directoryOutside(offset: position, count: bytes.count) }
        let entries = (0..<count).map { entry(at: position + 2 + 12 * $0) }
        // Some writers leave out the offset of the next directory.
        return Directory(
            position: position, entries: entries, next: end + 4 <= bytes.count ? number(at: end, bytes: 4) : 0)
    }

    func entry(at position: Int) -> Entry {
        let sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]
        let type = number(at: position + 2, bytes: 2)
        let count = number(at: position + 4, bytes: 4)
        var value: Range<Int>?
        // 129 is UTF-8, of EXIF 3.0.
        if let size = type == 129 ? 1 : sizes.indices.contains(type) && type > 0 ? sizes[type] : nil {
            let length = size * count  // at most 2^35
            let start = length <= 4 ? position + 8 : number(at: position + 8, bytes: 4)
            value = start..<(start + length)
        }
        return Entry(
            tag: number(at: position, bytes: 2), type: type, count: count, position: position, value: value)
    }

    var first: Directory { get throws(Fault) { try directory(at: number(at: 4, bytes: 4)) } }

    /// The value of an entry with one SHORT or LONG.
    func number(of entry: Entry?) -> Int? {
        guard let entry, entry.count == 1, let value = entry.value, value.upperBound <= bytes.count else { return nil }
        switch entry.type {
        case 3: return number(at: value.lowerBound, bytes: 2)
        case 4, 13: return number(at: value.lowerBound, bytes: 4)
        default: return nil
        }
    }

    /// The orientation that the first directory states; nil where it states none, or no legal one.
    var statedOrientation: Orientation? {
        guard let first = try? first else { return nil }
        return number(of: first[Tag.orientation]).flatMap(Orientation.init(rawValue:))
    }

    /// The orientation, upright where there is no legal one.
    var orientation: Orientation { statedOrientation ?? .upright }

    /// The resolution of the first directory, in whole pixels.
    var density: PixelDensity? {
        guard let first = try? first else { return nil }
        let units: [Int: PixelDensity.Unit] = [2: .inch, 3: .centimetre]
        func pixels(_ tag: Int) -> Int? {
            guard let entry = first[tag], entry.type == 5, entry.count == 1, let value = entry.value,
                value.upperBound <= bytes.count
            else { return nil }
            let dividend = number(at: value.lowerBound, bytes: 4)
            let divisor = number(at: value.lowerBound + 4, bytes: 4)
            return divisor > 0 && dividend >= divisor ? (dividend + divisor / 2) / divisor : nil
        }
        guard let unit = units[number(of: first[Tag.resolutionUnit]) ?? 2], let x = pixels(Tag.xResolution),
            let y = pixels(Tag.yResolution)
        else { return nil }
        return PixelDensity(x: x, y: y, unit: unit)
    }

    /// The directories that are kept: the first, Exif, GPS and interoperability, each with values inside the block.
    func checkedDirectories() throws(Fault) -> [Directory] {
        let first = try first
        var directories = [first]
        for tag in [Tag.exif, Tag.gps] {
            guard let offset = number(of: first[tag]) else { continue }
            let directory = try directory(at: offset)
            directories.append(directory)
            if tag == Tag.exif, let offset = number(of: directory[Tag.interoperability]) {
                directories.append(try self.directory(at: offset))
            }
        }
        for entry in directories.lazy.flatMap(\.entries) {
            guard let value = entry.value, value.upperBound > bytes.count else { continue }
            throw .valueOutside(
                tag: entry.tag, offset: value.lowerBound, bytes: value.count, count: bytes.count)
        }
        return directories
    }
}
