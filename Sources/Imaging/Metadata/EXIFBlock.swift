/// The TIFF structure of EXIF: read with every offset checked, changed in place.
///
/// Values keep their places, since maker notes point into the block by absolute offsets; what grows is appended.
struct EXIFBlock {
    /// Why a block is left out.
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
        /// Of the entry's twelve bytes.
        var position: Int
        /// Where the value lies, inside the entry or elsewhere; nil for a type that we don't know.
        var value: Range<Int>?
    }

    struct Directory {
        var position: Int
        var entries: [Entry]
        /// Of the next directory, 0 where there is none.
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

    private(set) var bytes: [UInt8]
    private let isLittleEndian: Bool

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

    // MARK: Reading

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

    private func entry(at position: Int) -> Entry {
        let sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]
        let type = number(at: position + 2, bytes: 2)
        let count = number(at: position + 4, bytes: 4)
        var value: Range<Int>?
        if sizes.indices.contains(type), type > 0 {
            let length = sizes[type] * count  // at most 2^35
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

    /// The orientation, upright where there is no legal one.
    var orientation: Orientation {
        guard let first = try? first else { return .upright }
        return number(of: first[Tag.orientation]).flatMap(Orientation.init(rawValue:)) ?? .upright
    }

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

    // MARK: Changing

    mutating func put(_ value: Int, at offset: Int, bytes count: Int) {
        for i in 0..<count {
            bytes[offset + (isLittleEndian ? i : count - 1 - i)] = UInt8(truncatingIfNeeded: value >> (8 * i))
        }
    }

    /// Sets an entry to one number, as SHORT where it was one and still fits, else as LONG.
    private mutating func set(_ entry: Entry?, to value: Int) {
        guard let entry else { return }
        let isShort = entry.type == 3 && value <= 0xFFFF
        put(isShort ? 3 : 4, at: entry.position + 2, bytes: 2)
        put(1, at: entry.position + 4, bytes: 4)
        put(0, at: entry.position + 8, bytes: 4)
        put(value, at: entry.position + 8, bytes: isShort ? 2 : 4)
    }

    /// Says what is true of the written file: upright, of this size, without thumbnail, made by `software`.
    ///
    /// - Parameter isConvertedToSRGB: the colour space tag is set to sRGB where there is one.
    mutating func describe(
        width: Int, height: Int, software: String?, isConvertedToSRGB: Bool
    ) throws(Fault) {
        let directories = try checkedDirectories()
        dropThumbnail(keeping: directories)
        for directory in directories.prefix(2) {
            set(directory[Tag.width], to: width)
            set(directory[Tag.height], to: height)
            set(directory[Tag.pixelWidth], to: width)
            set(directory[Tag.pixelHeight], to: height)
            set(directory[Tag.orientation], to: 1)
            if isConvertedToSRGB { set(directory[Tag.colorSpace], to: 1) }
        }
        if let software { setSoftware(software, in: directories[0]) }
        // A block whose values lie over its directories is legal so far, and no more once one was changed.
        _ = try EXIFBlock(bytes).checkedDirectories()
    }

    /// Unlinks the second directory and clears what only it refers to.
    private mutating func dropThumbnail(keeping directories: [Directory]) {
        let first = directories[0]
        guard first.next != 0, first.extent.upperBound <= bytes.count else { return }
        put(0, at: first.extent.upperBound - 4, bytes: 4)
        let kept = [0..<8] + directories.flatMap { [$0.extent] + $0.entries.compactMap(\.value) }
        var stale: [Range<Int>] = []
        if let thumbnail = try? directory(at: first.next) {
            // A thumbnail has a dozen entries; comparing thousands would take minutes.
            stale = [thumbnail.extent] + thumbnail.entries.prefix(64).compactMap(\.value)
            for (start, length) in [
                (Tag.thumbnailOffset, Tag.thumbnailBytes), (Tag.stripOffsets, Tag.stripByteCounts),
            ] {
                guard let start = number(of: thumbnail[start]), let length = number(of: thumbnail[length]) else {
                    continue
                }
                stale.append(start..<(start + length))
            }
        }
        for range in stale {
            let range = range.clamped(to: 0..<bytes.count)
            guard !kept.contains(where: { $0.overlaps(range) }) else { continue }
            for i in range { bytes[i] = 0 }
        }
        let end = kept.map(\.upperBound).max() ?? 8
        while bytes.count > end, bytes.last == 0 { bytes.removeLast() }
    }

    private mutating func setSoftware(_ software: String, in first: Directory) {
        let value = Array(software.utf8.filter { $0 != 0 }) + [0]
        var position = first[Tag.software]?.position
        let room = first[Tag.software]?.value
        if position == nil {
            // A directory cannot grow in its place: it is copied to the end with room for the new entry.
            let before = first.entries.filter { $0.tag < Tag.software }
            let old = first.entries.map { Array(bytes[$0.position..<($0.position + 12)]) }
            alignEnd()
            let moved = bytes.count
            bytes += [0, 0] + old.prefix(before.count).joined() + [UInt8](repeating: 0, count: 12)
            bytes += old.dropFirst(before.count).joined() + [0, 0, 0, 0]
            put(first.entries.count + 1, at: moved, bytes: 2)
            put(moved, at: 4, bytes: 4)
            position = moved + 2 + 12 * before.count
            put(Tag.software, at: moved + 2 + 12 * before.count, bytes: 2)
        }
        guard let position else { return }
        put(2, at: position + 2, bytes: 2)
        put(value.count, at: position + 4, bytes: 4)
        if value.count <= 4 {
            put(0, at: position + 8, bytes: 4)
            bytes.replaceSubrange((position + 8)..<(position + 8 + value.count), with: value)
        } else if let room, room.count >= value.count {
            let padded = value + [UInt8](repeating: 0, count: room.count - value.count)
            bytes.replaceSubrange(room, with: padded)
        } else {
            alignEnd()
            put(bytes.count, at: position + 8, bytes: 4)
            bytes += value
        }
    }

    /// Offsets of values are even.
    private mutating func alignEnd() {
        if bytes.count % 2 == 1 { bytes.append(0) }
    }

    /// A block that holds nothing but the Software tag.
    static func naming(_ software: String) -> [UInt8]? {
        let empty: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0] + [0, 0] + [0, 0, 0, 0]
        guard var block = try? EXIFBlock(empty), let first = try? block.first else { return nil }
        block.setSoftware(software, in: first)
        return block.bytes
    }
}
