public import SystemPackage

/// The place of what a scanner saw in infrared: film lets it through, dust does not, so it shows where a
/// picture is damaged.
public enum InfraredChannel: Sendable, Equatable {
    /// In a page of its own, of the picture's size.
    case page
    /// In the picture's sample of this number, from 0; none of its colours, nor alpha.
    case sample(Int)
}

/// The pages of a TIFF, without thumbnails, masks and infrared, which are no pictures.
public struct TIFFPages {
    /// One page.
    public struct Page: Sendable, Equatable {
        /// The width in pixels, as stored.
        public var width: Int
        /// The height in pixels, as stored.
        public var height: Int
        /// The place of the page's infrared; nil where there is none.
        public var infrared: InfraredChannel?
    }

    /// The pages in the file's order, at least one.
    public let pages: [Page]
    /// The remarks on what is no page: thumbnails, masks.
    public var notes: [PictureNote] { structure.notes }
    fileprivate let structure: TIFFStructure

    /// Reads the directories of the TIFF at `path`.
    ///
    /// - Throws: `PictureError` where there is no page.
    public init(of path: FilePath) throws(PictureError) {
        structure = try TIFFStructure(reading: ByteSource(path: path))
        var pages: [Page] = []
        for page in structure.pages {
            let infrared = try structure.infrared(of: page)
            pages.append(
                Page(
                    width: try structure.file.number(of: page.directory[TIFFTag.width]) ?? 0,
                    height: try structure.file.number(of: page.directory[TIFFTag.height]) ?? 0, infrared: infrared))
        }
        self.pages = pages
    }

    /// True where a picture made of the first page alone would not be all of the file.
    public var areSeveral: Bool { pages.count > 1 || pages[0].infrared != nil }
}

/// A TIFF that is put together of pages of other TIFFs, their strips and tiles copied as they are.
///
/// Contract: one thread at a time; the descriptor stays the caller's, is written from its position on, must be able to
/// seek, and is neither flushed nor closed.
public final class TIFFAssembly {
    private let file: TIFFFileWriter

    /// Begins a file at `descriptor`, open for writing.
    ///
    /// - Throws: `PictureError`.
    public init(descriptor: FileDescriptor) throws(PictureError) {
        file = try TIFFFileWriter(descriptor: descriptor.rawValue)
    }

    /// Adds one page of a file, from 0, without its infrared.
    ///
    /// - Throws: `PictureError`.
    public func add(page: Int, of path: FilePath) throws(PictureError) {
        try add(page: page, of: TIFFPages(of: path))
    }

    /// Adds one page of a file whose directories were read, from 0, without its infrared.
    ///
    /// - Throws: `PictureError`.
    public func add(page: Int, of pages: TIFFPages) throws(PictureError) {
        try copy(pages.structure.page(page).directory, of: pages.structure.file)
    }

    /// Adds all directories of a file that `TIFFAssembly` or `PictureWriter` wrote, in their order.
    ///
    /// - Throws: `PictureError`.
    public func add(allOf path: FilePath) throws(PictureError) {
        let tiff = try TIFFFile(ByteSource(path: path))
        var problems: [String] = []
        var next = tiff.firstDirectory
        while next != 0 {
            let directory = try tiff.directory(at: next, problems: &problems)
            try copy(directory, of: tiff)
            next = directory.next > next ? directory.next : 0
        }
    }

    /// Adds the infrared of a file's page, its samples as they are, as a page of its own. Nothing where there is none.
    ///
    /// - Throws: `PictureError`.
    public func add(
        infraredOf page: Int, of pages: TIFFPages, limits: PictureLimits, damaged: DamagePolicy
    ) throws(PictureError) {
        let structure = pages.structure
        let source = try structure.page(page)
        switch try structure.infrared(of: source) {
        case nil: return
        case .page?:
            if let directory = source.infrared { try copy(directory, of: structure.file) }
        case .sample(let sample)?:
            let decoder = try TIFFDecoder(
                reading: structure.file, directory: source.directory, limits: limits, damaged: damaged, profile: nil,
                sample: sample)
            let layout = decoder.layout
            let order = TIFFOrder(isLittleEndian: structure.file.isLittleEndian)
            let orientation = try structure.file.number(of: source.directory[TIFFTag.orientation]) ?? 1
            let encoder = try TIFFEncoder(
                file: file, isWholeFile: false, width: layout.width, height: layout.height, format: decoder.format,
                compression: .deflate, associatesAlpha: false, values: [], order: order,
                kind: TIFFStructure.Kind.mask, orientation: orientation)
            var band = RowBand(layout: layout)
            for first in stride(from: 0, to: layout.height, by: band.rowCapacity) {
                let count = min(band.rowCapacity, layout.height - first)
                try band.fill(count, from: decoder)
                if let rows = band.base { try encoder.write(count, from: rows, stride: layout.bytesPerRow) }
            }
            try encoder.finish()
        }
    }

