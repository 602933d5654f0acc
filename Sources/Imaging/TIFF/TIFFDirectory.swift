/// An entry of a directory: a tag and where its values lie.
struct TIFFEntry {
    var tag: Int
    var type: TIFFType
    /// The number of values.
    var count: Int
    /// The offset of the values in the file.
    var position: Int

    /// The number of bytes of all values. It does not overflow: `TIFFFile` refuses entries where it would.
    var byteCount: Int { count * type.byteCount }
}

/// The types of a directory's values.
enum TIFFType: Int {
    case byte = 1
    case ascii, short, long, rational, signedByte, undefined, signedShort, signedLong, signedRational, float, double
    case directory = 13
    case long8 = 16
    case signedLong8, directory8

    var byteCount: Int {
        switch self {
        case .byte, .ascii, .signedByte, .undefined: 1
        case .short, .signedShort: 2
        case .long, .signedLong, .float, .directory: 4
        case .rational, .signedRational, .double, .long8, .signedLong8, .directory8: 8
        }
    }

    /// The number of bytes that change their order with the file's.
    var wordBytes: Int { self == .rational || self == .signedRational ? 4 : byteCount }
    var isWhole: Bool { [.byte, .short, .long, .directory, .long8, .directory8].contains(self) }
}

/// One directory of a file: a page, a thumbnail, EXIF's.
struct TIFFDirectory {
    /// The offset of the directory in the file.
    var position: Int
    var entries: [TIFFEntry] = []
    /// The offset of the next directory, 0 where there is none.
    var next = 0
    /// The faults of the entries that were left out, by their tags.
    var unreadable: [Int: String] = [:]

    /// Returns the directory with what `parent` says of the picture too, where the directory does not say it itself:
    /// DNG describes the picture in the first directory, whatever lies below it.
    func inheriting(from parent: TIFFDirectory) -> TIFFDirectory {
        var directory = self
        directory.entries += parent.entries.filter { entry in
            self[entry.tag] == nil && unreadable[entry.tag] == nil
                && (entry.tag == TIFFTag.orientation
                    || !TIFFTag.structural.contains(entry.tag) && entry.tag != TIFFTag.subdirectories)
        }
        return directory
    }

    /// The first entry of a tag.
    subscript(tag: Int) -> TIFFEntry? { entries.first { $0.tag == tag } }
}

/// A TIFF or BigTIFF whose directories are read at any offset, each offset checked.
struct TIFFFile {
    let source: ByteSource
    let isLittleEndian: Bool
    let isBig: Bool
    /// The offset of the first directory.
    let firstDirectory: Int
    var count: Int { source.count }

    /// Reads the header.
    init(_ source: ByteSource) throws(PictureError) {
        self.source = source
        let header = try source.read(at: 0, count: 16)
        guard header.count >= 8 else {
            throw .damaged(
                layer: "TIFF header", found: "the end of the file at byte \(header.count)", expected: "8 bytes")
        }
        isLittleEndian = header[0] == 0x49
        isBig = Self.number(header, at: 2, bytes: 2, isLittleEndian) == 43
        guard isBig else {
            firstDirectory = Self.number(header, at: 4, bytes: 4, isLittleEndian)
            return
        }
        guard header.count == 16, Self.number(header, at: 4, bytes: 2, isLittleEndian) == 8 else {
            throw .damaged(
                layer: "BigTIFF header", found: PictureError.hexadecimal(header), expected: "offsets of 8 bytes")
        }
        firstDirectory = Self.number(header, at: 8, bytes: 8, isLittleEndian)
    }

