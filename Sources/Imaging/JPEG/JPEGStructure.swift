/// The segments of a JPEG file before its first scan: frame, density, EXIF, XMP, ICC.
struct JPEGStructure {
    private(set) var width = 0
    private(set) var height = 0
    private(set) var componentCount = 0
    private(set) var isProgressive = false
    private(set) var density: PixelDensity?
    private(set) var exif: [UInt8]?
    private(set) var xmp: [UInt8]?
    /// Photoshop's image resources.
    private(set) var resources: [UInt8] = []
    private(set) var comments: [[UInt8]] = []
    /// The quantisation steps by the table's number, in zigzag order; the last table of a number counts.
    private var quantisationTables: [Int: [Int]] = [:]
    /// The number of the first component's table.
    private var firstTable = 0
    /// True where further pictures follow the first (MPF): previews, stereo pairs, gain maps.
    private(set) var hasFurtherPictures = false
    /// The parts of a profile with their number, from 1, and the number of parts that each declares.
    private(set) var iccParts: [(number: Int, of: Int, bytes: [UInt8])] = []

    private static let frames: [UInt8: String] = [
        0xC3: "lossless JPEG", 0xC5: "hierarchical JPEG", 0xC6: "hierarchical progressive JPEG",
        0xC7: "hierarchical lossless JPEG", 0xCB: "lossless arithmetic JPEG", 0xCD: "hierarchical arithmetic JPEG",
        0xCE: "hierarchical progressive arithmetic JPEG", 0xCF: "hierarchical lossless arithmetic JPEG",
        0xF7: "JPEG-LS",
    ]

    init(reading source: ByteSource, damaged: DamagePolicy) throws(PictureError) {
        var offset = 2  // SOI was recognised
        var hasFrame = false
        while true {
            let (marker, next) = try Self.marker(at: offset, of: source, damaged: damaged)
            offset = next
            switch marker {
            case 0xDA:
                guard hasFrame else {
                    throw .damaged(layer: "JPEG", found: "SOS at byte \(offset)", expected: "a frame header before it")
                }
                return
            case 0xD9:
                throw .damaged(layer: "JPEG", found: "EOI at byte \(offset)", expected: "a scan before it")
            case 0x01, 0xD0...0xD8: continue  // these have no length
            default: break
            }
            let lengthBytes = try source.read(at: offset, count: 2)
            let length = lengthBytes.count == 2 ? lengthBytes.bigEndian16(at: 0) : 0
            let name = Self.name(of: marker)
            guard lengthBytes.count == 2, source.count - offset >= length else {
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
                try readFrame(try source.read(at: offset + 2, count: length - 2), marker: marker, name: name)
                hasFrame = true
            case 0xDB: readTables(try source.read(at: offset + 2, count: length - 2))
            case 0xE0, 0xE1, 0xE2, 0xED, 0xFE:
                readLabel(try source.read(at: offset + 2, count: length - 2), marker: marker)
            default: break
            }
            offset += length
        }
    }

    /// Returns the marker at `offset` and the offset of the bytes after it.
    private static func marker(
        at offset: Int, of source: ByteSource, damaged: DamagePolicy
    ) throws(PictureError) -> (UInt8, Int) {
        var offset = offset
        while true {
            let bytes = try source.read(at: offset, count: 4096)
            guard bytes.count >= 2 else {
                throw .damaged(
                    layer: "JPEG", found: "the end of the file at byte \(source.count)",
                    expected: "a marker at byte \(offset)")
            }
            if bytes[0] == 0xFF, bytes[1] != 0xFF, bytes[1] != 0 { return (bytes[1], offset + 2) }
            // Any number of 0xFF may stand before a marker; anything else may not.
            guard bytes[0] == 0xFF && bytes[1] == 0xFF || damaged == .accept else {
                throw .damaged(
                    layer: "JPEG", found: "\(PictureError.hexadecimal(Array(bytes[...1]))) at byte \(offset)",
                    expected: "a marker")
            }
            let start = bytes.indices.dropFirst().first { bytes[$0] == 0xFF }
            offset += start ?? bytes.count
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

    private mutating func readLabel(_ bytes: [UInt8], marker: UInt8) {
        func content(after label: String) -> [UInt8]? {
            bytes.starts(with: label.utf8) ? Array(bytes.dropFirst(label.utf8.count)) : nil
        }
        switch marker {
        case 0xE0:
            if density == nil, let jfif = content(after: "JFIF\0"), jfif.count >= 7 {
                let units: [PixelDensity.Unit] = [.aspect, .inch, .centimetre]
                let x = jfif.bigEndian16(at: 3)
                let y = jfif.bigEndian16(at: 5)
                // 1:1 without a unit is how a writer says that it knows nothing.
                if jfif[2] < 3, x > 0, y > 0, jfif[2] > 0 || x != y {
                    density = PixelDensity(x: x, y: y, unit: units[Int(jfif[2])])
                }
            }
        case 0xE1:
            if exif == nil, let content = content(after: "Exif\0\0") {
                exif = content
            } else if xmp == nil, let content = content(after: "http://ns.adobe.com/xap/1.0/\0") {
                xmp = content
            }
        case 0xE2:
            if let part = content(after: "ICC_PROFILE\0"), part.count >= 2, iccParts.count < 255 {
                iccParts.append((number: Int(part[0]), of: Int(part[1]), bytes: Array(part[2...])))
            } else if bytes.starts(with: "MPF\0".utf8) {
                hasFurtherPictures = true
            }
        case 0xED:
            // The resources may go on in the next segment.
            if let part = content(after: "Photoshop 3.0\0"), resources.count < 1 << 20 { resources += part }
        default:
            if comments.count < 100 { comments.append(bytes) }
        }
    }
}
