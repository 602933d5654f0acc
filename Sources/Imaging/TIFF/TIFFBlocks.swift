import CCodecs

/// The places of a page's strips or tiles, checked against the file, and the way they are decoded.
struct TIFFBlocks {
    /// The offset of every strip or tile of the planes that are read, plane after plane; 0 for one that is absent.
    private(set) var offsets: [Int]
    /// The bytes of every strip or tile, as they are compressed; 0 for one that is absent.
    private(set) var counts: [Int]
    /// The rows of a strip as the library sees them: an uncompressed strip is cut into smaller ones.
    let rows: Int
    /// True where strips are decoded row by row, since a whole one would take much memory.
    let isByRows: Bool
    /// The number of strips or tiles that are absent.
    let absentCount: Int
    /// The memory in bytes that decoding takes beside the rows that are handed out.
    let byteCount: Int

    /// The bytes that an uncompressed strip is cut to.
    private static let cutBytes = 256 << 10
    /// The largest strip, of all planes, that is decoded whole.
    private static let wholeBytes = 4 << 20
    /// JBIG, PixarLog, LERC and WebP: compression that is undone by whole strips alone.
    private static let wholeSchemes: Set = [34661, 32909, 34887, 50001]

    init(
        of pixels: TIFFPixels, _ directory: TIFFDirectory, in file: TIFFFile, damaged: DamagePolicy, limit: Int
    ) throws(PictureError) {
        let (offsetTag, countTag) =
            pixels.isTiled && directory[TIFFTag.tileOffsets] != nil
            ? (TIFFTag.tileOffsets, TIFFTag.tileByteCounts) : (TIFFTag.stripOffsets, TIFFTag.stripByteCounts)
        let name = pixels.isTiled ? "tile" : "strip"
        let perPlane = pixels.blocksAcross * pixels.blocksDown
        let needed = perPlane * pixels.planes
        // Old-style JPEG may say where its one stream lies in tags of its own.
        let listed = directory[offsetTag]
        guard let listed, listed.type.isWhole, listed.count >= needed || damaged == .accept else {
            throw .damaged(
                layer: "TIFF",
                found: listed.map {
                    $0.type.isWhole ? "the offsets of \($0.count) \(name)s" : "offsets of another type"
                }
                    ?? "no offsets of \(name)s", expected: "\(needed)")
        }
        // A list of 8 bytes for each, twice, and once more where the library reads it.
        guard min(needed, listed.count) <= limit / 64 else {
            throw .tooMuchMemory(needed: needed * 64, limit: limit, reason: "there are \(needed) \(name)s")
        }
        guard needed <= listed.count || needed <= limit / 64 else {
            throw .damaged(layer: "TIFF", found: "the offsets of \(listed.count) \(name)s", expected: "\(needed)")
        }
        var offsets = try file.numbers(of: listed, limit: needed) ?? []
        var counts = try file.numbers(of: directory[countTag], limit: needed) ?? []
        let isPlain = pixels.compression == 1 && !pixels.isLibraryConverted
        func plainBytes(_ index: Int) -> Int {
            let rows =
                pixels.isTiled
                ? pixels.blockHeight : min(pixels.blockHeight, pixels.height - index % perPlane * pixels.blockHeight)
            return pixels.blockRowBytes * rows
        }
        offsets += repeatElement(0, count: needed - offsets.count)
        for index in counts.count..<max(counts.count, needed) {
            guard isPlain || offsets[index] == 0 || needed == 1 || damaged == .accept else {
                throw .damaged(layer: "TIFF", found: "the sizes of \(counts.count) \(name)s", expected: "\(needed)")
            }
            counts.append(offsets[index] == 0 ? 0 : isPlain ? plainBytes(index) : file.count - offsets[index])
        }
        var absent = 0
        for index in 0..<needed {
            if counts[index] == 0, offsets[index] != 0, needed == 1, offsets[0] < file.count {
                counts[0] = isPlain ? plainBytes(0) : file.count - offsets[0]
            }
            if offsets[index] == 0 || counts[index] == 0 {
                (offsets[index], counts[index]) = (0, 0)
                absent += 1
                continue
            }
            let least = isPlain ? plainBytes(index) : 1
            // One strip says its size twice, in its rows too.
            if isPlain, needed == 1, counts[0] < least { counts[0] = least }
            let end = offsets[index].addingReportingOverflow(counts[index])
            if !end.overflow, end.partialValue <= file.count, counts[index] >= least { continue }
            guard damaged == .accept else {
                throw .damaged(
                    layer: "TIFF \(name) \(index)",
                    found: counts[index] < least
                        ? "\(counts[index]) bytes"
                        : "\(counts[index]) bytes at byte \(offsets[index]) of \(file.count)",
                    expected: counts[index] < least ? "\(least)" : "them inside the file")
            }
            if offsets[index] >= file.count {
                (offsets[index], counts[index]) = (0, 0)
            } else {
                counts[index] = min(counts[index], file.count - offsets[index])
            }
        }
        absentCount = absent

        var rows = pixels.blockHeight
        if isPlain, !pixels.isTiled, pixels.blockRowBytes * rows > Self.cutBytes,
            damaged == .reject || zip(offsets, counts).allSatisfy({ $1 >= pixels.rowBytes || $0 == 0 })
        {
            rows = Self.rows(cutting: rows, rowBytes: pixels.rowBytes, isOne: pixels.blocksDown == 1)
        }
        if rows < pixels.blockHeight {
            let perStrip = pixels.blockHeight / rows
            let down = (pixels.height + rows - 1) / rows
            guard down * pixels.planes <= limit / 64 else {
                throw .tooMuchMemory(
                    needed: down * pixels.planes * 64, limit: limit, reason: "there are \(down) strips")
            }
            var cut: (offsets: [Int], counts: [Int]) = ([], [])
            for plane in 0..<pixels.planes {
                for part in 0..<down {
                    // A single strip may be cut into parts of which the last is shorter.
                    let index = pixels.blocksDown == 1 ? 0 : part / perStrip
                    let skipped = (pixels.blocksDown == 1 ? part : part % perStrip) * rows * pixels.rowBytes
                    let (offset, count) = (offsets[plane * perPlane + index], counts[plane * perPlane + index])
                    let bytes = min(rows, pixels.height - part * rows) * pixels.rowBytes
                    let isThere = offset != 0 && skipped < count
                    cut.offsets.append(isThere ? offset + skipped : 0)
                    cut.counts.append(isThere ? min(bytes, count - skipped) : 0)
                }
            }
            (offsets, counts) = cut
        }
        self.offsets = offsets
        self.counts = counts
        self.rows = rows

        let (block, overflow) = (pixels.blockRowBytes * pixels.planes).multipliedReportingOverflow(
            by: rows * pixels.blocksAcross)
        let largest = counts.max() ?? 0
        isByRows =
            !pixels.isTiled && !pixels.isLibraryConverted && !Self.wholeSchemes.contains(pixels.compression)
            && (overflow || block > Self.wholeBytes)
        // The library holds what is compressed, and for some schemes a copy of what is not.
        let decoded = overflow ? Int.max / 4 : block
        let held =
            isByRows
            ? pixels.planes * (largest + 16 * pixels.width)
            : decoded * (pixels.isLibraryConverted || Self.wholeSchemes.contains(pixels.compression) ? 3 : 1)
                + (isPlain ? 0 : largest)
        byteCount = held + 48 * offsets.count
        guard byteCount <= limit else {
            throw .tooMuchMemory(
                needed: byteCount, limit: limit,
                reason: pixels.isTiled
                    ? "a row of tiles is decoded whole"
                    : isByRows ? "a compressed strip is held whole" : "a strip is decoded whole")
        }
    }

