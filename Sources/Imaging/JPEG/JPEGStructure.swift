/// The segments of a JPEG file before its first scan: frame, quantisation, and what lies beside the pixels.
struct JPEGStructure {
    private(set) var width = 0
    private(set) var height = 0
    private(set) var componentCount = 0
    private(set) var isProgressive = false
    private(set) var labels: JPEGLabels
    /// The quantisation steps by the table's number, in zigzag order; the last table of a number counts.
    private var quantisationTables: [Int: [Int]] = [:]
    /// The number of the first component's table.
    private var firstTable = 0
    private static let frames: [UInt8: String] = [
        0xC3: "lossless JPEG", 0xC5: "hierarchical JPEG", 0xC6: "hierarchical progressive JPEG",
        0xC7: "hierarchical lossless JPEG", 0xCB: "lossless arithmetic JPEG", 0xCD: "hierarchical arithmetic JPEG",
        0xCE: "hierarchical progressive arithmetic JPEG", 0xCF: "hierarchical lossless arithmetic JPEG",
        0xF7: "JPEG-LS",
    ]

    /// The most bytes before the first scan: no file has more to say, but one that is made to be read for hours.
    private static let headerBytes = 256 << 20

    init(reading source: ByteSource, allowance: MetadataAllowance) throws(PictureError) {
        labels = JPEGLabels(allowance: allowance)
        var window = ByteWindow(source)
        var offset = 2  // SOI was recognised
        var hasFrame = false
        while true {
            guard let (marker, next) = try Self.marker(at: offset, in: &window) else {
                let end = min(source.count, Self.headerBytes)
                throw .damaged(
                    layer: "JPEG",
                    found: end == source.count ? "the end of the file at byte \(end)" : "none in \(end) bytes",
                    expected: "a marker at byte \(offset)")
            }
            offset = next
            switch marker {
            case 0xDA:
                guard hasFrame else {
                    throw .damaged(layer: "JPEG", found: "SOS at byte \(offset)", expected: "a frame header before it")
                }
                if height == 0 { try refuseLateHeight(after: offset, in: &window) }
                return
            case 0xD9:
                throw .damaged(layer: "JPEG", found: "EOI at byte \(offset)", expected: "a scan before it")
            case 0x01, 0xD0...0xD8: continue  // these have no length
            default: break
            }
            let lengthFound = try window.bigEndian16(at: offset)
            let length = lengthFound ?? 0
            let name = Self.name(of: marker)
            guard lengthFound != nil, source.count - offset >= length else {
                throw .damaged(
                    layer: name, found: "the end of the file at byte \(source.count)",
                    expected: "\(max(2, length)) bytes from byte \(offset) on")
            }
            guard length >= 2 else {
                throw .damaged(layer: name, found: "a length of \(length) at byte \(offset)", expected: "at least 2")
            }
            if let kind = Self.frames[marker] {
                throw .unsupported(layer: name, found: kind, expected: "baseline or progressive")
            }
            switch marker {
            case 0xC0, 0xC1, 0xC2, 0xC9, 0xCA:
                try readFrame(try window.read(at: offset + 2, count: length - 2), marker: marker, name: name)
                hasFrame = true
            case 0xDB: readTables(try window.read(at: offset + 2, count: length - 2))
            case _ where JPEGLabels.reads(marker):
                labels.read(try window.read(at: offset + 2, count: length - 2), marker: marker)
            default: break
            }
            offset += length
        }
    }

    /// Returns the next marker from `offset` on and the offset of the bytes after it. Whatever stands before it is passed
    /// over, as libjpeg does, which remarks on it; nil where there is none.
    private static func marker(
        at offset: Int, in window: inout ByteWindow
    ) throws(PictureError) -> (marker: UInt8, next: Int)? {
        var offset = offset
        while let start = try window.firstOffset(from: offset, before: headerBytes, where: { $0 == 0xFF }),
            // Any number of 0xFF may stand before a marker.
            let place = try window.firstOffset(from: start + 1, before: headerBytes, where: { $0 != 0xFF }),
            let code = try window.byte(at: place)
        {
            if code != 0 { return (code, place + 1) }
            offset = place + 1
        }
        return nil
    }

    /// Ends a picture whose height its frame leaves open, where a segment behind the first scan states it (DNL).
    private func refuseLateHeight(after offset: Int, in window: inout ByteWindow) throws(PictureError) {
        var offset = offset
        let end = offset + Self.headerBytes
        while let start = try window.firstOffset(from: offset, before: end, where: { $0 == 0xFF }) {
            if try window.byte(at: start + 1) == 0xDC {
                throw .notReadableYet(format: "JPEG whose height follows its scan (DNL)")
            }
            offset = start + 1
        }
    }

    private static func name(of marker: UInt8) -> String {
        switch marker {
        case 0xC4: "JPEG DHT"
        case 0xCC: "JPEG DAC"
        case 0xC0...0xCF: "JPEG SOF\(marker - 0xC0)"
        case 0xDB: "JPEG DQT"
        case 0xDD: "JPEG DRI"
        case 0xE0...0xEF: "JPEG APP\(marker - 0xE0)"
        case 0xFE: "JPEG COM"
        default: "JPEG marker \(String(marker, radix: 16))"
        }
    }

    private mutating func readFrame(_ bytes: [UInt8], marker: UInt8, name: String) throws(PictureError) {
        guard bytes.count >= 6, bytes.count >= 6 + 3 * Int(bytes[5]) else {
            throw .damaged(
                layer: name, found: "\(bytes.count + 2) bytes", expected: "8 bytes and 3 for every component")
        }
        guard bytes[0] == 8 else {
            throw .unsupported(layer: name, found: "\(bytes[0]) bits a sample", expected: "8")
        }
        height = bytes.bigEndian16(at: 1)
        width = bytes.bigEndian16(at: 3)
        componentCount = Int(bytes[5])
        if bytes.count >= 9 { firstTable = Int(bytes[8]) }
        isProgressive = marker == 0xC2 || marker == 0xCA
        guard [1, 3, 4].contains(componentCount) else {
            throw .unsupported(layer: name, found: "\(componentCount) components", expected: "1, 3 or 4")
        }
    }

    /// Reads quantisation tables; those that are cut off are left to the decoder to complain about.
    private mutating func readTables(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let first = rest.popFirst() {
            let bytesPerStep = first >> 4 == 0 ? 1 : 2
            guard rest.count >= 64 * bytesPerStep else { return }
            let steps = Array(rest.prefix(64 * bytesPerStep))
            rest = rest.dropFirst(64 * bytesPerStep)
            quantisationTables[Int(first & 15)] = (0..<64).map {
                bytesPerStep == 1 ? Int(steps[$0]) : steps.bigEndian16(at: 2 * $0)
            }
        }
    }

    /// The first component's steps; nil for files whose tables come later or are damaged.
    var firstQuantisationTable: [Int]? { quantisationTables[firstTable] }
}