    /// The number of up to eight bytes at an offset that exists; `Int.max` for what Int does not hold.
    static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int, _ isLittleEndian: Bool) -> Int {
        let value = (0..<count).reduce(UInt64(0)) { sum, i in
            sum << 8 | UInt64(bytes[offset + (isLittleEndian ? count - 1 - i : i)])
        }
        return Int(clamping: value)
    }

    /// Reads the directory at `position`. Entries whose type nobody knows, or whose values lie outside of the file,
    /// are left out and told in `problems`, of which there are few.
    ///
    /// - Throws: where the directory itself lies outside of the file.
    func directory(at position: Int, problems: inout [String]) throws(PictureError) -> TIFFDirectory {
        let (counterBytes, entryBytes, offsetBytes) = isBig ? (8, 20, 8) : (2, 12, 4)
        func outside() -> PictureError {
            .damaged(
                layer: "TIFF directory", found: "the offset \(position)",
                expected: "a directory inside the \(count) bytes of the file")
        }
        guard position >= 8, position <= count - counterBytes else { throw outside() }
        let counter = try source.read(at: position, count: counterBytes)
        let entryCount = Self.number(counter, at: 0, bytes: counterBytes, isLittleEndian)
        guard entryCount <= 65535, entryCount * entryBytes <= count - position - counterBytes else { throw outside() }
        let bytes = try source.read(at: position + counterBytes, count: entryCount * entryBytes + offsetBytes)
        guard bytes.count >= entryCount * entryBytes else { throw outside() }
        var directory = TIFFDirectory(position: position)
        // Some writers leave out the offset of the next directory.
        if bytes.count == entryCount * entryBytes + offsetBytes {
            directory.next = Self.number(bytes, at: entryCount * entryBytes, bytes: offsetBytes, isLittleEndian)
        }
        directory.entries.reserveCapacity(entryCount)
        for i in 0..<entryCount {
            let at = i * entryBytes
            let tag = Self.number(bytes, at: at, bytes: 2, isLittleEndian)
            let number = Self.number(bytes, at: at + 2, bytes: 2, isLittleEndian)
            let values = Self.number(bytes, at: at + 4, bytes: offsetBytes, isLittleEndian)
            func leaveOut(_ problem: String) {
                directory.unreadable[tag] = problem
                if problems.count < 20 { problems.append(problem) }
            }
            guard let type = TIFFType(rawValue: number) else {
                leaveOut("tag \(tag) of the type \(number)")
                continue
            }
            let (byteCount, overflow) = values.multipliedReportingOverflow(by: type.byteCount)
            let offset = at + 4 + offsetBytes
            let isInside = !overflow && byteCount <= offsetBytes
            let place =
                isInside
                ? position + counterBytes + offset
                : Self.number(bytes, at: offset, bytes: offsetBytes, isLittleEndian)
            guard !overflow, byteCount <= count, place <= count - byteCount else {
                leaveOut("tag \(tag) with \(values) values at byte \(place) of \(count)")
                continue
            }
            directory.entries.append(TIFFEntry(tag: tag, type: type, count: values, position: place))
        }
        return directory
    }

    /// Returns the bytes of an entry's values in the file's order, at most `limit` of them.
    func bytes(of entry: TIFFEntry, limit: Int = .max) throws(PictureError) -> [UInt8] {
        try source.read(at: entry.position, count: min(limit, entry.byteCount))
    }

    /// Returns the whole numbers of an entry, at most `limit` of them; nil for other types and without an entry.
    func numbers(of entry: TIFFEntry?, limit: Int = .max) throws(PictureError) -> [Int]? {
        guard let entry, entry.type.isWhole else { return nil }
        let size = entry.type.byteCount
        let count = min(limit, entry.count)
        let bytes = try source.read(at: entry.position, count: count * size)
        guard bytes.count == count * size else { throw .cannotRead(code: 5) }
        return (0..<count).map { Self.number(bytes, at: $0 * size, bytes: size, isLittleEndian) }
    }

    /// Returns the first whole number of an entry.
    func number(of entry: TIFFEntry?) throws(PictureError) -> Int? { try numbers(of: entry, limit: 1)?.first }

    /// Returns the text of an entry, up to its zero.
    func text(of entry: TIFFEntry?) throws(PictureError) -> String? {
        guard let entry, entry.type == .ascii else { return nil }
        return String(decoding: try bytes(of: entry, limit: 4096).prefix { $0 != 0 }, as: UTF8.self)
    }
}
