/// A file whose header and metadata were read and found within limits.
struct OpenedFile {
    let container: PictureContainer
    let rows: any StoredRows
    let format: PixelFormat
    let orientation: Orientation
    var metadata: Metadata
    /// A JPEG's quantisation steps for luma, or grey.
    var quantisationTable: [Int]?
    var notes: [PictureNote] = []
    /// A TIFF's number of pages, 1 for other files.
    var pageCount = 1
    /// The place of the picture's infrared, in a TIFF.
    var infrared: InfraredChannel?

    /// A grey picture beside the picture of a TIFF.
    init(rows: any StoredRows, format: PixelFormat, orientation: Orientation) {
        container = .tiff
        self.rows = rows
        self.format = format
        self.orientation = orientation
        metadata = Metadata()
    }

    /// - Parameters:
    ///   - page: the page of a TIFF, from 0; other files have one.
    ///   - isUpright: true where the pixels have been turned already, whatever an orientation says.
    init(
        _ source: ByteSource, limits: PictureLimits, damaged: DamagePolicy, page number: Int = 0,
        isUpright: Bool = false
    ) throws(PictureError) {
        let first = try source.read(at: 0, count: RecognisedFormat.byteCount)
        guard !first.isEmpty else { throw .empty }
        let allowance = MetadataAllowance(within: limits)
        // A TIFF says so itself, whatever its XMP remembers.
        var stated: Orientation?
        switch recognise(first) {
        case .picture(let found): container = found
        case .unsupported(let format): throw .notReadableYet(format: format.rawValue)
        case .notAPicture: throw .notAPicture(firstBytes: Array(first.prefix(8)))
        }
        switch container {
        case .png:
            let structure = try PNGStructure(reading: source)
            try limits.check(width: structure.width, height: structure.height)
            try limits.check(rowBytes: PNGDecoder.rowBytes(of: structure))
            try structure.checkEarlyEnd(in: source)
            metadata = try PNGMetadata.read(structure, from: source, allowance: allowance, notes: &notes)
            let decoder = try PNGDecoder(
                reading: source, structure: structure,
                // A profile for RGB pixels would be lost with the colours.
                keepsPaletteColour: metadata.icc.flatMap(ICCProfile.colorSpace) == .rgb)
            rows = decoder
            format = decoder.format
        case .jpeg:
            let structure = try JPEGStructure(reading: source, allowance: allowance)
            try limits.check(width: structure.width, height: structure.height)
            metadata = JPEGMetadata.read(structure.labels, notes: &notes)
            quantisationTable = structure.firstQuantisationTable
            let decoder = try JPEGDecoder(
                reading: source, structure: structure, damaged: damaged, profile: metadata.icc)
            rows = decoder
            format = decoder.format
            if let note = decoder.conversionNote {
                notes.append(note)
                metadata.icc = CMYKConversion.sRGBProfile
                metadata.isConvertedToSRGB = true
            }
        case .tiff:
            let structure = try TIFFStructure(reading: source)
            let page = try structure.page(number)
            let directory = page.directory
            notes = structure.notes
            metadata = try TIFFMetadata.read(
                directory, in: structure.file, limit: allowance.byteCount, notes: &notes)
            let decoder = try TIFFDecoder(
                reading: structure.file, directory: directory, limits: limits, damaged: damaged, profile: metadata.icc)
            rows = decoder
            format = decoder.format
            notes += decoder.notes
            pageCount = structure.pages.count
            stated = try structure.file.number(of: directory[TIFFTag.orientation]).flatMap(Orientation.init(rawValue:))
            infrared = try structure.infrared(of: page)
            metadata.isAlphaAssociated = decoder.isAlphaAssociated
            if decoder.isConvertedToSRGB {
                metadata.icc = CMYKConversion.sRGBProfile
                metadata.isConvertedToSRGB = true
            }
        case .webp:
            let structure = try WebPStructure(reading: source, limit: allowance.byteCount)
            try limits.check(width: structure.width, height: structure.height)
            metadata = Metadata(exif: structure.exif, icc: structure.icc, xmp: structure.xmp)
            metadata.isLossyWebP = !structure.isLossless
            let decoder = WebPDecoder(reading: source, structure: structure)
            (rows, format) = (decoder, decoder.format)
        case .bmp:
            let header = try BMPHeader(reading: source)
            try limits.check(width: header.width, height: header.height)
            let profile = try header.profile.map { range throws(PictureError) in
                try source.read(at: range.lowerBound, count: min(range.count, allowance.byteCount))
            }
            metadata = Metadata(icc: profile, density: header.density)
            let decoder = BMPDecoder(reading: source, header: header)
            (rows, format) = (decoder, decoder.format)
        case .gif:
            let structure = try GIFStructure(reading: source)
            try limits.check(width: structure.width, height: structure.height)
            metadata = Metadata(icc: structure.profile, xmp: structure.xmp)
            let decoder = try GIFDecoder(reading: source, structure: structure)
            (rows, format) = (decoder, decoder.format)
        case .netpbm:
            let header = try NetpbmHeader(reading: source)
            try limits.check(width: header.width, height: header.height)
            metadata = Metadata()
            let decoder = NetpbmDecoder(reading: source, header: header)
            (rows, format) = (decoder, decoder.format)
        }
        metadata.icc = ICCProfile.checked(metadata.icc, for: format.color, notes: &notes)
        let block = metadata.exif.flatMap { try? EXIFBlock($0) }
        let found = stated ?? block?.statedOrientation ?? metadata.xmp.flatMap(XMPPacket.orientation(of:)) ?? .upright
        orientation = isUpright ? .upright : found
        if metadata.density == nil { metadata.density = block?.density }
        if orientation.exchangesSides, let density = metadata.density {
            metadata.density = PixelDensity(x: density.y, y: density.x, unit: density.unit)
        }
        if orientation != .upright {
            notes.append(.orientationApplied(orientation.rawValue))
            metadata.isTurned = true
            // Turned, the pixels lie elsewhere on the earth too.
            metadata.tiff?.width = 0
        } else if found != .upright {
            notes.append(.orientationObeyed(found.rawValue))
            metadata.isTurned = true
        }
        mendEXIF()
    }

    /// Leaves out what lies in EXIF, with notes. The orientation that was found holds even where the rest can't be kept.
    private mutating func mendEXIF() {
        guard let exif = metadata.exif else { return }
        do throws(EXIFBlock.Fault) {
            var block = try EXIFBlock(exif)
            let losses = try block.mend()
            _ = try block.checkedDirectories()
            // One that is sound stays as it is, to the byte.
            if !losses.isEmpty { metadata.exif = block.bytes }
            notes += losses.prefix(5).map(\.note)
            if losses.count > 5 {
                notes.append(
                    .dropped("\(losses.count - 5) more entries of EXIF", reason: "they lie outside of the block"))
            }
        } catch {
            metadata.exif = nil
            notes.append(.dropped("EXIF", reason: "it \(error)"))
        }
    }

    /// The reason, in words, why decoding takes more memory than a few rows.
    var reasonForMemory: String {
        if rows.rowBytes > 1 << 20, !rows.isAllOrNothing, !orientation.needsAllRows { return PictureLimits.rowReason }
        if rows.isAllOrNothing {
            return container == .png ? "an interlaced PNG is decoded whole" : "\(container.name) is decoded whole"
        }
        if rows.libraryBytes > 0 {
            return container == .tiff
                ? "strips or rows of tiles of a TIFF are decoded whole" : "a JPEG in several scans is decoded whole"
        }
        return orientation.needsAllRows ? "orientation \(orientation.rawValue) exchanges rows" : "some rows"
    }
}
