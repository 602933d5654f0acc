/// The header of a BMP, of any of its seven lengths, as Microsoft and IBM describe them.
struct BMPHeader {
    /// The way in which pixels are stored.
    enum Pixels: Equatable {
        /// Indices into the palette, of 1, 2, 4 or 8 bits.
        case indices(bits: Int)
        /// Runs of indices, of 4 or 8 bits.
        case runs(bits: Int)
        /// Blue, green and red, a byte each.
        case bytes
        /// Numbers of 16 or 32 bits, in which masks tell the channels.
        case masked(bits: Int)
    }

    let width: Int
    let height: Int
    /// True where the first row that is stored is the top one.
    let isTopDown: Bool
    let pixels: Pixels
    /// The palette's colours: red, green, blue.
    let palette: [SIMD3<UInt8>]
    /// The masks of red, green, blue and alpha; 0 where there is none.
    let masks: [UInt32]
    /// The offset of the pixels.
    let offset: Int
    let density: PixelDensity?
    /// The offset and length of an ICC profile.
    let profile: Range<Int>?

    /// The bytes of a stored row; each begins at a multiple of four.
    var bytesPerRow: Int {
        let bits =
            switch pixels {
            case .indices(let bits), .runs(let bits), .masked(let bits): bits
            case .bytes: 24
            }
        return (width * bits + 31) / 32 * 4
    }

    var hasAlpha: Bool { masks[3] != 0 }

    init(reading source: ByteSource) throws(PictureError) {
        let file = try source.read(at: 0, count: 14 + 124)
        func damaged(_ found: String, _ expected: String) -> PictureError {
            .damaged(layer: "BMP header", found: found, expected: expected)
        }
        guard file.count >= 14 + 12 else { throw damaged("\(file.count) bytes", "26 or more") }
        let length = file.littleEndian32(at: 14)
        guard [12, 16, 40, 52, 56, 64, 108, 124].contains(length), file.count >= 14 + length else {
            throw damaged("a length of \(length)", "12, 16, 40, 52, 56, 64, 108 or 124, and as many bytes")
        }
        offset = file.littleEndian32(at: 10)
        let bits: Int
        var compression = 0
        if length == 12 {
            (width, height, isTopDown) = (file.littleEndian16(at: 18), file.littleEndian16(at: 20), false)
            bits = file.littleEndian16(at: 24)
            density = nil
        } else {
            let signed = Int(Int32(truncatingIfNeeded: file.littleEndian32(at: 22)))
            width = Int(Int32(truncatingIfNeeded: file.littleEndian32(at: 18)))
            (height, isTopDown) = (abs(signed), signed < 0)
            bits = file.littleEndian16(at: 28)
            if length >= 40 { compression = file.littleEndian32(at: 30) }
            let (x, y) = length >= 40 ? (file.littleEndian32(at: 38), file.littleEndian32(at: 42)) : (0, 0)
            let plausible = 1...10_000_000
            density =
                plausible.contains(x) && plausible.contains(y) ? PixelDensity(x: x, y: y, unit: .metre) : nil
        }
        guard width > 0, height > 0 else { throw .zeroSize(width: width, height: height) }
        pixels = try Self.pixels(bits: bits, compression: compression, length: length)

        var masks: [UInt32] = [0, 0, 0, 0]
        var behind = 14 + length
        if case .masked = pixels {
            masks = bits == 16 ? [0x7C00, 0x3E0, 0x1F, 0] : [0xFF0000, 0xFF00, 0xFF, 0]
            if compression == 3 || compression == 6 {
                // Behind a header of 40 bytes, inside of the longer ones.
                let count = length >= 56 || compression == 6 ? 4 : 3
                let found = try source.read(at: 14 + 40, count: 4 * count)
                guard found.count == 4 * count else { throw damaged("no masks", "\(count) of them") }
                for i in 0..<count { masks[i] = UInt32(found.littleEndian32(at: 4 * i)) }
                if length == 40 { behind += 4 * count }
                guard masks.prefix(3).allSatisfy({ $0 != 0 && Self.isRun($0) }), Self.isRun(masks[3]) else {
                    throw damaged("masks with gaps", "one run of bits for each channel")
                }
            }
        }
        self.masks = masks
        palette = try Self.palette(source, at: behind, isShort: length == 12, header: file, bits: bits, end: offset)
        if case .indices = pixels, palette.isEmpty { throw damaged("no palette", "one of up to \(1 << bits) colours") }
        if case .runs = pixels, palette.isEmpty { throw damaged("no palette", "one of up to \(1 << bits) colours") }

        // "MBED": the profile lies in the file, counted from the header.
        let isEmbedded = length == 124 && file.littleEndian32(at: 14 + 56) == 0x4D42_4544
        let start = isEmbedded ? 14 + file.littleEndian32(at: 14 + 112) : 0
        let count = isEmbedded ? file.littleEndian32(at: 14 + 116) : 0
        profile = count > 0 && start + count <= source.count ? start..<start + count : nil
    }

    private static func pixels(bits: Int, compression: Int, length: Int) throws(PictureError) -> Pixels {
        switch (bits, compression) {
        case (1, 0), (2, 0), (4, 0), (8, 0): return .indices(bits: bits)
        case (8, 1): return .runs(bits: 8)
        case (4, 2): return .runs(bits: 4)
        case (24, 0): return .bytes
        case (16, 0), (32, 0): return .masked(bits: bits)
        // In OS/2's headers 3 is a compression of its own.
        case (16, 3), (32, 3), (16, 6), (32, 6): if length != 64 { return .masked(bits: bits) }
        default: break
        }
        throw .unsupported(
            layer: "BMP header", found: "\(bits) bits a pixel in compression \(compression)",
            expected: "1 to 32 bits, plain, in runs or with masks")
    }

    /// Returns true for bits that lie side by side, or none.
    private static func isRun(_ mask: UInt32) -> Bool {
        guard mask != 0 else { return true }
        let low = mask >> UInt32(mask.trailingZeroBitCount)
        return low & (low &+ 1) == 0
    }

    private static func palette(
        _ source: ByteSource, at start: Int, isShort: Bool, header: [UInt8], bits: Int, end: Int
    ) throws(PictureError) -> [SIMD3<UInt8>] {
        guard bits <= 8 else { return [] }
        let entry = isShort ? 3 : 4
        let told = isShort || header.littleEndian32(at: 14) < 40 ? 0 : header.littleEndian32(at: 46)
        let most = 1 << bits
        let count = min(told == 0 ? most : told, most, max(0, end - start) / entry)
        let bytes = try source.read(at: start, count: count * entry)
        return (0..<bytes.count / entry).map { i in
            SIMD3(bytes[entry * i + 2], bytes[entry * i + 1], bytes[entry * i])
        }
    }
}
