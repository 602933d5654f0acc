extension EXIFBlock {
    /// Something in a block that lies, and was left out so that the rest can be kept.
    enum Loss: Equatable {
        /// An entry's value lies outside of the block.
        case value(tag: Int, in: Place, offset: Int, bytes: Int, count: Int)
        /// An entry is of a type that nobody knows.
        case type(tag: Int, in: Place, found: Int)
        /// A directory is outside of the block, or lies over another one.
        case directory(Place, offset: Int, count: Int)
        /// A directory ends outside of the block: its last entries are missing.
        case entries(Place, found: Int, expected: Int)

        /// The directories that are kept.
        enum Place: String {
            case first = "first"
            case exif = "Exif"
            case gps = "GPS"
            case interoperability = "interoperability"
        }

        /// The note that it was left out.
        var note: PictureNote {
            switch self {
            case .value(let tag, let place, let offset, let bytes, let count):
                .dropped(
                    Self.name(ofTag: tag, in: place),
                    reason: "its \(bytes) bytes at \(offset) lie outside of the block's \(count)")
            case .type(let tag, let place, let type):
                .dropped(Self.name(ofTag: tag, in: place), reason: "its type is \(type), which is not known")
            case .directory(let place, let offset, let count):
                .dropped(
                    "the \(place.rawValue) directory of EXIF",
                    reason: "it is at byte \(offset), where none can be in the block's \(count)")
            case .entries(let place, let found, let expected):
                .dropped(
                    "\(expected - found) entries of the \(place.rawValue) directory of EXIF",
                    reason: "the block ends before them")
            }
        }

        /// Returns the tag in words, with the name that people know it by where it is one that programs often break.
        private static func name(ofTag tag: Int, in place: Place) -> String {
            let names: [Int: String] =
                place == .gps
                ? [
                    0x02: "GPSLatitude", 0x04: "GPSLongitude", 0x06: "GPSAltitude", 0x07: "GPSTimeStamp",
                    0x12: "GPSMapDatum", 0x1B: "GPSProcessingMethod", 0x1D: "GPSDateStamp",
                ]
                : [
                    0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0131: "Software", 0x0132: "DateTime",
                    0x013B: "Artist", 0x02BC: "XMP", 0x8298: "Copyright", 0x83BB: "IPTC", 0x8649: "Photoshop",
                    0x8773: "ICC profile", 0x9003: "DateTimeOriginal", 0x9004: "DateTimeDigitized", 0x927C: "MakerNote",
                    0x9286: "UserComment", 0xC4A5: "PrintIM", 0xEA1C: "padding",
                ]
            let number = String(tag, radix: 16)
            let digits = String(repeating: "0", count: max(0, 4 - number.count)) + number
            return "\(place == .gps ? "GPS" : "EXIF") tag \(digits)" + (names[tag].map { " (\($0))" } ?? "")
        }
    }

    /// Leaves out the entries and directories that lie, and keeps the rest where it is, since maker notes point into the
    /// block by absolute offsets.
    ///
    /// - Returns: what was left out, nothing for a sound block.
    /// - Throws: `Fault` where there is no first directory.
    mutating func mend() throws(Fault) -> [Loss] {
        var losses: [Loss] = []
        let offset = number(at: 4, bytes: 4)
        let (first, missing) = try truncatedDirectory(at: offset)
        var kept = [first.extent]
        if missing > 0 {
            losses.append(.entries(.first, found: first.entries.count, expected: first.entries.count + missing))
        }
        let checked = mend(first, .first, isCut: missing > 0, kept: &kept, losses: &losses)
        guard !checked.entries.isEmpty || first.entries.isEmpty else {
            throw .directoryOutside(offset: offset, count: bytes.count)
        }
        return losses
    }

    /// The directories that an entry of a directory may lead to.
    private static func places(below place: Loss.Place) -> [Int: Loss.Place] {
        switch place {
        case .first: [Tag.exif: .exif, Tag.gps: .gps]
        case .exif: [Tag.interoperability: .interoperability]
        case .gps, .interoperability: [:]
        }
    }

    /// Leaves out what lies in a directory and in those that it leads to, and returns what stays of it.
    private mutating func mend(
        _ directory: Directory, _ place: Loss.Place, isCut: Bool, kept: inout [Range<Int>], losses: inout [Loss]
    ) -> Directory {
        let below = Self.places(below: place)
        var sound: [Entry] = []
        for entry in directory.entries {
            if let value = entry.value, value.upperBound > bytes.count {
                losses.append(
                    .value(
                        tag: entry.tag, in: place, offset: value.lowerBound, bytes: value.count, count: bytes.count))
                continue
            }
            // Entries of nothing but zeros are padding; what a cut directory ends with may be anything.
            if entry.value == nil, isCut || entry.tag != 0 || entry.type != 0 || entry.count != 0 {
                losses.append(.type(tag: entry.tag, in: place, found: entry.type))
                continue
            }
            if let inner = below[entry.tag], let offset = number(of: entry) {
                guard let (found, missing) = try? truncatedDirectory(at: offset),
                    !found.entries.isEmpty || missing == 0, !kept.contains(where: { $0.overlaps(found.extent) })
                else {
                    losses.append(.directory(inner, offset: offset, count: bytes.count))
                    continue
                }
                kept.append(found.extent)
                if missing > 0 {
                    losses.append(
                        .entries(inner, found: found.entries.count, expected: found.entries.count + missing))
                }
                _ = mend(found, inner, isCut: missing > 0, kept: &kept, losses: &losses)
            }
            sound.append(entry)
        }
        guard sound.count < directory.entries.count || isCut else { return directory }
        return rewrite(directory, with: sound, next: isCut ? 0 : directory.next)
    }

    /// Writes a directory of fewer entries at its place, and zeros over the rest of it.
    private mutating func rewrite(_ directory: Directory, with entries: [Entry], next: Int) -> Directory {
        let end = directory.position + 2 + 12 * entries.count + 4
        if end > bytes.count { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        let lines = entries.flatMap { bytes[$0.position..<($0.position + 12)] }
        let room = directory.position..<max(end, min(directory.extent.upperBound, bytes.count))
        bytes.replaceSubrange(room, with: repeatElement(0, count: room.count))
        put(entries.count, at: directory.position, bytes: 2)
        bytes.replaceSubrange((directory.position + 2)..<(end - 4), with: lines)
        put(next, at: end - 4, bytes: 4)
        return (try? self.directory(at: directory.position)) ?? directory
    }

    /// Returns the directory at a position, as far as the block goes, and the number of entries that are missing.
    private func truncatedDirectory(at position: Int) throws(Fault) -> (directory: Directory, missing: Int) {
        guard position >= 8, position + 2 <= bytes.count else {
            throw .directoryOutside(offset: position, count: bytes.count)
        }
        let count = number(at: position, bytes: 2)
        let found = min(count, (bytes.count - position - 2) / 12)
        if found == count { return (try directory(at: position), 0) }
        let entries = (0..<found).map { entry(at: position + 2 + 12 * $0) }
        return (Directory(position: position, entries: entries, next: 0), count - found)
    }
}
