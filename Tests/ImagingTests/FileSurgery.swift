import TestFolders

/// A PNG taken apart and put together without the code under test.
struct PNGFile {
    var chunks: [(type: String, bytes: [UInt8])] = []

    init(_ file: [UInt8]) {
        var offset = 8
        while offset + 12 <= file.count {
            let count = Int(number(file, offset, 4))
            let type = String(decoding: file[(offset + 4)..<(offset + 8)], as: UTF8.self)
            chunks.append((type, Array(file[(offset + 8)..<(offset + 8 + count)])))
            offset += count + 12
        }
    }

    subscript(type: String) -> [UInt8]? { chunks.first { $0.type == type }?.bytes }

    mutating func insert(_ type: String, _ bytes: [UInt8], at place: Int = 1) {
        chunks.insert((type, bytes), at: place)
    }

    var bytes: [UInt8] {
        PNGChunk.signature + chunks.map { PNGChunk($0.type, $0.bytes).bytes }.joined()
    }
}

/// A JPEG's segments before its first scan, and the rest.
struct JPEGFile {
    var segments: [(marker: UInt8, bytes: [UInt8])] = []
    var rest: [UInt8] = []

    init(_ file: [UInt8]) {
        var offset = 2
        while file[offset + 1] != 0xDA {
            let count = Int(number(file, offset + 2, 2))
            segments.append((file[offset + 1], Array(file[(offset + 4)..<(offset + 2 + count)])))
            offset += 2 + count
        }
        rest = Array(file[offset...])
    }

    /// What follows `label` in the segments with `marker`.
    func contents(_ marker: UInt8, _ label: String) -> [[UInt8]] {
        segments.filter { $0.marker == marker && $0.bytes.starts(with: label.utf8) }
            .map { Array($0.bytes.dropFirst(label.utf8.count)) }
    }

    mutating func insert(_ marker: UInt8, _ label: String, _ bytes: [UInt8], at place: Int = 1) {
        segments.insert((marker, Array(label.utf8) + bytes), at: place)
    }

    var bytes: [UInt8] {
        segments.reduce([0xFF, 0xD8]) { file, segment in
            file + [0xFF, segment.marker] + four(segment.bytes.count + 2).suffix(2) + segment.bytes
        } + rest
    }
}

/// An EXIF block's entries, read the plain way: tag to value bytes, directories followed by name.
struct EXIFReading {
    var first: [Int: [UInt8]] = [:]
    var exif: [Int: [UInt8]] = [:]
    var gps: [Int: [UInt8]] = [:]
    var nextDirectory = 0
    let isLittleEndian: Bool

    init(_ block: [UInt8]) {
        isLittleEndian = block[0] == 0x49
        let little = isLittleEndian
        func directory(_ offset: Int) -> (entries: [Int: [UInt8]], next: Int) {
            var entries: [Int: [UInt8]] = [:]
            let count = Int(number(block, offset, 2, little))
            for i in 0..<count {
                let entry = offset + 2 + 12 * i
                let size = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8][Int(number(block, entry + 2, 2, little))]
                let length = size * Int(number(block, entry + 4, 4, little))
                let start = length <= 4 ? entry + 8 : Int(number(block, entry + 8, 4, little))
                entries[Int(number(block, entry, 2, little))] = Array(block[start..<(start + length)])
            }
            return (entries, Int(number(block, offset + 2 + 12 * count, 4, little)))
        }
        (first, nextDirectory) = directory(Int(number(block, 4, 4, little)))
        if let pointer = first[0x8769] { exif = directory(Int(number(pointer, 0, 4, little))).entries }
        if let pointer = first[0x8825] { gps = directory(Int(number(pointer, 0, 4, little))).entries }
    }

    /// An entry of one SHORT or LONG.
    func value(_ bytes: [UInt8]?) -> Int? { bytes.map { Int(number($0, 0, $0.count, isLittleEndian)) } }
}

func number(_ bytes: [UInt8], _ offset: Int, _ count: Int, _ isLittleEndian: Bool = false) -> UInt64 {
    let part = bytes[offset..<(offset + count)]
    return (isLittleEndian ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | UInt64($1) }
}

func four(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

/// Whether `part` occurs in `bytes`.
func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: part) }
}