    /// Ends the file.
    ///
    /// - Throws: `PictureError`.
    public func finish() throws(PictureError) { try file.finish() }

    private static let pieceBytes = 1 << 20

    private func copy(_ directory: TIFFDirectory, of tiff: TIFFFile) throws(PictureError) {
        let order = TIFFOrder(isLittleEndian: tiff.isLittleEndian)
        guard file.decide(order) == order else {
            throw .cannotEncode("the pages of a file have numbers of one order of bytes")
        }
        guard try tiff.number(of: directory[TIFFTag.compression]) != 6 else {
            throw TIFFPixels.unsupported("a page of old-style JPEG beside others")
        }
        let isTiled = directory[TIFFTag.tileOffsets] != nil
        let (offsetTag, countTag) =
            isTiled
            ? (TIFFTag.tileOffsets, TIFFTag.tileByteCounts) : (TIFFTag.stripOffsets, TIFFTag.stripByteCounts)
        guard let offsets = try tiff.numbers(of: directory[offsetTag]),
            let counts = try tiff.numbers(of: directory[countTag]), counts.count == offsets.count
        else {
            throw .damaged(layer: "TIFF", found: "strips without offsets or sizes", expected: "both, for each page")
        }
        var values: [TIFFValue] = []
        var copied: [Int] = []
        for (offset, count) in zip(offsets, counts) {
            guard offset != 0, count != 0, offset <= tiff.count, count <= tiff.count - offset else {
                // Absent, or damaged: the reader of the copy says so.
                copied.append(offset == 0 || count == 0 ? 0 : Int(UInt32.max))
                continue
            }
            var done = 0
            while done < count {
                let piece = try tiff.source.read(at: offset + done, count: min(Self.pieceBytes, count - done))
                guard !piece.isEmpty else { throw .cannotRead(code: Errno.ioError.rawValue) }
                let place = try file.append(piece, padded: done + piece.count == count)
                if done == 0 { copied.append(place) }
                done += piece.count
            }
        }
        var seen: Set<Int> = [offsetTag, countTag, TIFFTag.subdirectories, 400]
        for entry in directory.entries where seen.insert(entry.tag).inserted {
            switch entry.tag {
            case TIFFTag.exif, TIFFTag.gps:
                let inner = try children(entry, of: tiff)
                if !inner.isEmpty { values.append(TIFFValue(tag: entry.tag, directory: inner)) }
            case _ where entry.type == .directory || entry.type == .directory8: continue
            default:
                if entry.byteCount <= MetadataAllowance.most {
                    values.append(TIFFValue(tag: entry.tag, type: entry.type, bytes: try tiff.bytes(of: entry)))
                }
            }
        }
        values.append(TIFFValue(tag: offsetTag, type: .long8, numbers: copied, order: order))
        values.append(TIFFValue(tag: countTag, type: .long8, numbers: counts, order: order))
        file.addPage(values)
    }

    private func children(_ entry: TIFFEntry, of tiff: TIFFFile) throws(PictureError) -> [TIFFValue] {
        var problems: [String] = []
        guard let offset = try tiff.number(of: entry),
            let directory = try? tiff.directory(at: offset, problems: &problems)
        else { return [] }
        var values: [TIFFValue] = []
        for child in directory.entries where child.byteCount <= MetadataAllowance.most {
            if child.tag == TIFFTag.interoperability, entry.tag == TIFFTag.exif {
                let inner = try children(child, of: tiff)
                if !inner.isEmpty { values.append(TIFFValue(tag: child.tag, directory: inner)) }
            } else {
                values.append(TIFFValue(tag: child.tag, type: child.type, bytes: try tiff.bytes(of: child)))
            }
        }
        return values
    }
}

extension PictureReader {
    /// Opens the infrared of a TIFF's page, from 0, as a grey picture of its size, upright: where film lets no infrared
    /// through, which is dark, the picture is damaged. Nil where the file has none.
    ///
    /// - Throws: `PictureError`.
    public convenience init?(
        infraredOf path: FilePath, page: Int = 0, limits: PictureLimits = PictureLimits(),
        damaged: DamagePolicy = .reject
    ) throws(PictureError) {
        let structure = try TIFFStructure(reading: ByteSource(path: path))
        let source = try structure.page(page)
        guard let infrared = try structure.infrared(of: source) else { return nil }
        var sample: Int?
        if case .sample(let index) = infrared { sample = index }
        let decoder = try TIFFDecoder(
            reading: structure.file, directory: source.infrared ?? source.directory, limits: limits, damaged: damaged,
            profile: nil, sample: sample)
        let turn = try structure.file.number(of: source.directory[TIFFTag.orientation]) ?? 1
        try self.init(
            OpenedFile(rows: decoder, format: decoder.format, orientation: Orientation(rawValue: turn) ?? .upright),
            limits: limits)
    }
}
