import CCodecs

/// The pixels of a page as its directory describes them: how many, of what, and where they lie. Everything is checked
/// before anything is allocated for them.
struct TIFFPixels {
    /// The meaning of a pixel's first samples.
    enum Colour: Equatable {
        case grey(isInverted: Bool)
        case palette
        case rgb
        case cmyk
        /// CIE L*a*b*: in TIFF's own encoding a and b are signed, in ICC's they are not.
        case lab(isSigned: Bool)
        /// The library makes RGB of it.
        case converted

        var sampleCount: Int {
            switch self {
            case .grey, .palette: 1
            case .rgb, .lab, .converted: 3
            case .cmyk: 4
            }
        }
    }

    enum Number: Equatable { case whole, float }

    let width: Int
    let height: Int
    /// The number of samples in a stored pixel.
    let samples: Int
    let bits: Int
    let number: Number
    /// The tag's value, which the library is told.
    let sampleFormat: Int
    let colour: Colour
    let compression: Int
    /// True where each sample has strips or tiles of its own.
    let isSeparate: Bool
    let isTiled: Bool
    /// The size of a strip or tile in pixels.
    let blockWidth: Int
    let blockHeight: Int
    /// The sample that is alpha; nil without one.
    let alpha: Int?
    let isAlphaAssociated: Bool
    /// True where the library has to convert to RGBA of 8 bits.
    let isLibraryConverted: Bool
    /// The first sample that is taken; 0 but where another is asked for than the colours.
    let firstSample: Int

    /// Reads what a directory says of its pixels.
    ///
    /// - Parameter sample: the one sample that is asked for, as grey; nil for colours and alpha.
    init(
        of directory: TIFFDirectory, in file: TIFFFile, limits: PictureLimits, sample: Int? = nil
    ) throws(PictureError) {
        // What is left out of a description takes its default, and noise would come of it.
        for (tag, problem) in directory.unreadable.sorted(by: { $0.key < $1.key })
        where TIFFTag.structural.contains(tag) {
            throw .damaged(layer: "TIFF directory", found: problem, expected: "a known type and values inside the file")
        }
        func number(_ tag: Int, default value: Int) throws(PictureError) -> Int {
            try file.number(of: directory[tag]) ?? value
        }
        width = try number(TIFFTag.width, default: 0)
        height = try number(TIFFTag.height, default: 0)
        try limits.check(width: width, height: height)
        guard width <= 0x7FFF_FFFF, height <= 0x7FFF_FFFF else {
            throw .damaged(layer: "TIFF", found: "\(width) x \(height)", expected: "31 bits a side")
        }
        samples = try number(TIFFTag.samplesPerPixel, default: 1)
        guard (1...65535).contains(samples) else {
            throw .damaged(layer: "TIFF", found: "\(samples) samples a pixel", expected: "1 to 65535")
        }
        compression = try number(TIFFTag.compression, default: 1)
        guard compression <= 65535, codec_tiff_can_decode(UInt16(compression)) != 0 else {
            throw Self.unsupported("compression \(compression)\(Self.name(ofCompression: compression))")
        }
        bits = try Self.equal(TIFFTag.bitsPerSample, default: 1, "bits a sample", directory, file)
        let format = try Self.equal(TIFFTag.sampleFormat, default: 1, "sample formats", directory, file)
        sampleFormat = format
        let photometric = try number(
            TIFFTag.photometric, default: samples >= 3 ? 2 : (2...4).contains(compression) ? 0 : 1)
        switch (format, bits) {
        case (1, 1...16), (1, 24), (1, 32), (1, 64), (4, 1...16): self.number = .whole
        case (2, 16) where photometric == 32844 || photometric == 32845: self.number = .whole  // logarithms
        case (3, 16), (3, 32), (3, 64): self.number = .float
        default:
            let kind = [
                2: "signed whole numbers", 3: "floating-point numbers", 5: "complex numbers", 6: "complex numbers",
            ]
            throw Self.unsupported("\(kind[format] ?? "samples") of \(bits) bits")
        }
        isSeparate = try number(TIFFTag.planarConfiguration, default: 1) == 2 && samples > 1
        let stored = try Self.colour(photometric, samples: samples, bits: bits, number: self.number, directory, file)
        colour = sample == nil ? stored : .grey(isInverted: false)
        firstSample = sample ?? 0
        guard samples >= colour.sampleCount || (colour == .converted && samples == 1) else {
            throw .damaged(
                layer: "TIFF", found: "\(samples) samples a pixel", expected: "\(colour.sampleCount) for its colours")
        }
        // JPEG turns YCbCr into RGB itself.
        isLibraryConverted = colour == .converted
        let extras = try file.numbers(of: directory[TIFFTag.extraSamples], limit: samples) ?? []
        let first = colour.sampleCount
        let kinds = (first..<max(first, samples)).map { $0 - first < extras.count ? extras[$0 - first] : 0 }
        alpha = isLibraryConverted || sample != nil ? nil : kinds.firstIndex { $0 == 1 || $0 == 2 }.map { $0 + first }
        isAlphaAssociated = alpha.map { kinds[$0 - first] == 1 } ?? false
        isTiled =
            directory[TIFFTag.tileWidth] != nil
            && directory[TIFFTag.tileOffsets] ?? directory[TIFFTag.stripOffsets] != nil
        if isTiled {
            blockWidth = try number(TIFFTag.tileWidth, default: 0)
            blockHeight = try number(TIFFTag.tileHeight, default: 0)
        } else {
            blockWidth = width
            let rows = try number(TIFFTag.rowsPerStrip, default: height)
            blockHeight = min(rows == 0 ? height : rows, height)
        }
        guard (1...0x7FFF_FFFF).contains(blockWidth), (1...0x7FFF_FFFF).contains(blockHeight) else {
            throw .damaged(layer: "TIFF", found: "tiles of \(blockWidth) x \(blockHeight)", expected: "31 bits a side")
        }
        guard !isTiled || isLibraryConverted || blockWidth * bits * samplesInRow % 8 == 0 else {
            throw Self.unsupported("tiles \(blockWidth) pixels wide with \(bits) bits a sample")
        }
    }

