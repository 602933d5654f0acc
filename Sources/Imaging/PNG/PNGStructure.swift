import CCodecs
import SystemPackage

/// The chunks of a PNG file: header, palette, and the positions of the ancillary ones that are read.
///
/// The walk touches no pixel data: it skips from chunk to chunk, so that a file that is cut off is known before any
/// work is done for it. The names of ancillary chunks say what to do where one is damaged or not known: it is left out.
struct PNGStructure {
    struct Chunk {
        var type: String
        var offset: Int  // of the data
        var count: Int

        /// True where a decoder may do without it: the first letter of its type is a small one.
        var isAncillary: Bool { type.utf8.first.map { $0 & 0x20 != 0 } ?? false }
    }

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private(set) var width = 0
    private(set) var height = 0
    private(set) var bitDepth = 0
    private(set) var colorType = 0
    private(set) var isInterlaced = false
    /// The ancillary chunks and the palette, in the order of the file.
    private(set) var chunks: [Chunk] = []
    /// The error of a file that is cut off behind pixel data, which may be all there is, see `checkEarlyEnd(in:)`; nil
    /// for a whole file.
    private(set) var earlyEnd: PictureError?

    /// The most bytes at the end of the pixel data that can be missing though every pixel is there: the check sums of
    /// the chunk and of the compressed data.
    private static let spareBytes = 8

    init(reading source: ByteSource) throws(PictureError) {
        let signature = try source.read(at: 0, count: 8)
        guard signature == Self.signature else {
            throw .damaged(
                layer: "PNG signature", found: PictureError.hexadecimal(signature),
                expected: PictureError.hexadecimal(Self.signature))
        }
        var offset = 8
        var hasData = false
        while true {
            let header = try source.read(at: offset, count: 8)
            guard header.count == 8 else {
                let expected = offset == 8 ? "IHDR" : hasData ? "IEND" : "IDAT"
                let cut = PictureError.damaged(
                    layer: "PNG chunks", found: "the end of the file at byte \(source.count)",
                    expected: "a chunk at byte \(offset), \(expected) at last")
                guard hasData else { throw cut }
                earlyEnd = cut
                return
            }
            let count = header.bigEndian32(at: 0)
            guard header[4...].allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }) else {
                throw .damaged(
                    layer: "PNG chunks",
                    found: "the type \(PictureError.hexadecimal(Array(header[4...]))) at byte \(offset + 4)",
                    expected: "four letters")
            }
            let type = String(decoding: header[4...], as: UTF8.self)
            guard count <= 0x7FFF_FFFF else {
                throw .damaged(layer: "PNG \(type)", found: "a length of \(count)", expected: "at most 2147483647")
            }
            let chunk = Chunk(type: type, offset: offset + 8, count: count)
            guard source.count - offset - 12 >= count else {
                let cut = PictureError.damaged(
                    layer: "PNG \(type)", found: "the end of the file at byte \(source.count)",
                    expected: "\(count + 12) bytes from byte \(offset) on")
                let isData = type == "IDAT" && offset > 8
                guard hasData && !isData || isData && source.count - offset + Self.spareBytes - 12 >= count else {
                    throw cut
                }
                earlyEnd = cut
                return
            }
            if offset == 8 {
                try readHeader(chunk, of: source)
            } else if type == "IHDR" {
                throw .damaged(layer: "PNG chunks", found: "a second IHDR at byte \(offset)", expected: "one")
            }
            switch type {
            case "IHDR": break
            case "IDAT": hasData = true
            case "IEND":
                guard hasData else {
                    throw .damaged(layer: "PNG chunks", found: "IEND at byte \(offset)", expected: "IDAT before it")
                }
                return
            default:
                // A PNG of nothing but empty chunks must not fill memory with their names.
                if chunks.count < 10_000 { chunks.append(chunk) }
            }
            offset += count + 12
        }
    }

    private mutating func readHeader(_ chunk: Chunk, of source: ByteSource) throws(PictureError) {
        guard chunk.type == "IHDR", chunk.count == 13 else {
            throw .damaged(
                layer: "PNG chunks", found: "\(chunk.type) of \(chunk.count) bytes at first",
                expected: "IHDR of 13 bytes")
        }
        let header = try source.read(at: chunk.offset, count: 13)
        guard header.count == 13 else { throw .cannotRead(code: Errno.ioError.rawValue) }
        try Self.checkSum(of: chunk, in: source)
        width = header.bigEndian32(at: 0)
        height = header.bigEndian32(at: 4)
        bitDepth = Int(header[8])
        colorType = Int(header[9])
        isInterlaced = header[12] == 1
        guard width <= 0x7FFF_FFFF, height <= 0x7FFF_FFFF else {
            throw .damaged(layer: "PNG IHDR", found: "\(width) x \(height)", expected: "31 bits a side")
        }
        let depths: [Int: [Int]] = [0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]]
        guard let legal = depths[colorType], legal.contains(bitDepth) else {
            throw .damaged(
                layer: "PNG IHDR", found: "colour type \(colorType) with \(bitDepth) bits",
                expected: "a combination of the standard")
        }
        guard header[10] == 0, header[11] == 0, header[12] <= 1 else {
            throw .damaged(
                layer: "PNG IHDR", found: "compression \(header[10]), filter \(header[11]), interlace \(header[12])",
                expected: "0, 0, and 0 or 1")
        }
    }

    /// Checks a chunk's CRC.
    static func checkSum(of chunk: Chunk, in source: ByteSource) throws(PictureError) {
        var sum: UInt32 = 0
        var offset = chunk.offset - 4
        let end = chunk.offset + chunk.count
        while offset < end {
            let bytes = try source.read(at: offset, count: min(1 << 16, end - offset))
            guard !bytes.isEmpty else { throw .cannotRead(code: Errno.ioError.rawValue) }
            sum = codec_crc32(sum, bytes, bytes.count)
            offset += bytes.count
        }
        let stored = try source.read(at: end, count: 4)
        guard stored.count == 4 else { throw .cannotRead(code: Errno.ioError.rawValue) }
        let found = UInt32(stored.bigEndian32(at: 0))
        guard found == sum else {
            throw .damaged(
                layer: "PNG \(chunk.type)", found: "the check sum \(String(found, radix: 16)) at byte \(end)",
                expected: String(sum, radix: 16))
        }
    }

    /// Returns the chunks of one type.
    func chunks(of type: String) -> [Chunk] { chunks.filter { $0.type == type } }

    /// Returns true where the palette has only grey colours: such a picture is grey.
    func hasGreyPalette(in source: ByteSource) throws(PictureError) -> Bool {
        guard colorType == 3, let chunk = chunks(of: "PLTE").first, chunk.count <= 768 else { return false }
        let colours = try source.read(at: chunk.offset, count: chunk.count)
        for first in stride(from: 0, to: colours.count - 2, by: 3)
        where colours[first] != colours[first + 1] || colours[first] != colours[first + 2] {
            return false
        }
        return true
    }
}
