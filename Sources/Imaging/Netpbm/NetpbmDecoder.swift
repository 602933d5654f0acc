/// A decoder of the rows of PBM, PGM, PPM and PAM, the first picture of a file.
///
/// A greatest value of 255 and below becomes 8 bits, a larger one 16; other values than 255 and 65535 are scaled and
/// rounded.
final class NetpbmDecoder: StoredRows {
    let layout: StoredLayout
    let format: PixelFormat
    private let source: ByteSource
    private let header: NetpbmHeader
    private var position: Int
    private var row = 0
    /// The bytes of a file of numbers as text.
    private var text: BufferedBytes

    /// Opens a decoder; sides are the caller's to check against the limits.
    init(reading source: ByteSource, header: NetpbmHeader) {
        self.source = source
        self.header = header
        position = header.end
        text = BufferedBytes(source, from: header.end)
        let colours = header.samples - (header.hasAlpha ? 1 : 0)
        format = PixelFormat(
            color: colours == 1 ? .grey : .rgb, hasAlpha: header.hasAlpha, bitDepth: header.maximum > 255 ? 16 : 8)
        layout = StoredLayout(
            width: header.width, height: header.height, samplesPerPixel: header.samples,
            bytesPerSample: format.bitDepth / 8, picks: Array(0..<header.samples))
    }

    var isAllOrNothing: Bool { false }
    var libraryBytes: Int { 0 }

    private var samplesInRow: Int { header.width * header.samples }

    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError) {
        for index in 0..<count {
            let target = rows + index * stride
            switch header.form {
            case .text: try readText(into: target)
            case .bits: try readBits(into: target)
            case .bytes: try readBytes(into: target)
            }
            row += 1
        }
    }

    func finish() throws(PictureError) -> [PictureNote] {
        guard header.form != .text, let next = try source.read(at: position, count: 2).first else { return [] }
        return next == UInt8(ascii: "P")
            ? [.dropped("further pictures of the file", reason: "only the first is read")] : []
    }

    private func next(_ count: Int) throws(PictureError) -> [UInt8] {
        let bytes = try source.read(at: position, count: count)
        position += bytes.count
        guard bytes.count == count else { throw missing }
        return bytes
    }

    private var missing: PictureError {
        .damaged(
            layer: "Netpbm", found: "the end of the file at byte \(source.count)",
            expected: "\(header.width) x \(header.height) pixels, \(row) rows are there")
    }

    private func store(_ value: Int, at index: Int, of target: UnsafeMutableRawPointer) throws(PictureError) {
        guard value <= header.maximum else {
            throw .damaged(
                layer: "Netpbm", found: "a sample of \(value) in row \(row)", expected: "0 to \(header.maximum)")
        }
        let white = format.bitDepth == 16 ? 65535 : 255
        let scaled =
            header.maximum == white
            ? value
            : ((header.isInverted ? header.maximum - value : value) * white * 2 + header.maximum)
                / (2 * header.maximum)
        if format.bitDepth == 16 {
            target.storeBytes(of: UInt16(scaled), toByteOffset: 2 * index, as: UInt16.self)
        } else {
            target.storeBytes(of: UInt8(scaled), toByteOffset: index, as: UInt8.self)
        }
    }

    private func readBytes(into target: UnsafeMutableRawPointer) throws(PictureError) {
        if format.bitDepth == 8 {
            let bytes = try next(samplesInRow)
            for index in bytes.indices { try store(Int(bytes[index]), at: index, of: target) }
        } else {
            let bytes = try next(2 * samplesInRow)
            for index in 0..<samplesInRow { try store(bytes.bigEndian16(at: 2 * index), at: index, of: target) }
        }
    }

    private func readBits(into target: UnsafeMutableRawPointer) throws(PictureError) {
        let bytes = try next((header.width + 7) / 8)
        for x in 0..<header.width { try store(Int(bytes[x / 8] >> (7 - UInt8(x % 8)) & 1), at: x, of: target) }
    }

    // MARK: Numbers as text

    private func readText(into target: UnsafeMutableRawPointer) throws(PictureError) {
        for index in 0..<samplesInRow { try store(try number(), at: index, of: target) }
    }

    /// Reads the next number; PBM's are one digit each.
    private func number() throws(PictureError) -> Int {
        var value: Int?
        while let byte = try text.next() {
            switch byte {
            case 0x30...0x39:
                let digit = Int(byte - 0x30)
                if header.isInverted { return digit }
                value = min((value ?? 0) * 10 + digit, 1 << 20)
            case UInt8(ascii: "#"):
                while let other = try text.next(), other != 0x0A {}
                if let value { return value }
            case 0x20, 0x09...0x0D: if let value { return value }
            default:
                throw .damaged(
                    layer: "Netpbm", found: "the byte \(PictureError.hexadecimal([byte])) in row \(row)",
                    expected: "digits and spaces")
            }
        }
        guard let value else { throw missing }
        return value
    }
}