    /// The number of samples that lie side by side in a stored row: all of a pixel's, or one.
    var samplesInRow: Int { isLibraryConverted ? 4 : isSeparate ? 1 : samples }
    /// The number of planes that are read: the colours' and alpha's.
    var planes: Int { isSeparate && !isLibraryConverted ? max(firstSample + colour.sampleCount, (alpha ?? 0) + 1) : 1 }
    var bitsInRow: Int { isLibraryConverted ? 8 : bits }

    /// The number of bytes in a stored row of one plane, `width` pixels wide. It does not overflow: a side has 31 bits,
    /// a pixel at most 65535 samples of 8 bytes.
    func rowBytes(width: Int) -> Int { (width * samplesInRow * bitsInRow + 7) / 8 }
    var rowBytes: Int { rowBytes(width: width) }
    var blockRowBytes: Int { rowBytes(width: blockWidth) }
    var blocksAcross: Int { (width + blockWidth - 1) / blockWidth }
    var blocksDown: Int { (height + blockHeight - 1) / blockHeight }

    /// The format of the rows that are handed out.
    func format(isGreyPalette: Bool) -> PixelFormat {
        let isGrey: Bool
        switch colour {
        case .grey: isGrey = true
        case .palette: isGrey = isGreyPalette
        default: isGrey = false
        }
        return PixelFormat(color: isGrey ? .grey : .rgb, hasAlpha: alpha != nil, bitDepth: isDeep ? 16 : 8)
    }

    /// True where rows of 16 bits are handed out.
    var isDeep: Bool { colour != .palette && !isLibraryConverted && (bits > 8 || number == .float) }

    /// The stored depth in words, where it is another than the one that is handed out.
    var changedDepth: String? {
        if number == .float { return "Float\(bits)" }
        if colour == .palette { return "\(bits)-bit palette" }
        return [8, 16].contains(bits) ? nil : "\(bits)-bit samples"
    }

    // MARK: Reading

    static func unsupported(_ found: String) -> PictureError {
        .unsupported(
            layer: "TIFF", found: found,
            expected: "1 to 16 bits or Float32, grey, palette, RGB, YCbCr, CMYK or Lab")
    }

    /// Returns the number that all values of a tag have.
    private static func equal(
        _ tag: Int, default value: Int, _ what: String, _ directory: TIFFDirectory, _ file: TIFFFile
    ) throws(PictureError) -> Int {
        guard let values = try file.numbers(of: directory[tag], limit: 65535), let first = values.first else {
            return value
        }
        guard values.allSatisfy({ $0 == first }) else {
            throw unsupported("\(what) \(values.prefix(8).map(String.init).joined(separator: ", "))")
        }
        return first
    }

    private static func colour(
        _ photometric: Int, samples: Int, bits: Int, number: Number, _ directory: TIFFDirectory, _ file: TIFFFile
    ) throws(PictureError) -> Colour {
        let compression = try file.number(of: directory[TIFFTag.compression]) ?? 1
        let isBytes = bits == 8 && number == .whole
        switch photometric {
        case 0: return .grey(isInverted: true)
        case 1, 4: return .grey(isInverted: false)
        case 2 where compression == 6 && isBytes: return .converted
        case 2: return .rgb
        case 3 where number == .whole && bits <= 16: return .palette
        case 5 where number == .whole && (bits == 8 || bits == 16):
            let ink = try file.number(of: directory[TIFFTag.inkSet]) ?? 1
            guard ink == 1 else { throw unsupported("a set of inks that is not CMYK") }
            return .cmyk
        case 6 where isBytes && compression == 7:
            guard try file.number(of: directory[TIFFTag.planarConfiguration]) != 2 else {
                throw unsupported("YCbCr in separate planes")
            }
            return .rgb
        case 6 where isBytes: return .converted
        case 8 where number == .whole && (bits == 8 || bits == 16): return .lab(isSigned: true)
        case 9 where number == .whole && (bits == 8 || bits == 16): return .lab(isSigned: false)
        case 32844, 32845: return .converted
        case 34892: return samples >= 3 ? .rgb : .grey(isInverted: false)
        case 32803: throw unsupported("the colour filter array of a camera")
        case 3, 5, 6, 8, 9: throw unsupported("colours of kind \(photometric) with \(bits) bits a sample")
        default: throw unsupported("colours of kind \(photometric)")
        }
    }

    private static func name(ofCompression compression: Int) -> String {
        let names = [
            33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000", 34712: "JPEG 2000", 34892: "lossy DNG",
            32773: "PackBits", 50002: "JPEG XL", 52546: "JPEG XL", 34933: "PNG", 34934: "JPEG XR", 22610: "JPEG XR",
            32867: "Kodak's", 34713: "Nikon's", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP", 34887: "LERC",
        ]
        return names[compression].map { " (\($0))" } ?? ""
    }
}
