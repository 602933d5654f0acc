/// The conversion of metadata from and to the directories of a TIFF.
///
/// Tags that EXIF knows become an EXIF block, which travels to files of any format; the further tags of the directory travel
/// as they are, unless they would say something wrong about the samples that are written.
enum TIFFMetadata {
    /// Reads a page's metadata. What is left out is told in `notes`.
    static func read(
        _ directory: TIFFDirectory, in file: TIFFFile, limit: Int, notes: inout [PictureNote]
    ) throws(PictureError) -> Metadata {
        var metadata = Metadata()
        var tags = TIFFTags(
            isLittleEndian: file.isLittleEndian, values: [],
            width: try file.number(of: directory[TIFFTag.width]) ?? 0,
            height: try file.number(of: directory[TIFFTag.height]) ?? 0)
        var exif: [TIFFValue] = []
        var left = limit
        var dropped: [(what: String, reason: String)] = []
        func value(_ entry: TIFFEntry) throws(PictureError) -> TIFFValue? {
            guard entry.byteCount <= left else {
                dropped.append(("tag \(entry.tag)", "it has \(entry.byteCount) bytes"))
                return nil
            }
            left -= entry.byteCount
            return TIFFValue(tag: entry.tag, type: entry.type, bytes: try file.bytes(of: entry))
        }
        /// The entries of a directory of EXIF's, and of the one that they point to.
        func children(_ entry: TIFFEntry, pointing tag: Int?) throws(PictureError) -> [TIFFValue] {
            var problems: [String] = []
            guard let offset = try file.number(of: entry) else { return [] }
            let child: TIFFDirectory
            do { child = try file.directory(at: offset, problems: &problems) } catch {
                dropped.append(("the directory of tag \(entry.tag)", "\(error)"))
                return []
            }
            if let first = problems.first { dropped.append(("a bad entry", first)) }
            var values: [TIFFValue] = []
            for entry in child.entries {
                if entry.tag == tag {
                    let inner = try children(entry, pointing: nil)
                    if !inner.isEmpty { values.append(TIFFValue(tag: entry.tag, directory: inner)) }
                } else if entry.type.rawValue <= TIFFType.double.rawValue, let value = try value(entry) {
                    values.append(value)
                }
            }
            return values
        }
        var seen: Set<Int> = []
        for entry in directory.entries where seen.insert(entry.tag).inserted {
            let tag = entry.tag
            switch tag {
            case TIFFTag.icc: metadata.icc = try value(entry)?.bytes
            case TIFFTag.xmp: metadata.xmp = try value(entry)?.bytes
            case TIFFTag.iptc: metadata.iptc = try value(entry).map { records($0.bytes, type: $0.type) }
            case TIFFTag.photoshop:
                guard let bytes = try value(entry)?.bytes else { continue }
                tags.photoshop = withoutThumbnails(bytes)
                if tags.photoshop?.count != bytes.count {
                    dropped.append(("Photoshop's thumbnail", "it would show the picture as it was"))
                }
            case TIFFTag.exif, TIFFTag.gps:
                let isEXIF = tag == TIFFTag.exif
                let values = try children(entry, pointing: isEXIF ? TIFFTag.interoperability : nil)
                if !values.isEmpty { exif.append(TIFFValue(tag: tag, directory: values)) }
            case TIFFTag.layers: dropped.append(("Photoshop's layers", "they would show the picture as it was"))
            case TIFFTag.orientation where try file.number(of: entry) ?? 1 == 1: continue
            case _ where TIFFTag.descriptive.contains(tag):
                if entry.type.rawValue <= TIFFType.double.rawValue, let value = try value(entry) { exif.append(value) }
            case TIFFTag.newSubfileType:
                // A page among others stays one: all pages of a file go into one output.
                if try (file.number(of: entry) ?? 0) & TIFFStructure.Kind.page != 0 {
                    let order = TIFFOrder(isLittleEndian: file.isLittleEndian)
                    tags.values.append(
                        TIFFValue(tag: tag, type: .long, numbers: [TIFFStructure.Kind.page], order: order))
                }
            case _ where TIFFTag.structural.contains(tag): continue
            case _ where TIFFTag.statistical.contains(tag):
                dropped.append(("tag \(tag)", "it is about the samples as they were"))
            case _ where TIFFTag.raw.contains(tag):
                if !dropped.contains(where: { $0.what == "DNG's tags" }) {
                    dropped.append(("DNG's tags", "the samples are developed now"))
                }
            case _ where TIFFTag.pointing.contains(tag) || entry.type == .directory || entry.type == .directory8:
                dropped.append(("tag \(tag)", "it points into the file as it was"))
            default: if let value = try value(entry) { tags.values.append(value) }
            }
        }
        if metadata.iptc == nil { metadata.iptc = tags.photoshop.flatMap(IPTCRecord.record(in:)) }
        metadata.tiff = tags
        if !exif.isEmpty {
            let order = TIFFOrder(isLittleEndian: file.isLittleEndian)
            metadata.exif =
                order.header(isBig: false, firstDirectory: 8)
                + TIFFValue.directory(exif, at: 8, next: 0, isBig: false, order: order)
        }
        notes += dropped.prefix(20).map { .dropped($0.what, reason: $0.reason) }
        return metadata
    }