    /// Returns how many rows of an uncompressed strip are taken at a time: a part of the strip's rows that divides it,
    /// unless it is the only one.
    private static func rows(cutting rows: Int, rowBytes: Int, isOne: Bool) -> Int {
        let most = max(1, min(rows, cutBytes / max(1, rowBytes)))
        return isOne ? most : (1...most).last { rows % $0 == 0 } ?? 1
    }

    /// Returns the header and the directory that the library is shown in place of the file's own: what decoding needs
    /// and nothing else, with offsets that count from the beginning of these bytes, which the file follows.
    func prefix(
        _ pixels: TIFFPixels, _ directory: TIFFDirectory, in file: TIFFFile
    ) throws(PictureError) -> [UInt8] {
        let order = TIFFOrder(isLittleEndian: file.isLittleEndian)
        // An unread plane is none; samples that are no colour are passed over by those who take the rows.
        let samples = pixels.isSeparate && !pixels.isLibraryConverted ? pixels.planes : pixels.samples
        var values: [TIFFValue] = []
        func add(_ tag: Int, _ type: TIFFType, _ numbers: [Int]) {
            values.append(TIFFValue(tag: tag, type: type, numbers: numbers, order: order))
        }
        add(TIFFTag.width, .long, [pixels.width])
        add(TIFFTag.height, .long, [pixels.height])
        add(TIFFTag.bitsPerSample, .short, Array(repeating: pixels.bits, count: samples))
        add(TIFFTag.samplesPerPixel, .short, [samples])
        add(TIFFTag.sampleFormat, .short, Array(repeating: pixels.sampleFormat, count: samples))
        // Nothing is to be looked up in a palette, and kinds that the library does not know are as good as these.
        let photometric = try file.number(of: directory[TIFFTag.photometric]) ?? 3
        add(TIFFTag.photometric, .short, [[3, 4, 34892].contains(photometric) ? samples >= 3 ? 2 : 1 : photometric])
        let colours = [2: 3, 6: 3, 8: 3, 9: 3, 34892: 3, 5: 4][photometric] ?? 1
        if samples > colours, !pixels.isLibraryConverted {
            let kinds = try file.numbers(of: directory[TIFFTag.extraSamples], limit: samples) ?? []
            add(TIFFTag.extraSamples, .short, (0..<samples - colours).map { $0 < kinds.count ? kinds[$0] : 0 })
        }
        if pixels.isTiled {
            add(TIFFTag.tileWidth, .long, [pixels.blockWidth])
            add(TIFFTag.tileHeight, .long, [pixels.blockHeight])
        } else {
            add(TIFFTag.rowsPerStrip, .long, [rows])
        }
        for tag in TIFFTag.decoding {
            guard let entry = directory[tag], entry.byteCount <= MetadataAllowance.most else { continue }
            values.append(TIFFValue(tag: tag, type: entry.type, bytes: try file.bytes(of: entry)))
        }
        // Of known size, so that offsets can be moved by it.
        let list = offsets.count * 8
        let size = 16 + TIFFValue.directoryByteCount(values, isBig: true) + 2 * (20 + (list > 8 ? list : 0))
        for index in values.indices
        where pixels.compression == 6
            && (values[index].tag == TIFFTag.oldJPEGOffset || TIFFTag.oldJPEGTables.contains(values[index].tag))
            && values[index].type.isWhole
        {
            let (old, type) = (values[index].bytes, values[index].type)
            let moved = stride(from: 0, to: old.count, by: type.byteCount).map { at in
                let offset = TIFFFile.number(old, at: at, bytes: type.byteCount, file.isLittleEndian)
                return offset == 0 || offset > file.count ? 0 : offset + size
            }
            values[index] = TIFFValue(tag: values[index].tag, type: type, numbers: moved, order: order)
        }
        add(
            pixels.isTiled ? TIFFTag.tileOffsets : TIFFTag.stripOffsets, .long8, offsets.map { $0 == 0 ? 0 : $0 + size }
        )
        add(pixels.isTiled ? TIFFTag.tileByteCounts : TIFFTag.stripByteCounts, .long8, counts)
        return order.header(isBig: true, firstDirectory: 16)
            + TIFFValue.directory(values, at: 16, next: 0, isBig: true, order: order)
    }
}