    /// Returns the records of an entry. Some programs wrote them as numbers of four bytes, in the file's order.
    private static func records(_ bytes: [UInt8], type: TIFFType) -> [UInt8] {
        guard type == .long, bytes.count % 4 == 0, bytes.first != 0x1C, bytes.count >= 4, bytes[3] == 0x1C else {
            return bytes
        }
        return TIFFValue(tag: TIFFTag.iptc, type: .long, bytes: bytes).inOtherOrder.bytes
    }

    /// Returns Photoshop's resources without thumbnails (1033 and 1036); what cannot be walked stays as it is.
    private static func withoutThumbnails(_ resources: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        var offset = 0
        // Signature, number, name (counted, padded to even), size, data (padded to even).
        while offset + 12 <= resources.count {
            let number = resources.bigEndian16(at: offset + 4)
            let sizeAt = offset + 6 + (Int(resources[offset + 6]) + 2) / 2 * 2
            guard sizeAt + 4 <= resources.count else { return resources }
            let size = resources.bigEndian32(at: sizeAt)
            guard size <= resources.count - sizeAt - 4 else { return resources }
            let end = min(resources.count, sizeAt + 4 + (size + 1) / 2 * 2)
            if number != 1033, number != 1036 { kept += resources[offset..<end] }
            offset = end
        }
        return kept + resources[offset...]
    }

    // MARK: Writing

    /// Returns the entries for a picture of `width` x `height` and the order that their values are in: that of the file
    /// that they come from, or of the EXIF block, so that maker notes stay readable.
    static func values(
        for metadata: Metadata, width: Int, height: Int, notes: inout [PictureNote]
    ) -> (values: [TIFFValue], order: TIFFOrder) {
        let block = metadata.exif.flatMap { try? EXIFBlock($0) }
        let order = TIFFOrder(isLittleEndian: metadata.tiff?.isLittleEndian ?? block?.isLittleEndian ?? true)
        var values: [TIFFValue] = []
        if let block, let first = try? block.first {
            values = entries(first, of: block, excluding: excluded)
            for tag in [TIFFTag.exif, TIFFTag.gps] {
                guard let offset = block.number(of: first[tag]), let child = try? block.directory(at: offset) else {
                    continue
                }
                var inner = entries(child, of: block, excluding: [TIFFTag.interoperability])
                if let offset = block.number(of: child[TIFFTag.interoperability]), tag == TIFFTag.exif,
                    let last = try? block.directory(at: offset)
                {
                    let lastEntries = entries(last, of: block, excluding: [])
                    if !lastEntries.isEmpty {
                        inner.append(TIFFValue(tag: TIFFTag.interoperability, directory: lastEntries))
                    }
                }
                if !inner.isEmpty { values.append(TIFFValue(tag: tag, directory: inner)) }
            }
            if block.isLittleEndian != order.isLittleEndian { values = values.map(\.inOtherOrder) }
        }
        func add(_ tag: Int, _ type: TIFFType, _ bytes: [UInt8]?) {
            if let bytes, !bytes.isEmpty { values.append(TIFFValue(tag: tag, type: type, bytes: bytes)) }
        }
        if !values.contains(where: { $0.tag == TIFFTag.xResolution }), let density = metadata.density {
            // A metre has no number here; a hundredth of it does.
            let divisor = density.unit == .metre ? 100 : 1
            let unit = [.inch: 2, .centimetre: 3, .metre: 3][density.unit] ?? 1
            for (tag, pixels) in [(TIFFTag.xResolution, density.x), (TIFFTag.yResolution, density.y)] {
                add(tag, .rational, order.bytes(pixels, count: 4) + order.bytes(divisor, count: 4))
            }
            values.removeAll { $0.tag == TIFFTag.resolutionUnit }
            add(TIFFTag.resolutionUnit, .short, order.bytes(unit, count: 2))
        }
        if let tags = metadata.tiff {
            let isResized = tags.width != width || tags.height != height
            var lost = 0
            for value in tags.values where !values.contains(where: { $0.tag == value.tag }) {
                // A table for another depth, or for other colours, and a place on earth for other pixels would lie.
                if value.tag == TIFFTag.transferFunction && metadata.isConvertedToSRGB
                    || TIFFTag.geographical.contains(value.tag) && isResized
                {
                    lost += 1
                    continue
                }
                values.append(value)
            }
            if lost > 0 {
                notes.append(
                    .dropped(lost == 1 ? "a tag" : "\(lost) tags", reason: "it is about the pixels as they were"))
            }
            add(TIFFTag.photoshop, .undefined, tags.photoshop)
        }
        add(TIFFTag.xmp, .byte, metadata.xmp)
        add(TIFFTag.iptc, .undefined, metadata.iptc)
        add(TIFFTag.icc, .undefined, metadata.icc)
        return (values, order)
    }

    /// The tags of an EXIF block's first directory that are not written from there.
    private static let excluded = TIFFTag.structural.union(TIFFTag.pointing)
        .union([TIFFTag.xmp, TIFFTag.iptc, TIFFTag.photoshop, TIFFTag.icc])

    /// Returns the entries of a block's directory that have values inside it.
    private static func entries(
        _ directory: EXIFBlock.Directory, of block: EXIFBlock, excluding excluded: Set<Int>
    ) -> [TIFFValue] {
        var seen = excluded
        return directory.entries.compactMap { entry in
            guard let type = TIFFType(rawValue: entry.type), type != .directory, let value = entry.value,
                value.upperBound <= block.bytes.count, seen.insert(entry.tag).inserted
            else { return nil }
            return TIFFValue(tag: entry.tag, type: type, bytes: Array(block.bytes[value]))
        }
    }
}
