extension EXIFBlock {
    mutating func put(_ value: Int, at offset: Int, bytes count: Int) {
        for i in 0..<count {
            bytes[offset + (isLittleEndian ? i : count - 1 - i)] = UInt8(truncatingIfNeeded: value >> (8 * i))
        }
    }

    /// Sets an entry to one number, as SHORT where it was one and still fits, else as LONG.
    private mutating func set(_ entry: Entry?, to value: Int) {
        guard let entry else { return }
        let isShort = entry.type == 3 && value <= 0xFFFF
        put(isShort ? 3 : 4, at: entry.position + 2, bytes: 2)
        put(1, at: entry.position + 4, bytes: 4)
        put(0, at: entry.position + 8, bytes: 4)
        put(value, at: entry.position + 8, bytes: isShort ? 2 : 4)
    }

    /// Makes the block describe the written file: upright, of this size, without thumbnail, made by `software`.
    ///
    /// - Parameter isConvertedToSRGB: the colour space tag is set to sRGB where there is one.
    mutating func describe(
        width: Int, height: Int, software: String?, isConvertedToSRGB: Bool
    ) throws(Fault) {
        let directories = try checkedDirectories()
        dropThumbnail(keeping: directories)
        if orientation.exchangesSides { exchangeResolutions(in: directories[0]) }
        for directory in directories.prefix(2) {
            set(directory[Tag.width], to: width)
            set(directory[Tag.height], to: height)
            set(directory[Tag.pixelWidth], to: width)
            set(directory[Tag.pixelHeight], to: height)
            set(directory[Tag.orientation], to: 1)
            if isConvertedToSRGB { set(directory[Tag.colorSpace], to: 1) }
        }
        if let software { setSoftware(software, in: directories[0]) }
        // A block whose values lie over its directories is legal so far, and no more once one was changed.
        _ = try EXIFBlock(bytes).checkedDirectories()
    }

    /// Exchanges the resolutions across and down of a picture that was turned.
    private mutating func exchangeResolutions(in first: Directory) {
        guard let x = first[Tag.xResolution], let y = first[Tag.yResolution], x.type == y.type, x.count == 1,
            y.count == 1, let xValue = x.value, let yValue = y.value, !xValue.overlaps(yValue)
        else { return }
        let across = Array(bytes[xValue])
        bytes.replaceSubrange(xValue, with: Array(bytes[yValue]))
        bytes.replaceSubrange(yValue, with: across)
    }

    /// Unlinks the second directory and clears what only it refers to.
    private mutating func dropThumbnail(keeping directories: [Directory]) {
        let first = directories[0]
        guard first.next != 0, first.extent.upperBound <= bytes.count else { return }
        put(0, at: first.extent.upperBound - 4, bytes: 4)
        let kept = [0..<8] + directories.flatMap { [$0.extent] + $0.entries.compactMap(\.value) }
        var stale: [Range<Int>] = []
        if let thumbnail = try? directory(at: first.next) {
            // A thumbnail has a dozen entries; comparing thousands would take minutes.
            stale = [thumbnail.extent] + thumbnail.entries.prefix(64).compactMap(\.value)
            for (start, length) in [
                (Tag.thumbnailOffset, Tag.thumbnailBytes), (Tag.stripOffsets, Tag.stripByteCounts),
            ] {
                guard let start = number(of: thumbnail[start]), let length = number(of: thumbnail[length]) else {
                    continue
                }
                stale.append(start..<(start + length))
            }
        }
        for range in stale {
            let range = range.clamped(to: 0..<bytes.count)
            guard !kept.contains(where: { $0.overlaps(range) }) else { continue }
            for i in range { bytes[i] = 0 }
        }
        let end = kept.map(\.upperBound).max() ?? 8
        while bytes.count > end, bytes.last == 0 { bytes.removeLast() }
    }

    private mutating func setSoftware(_ software: String, in first: Directory) {
        let value = Array(software.utf8.filter { $0 != 0 }) + [0]
        var position = first[Tag.software]?.position
        let room = first[Tag.software]?.value
        if position == nil {
            // A directory cannot grow in its place: it is copied to the end with space for the new entry.
            let before = first.entries.filter { $0.tag < Tag.software }
            let old = first.entries.map { Array(bytes[$0.position..<($0.position + 12)]) }
            alignEnd()
            let moved = bytes.count
            bytes += [0, 0] + old.prefix(before.count).joined() + [UInt8](repeating: 0, count: 12)
            bytes += old.dropFirst(before.count).joined() + [0, 0, 0, 0]
            put(first.entries.count + 1, at: moved, bytes: 2)
            put(moved, at: 4, bytes: 4)
            position = moved + 2 + 12 * before.count
            put(Tag.software, at: moved + 2 + 12 * before.count, bytes: 2)
        }
        guard let position else { return }
        put(2, at: position + 2, bytes: 2)
        put(value.count, at: position + 4, bytes: 4)
        if value.count <= 4 {
            put(0, at: position + 8, bytes: 4)
            bytes.replaceSubrange((position + 8)..<(position + 8 + value.count), with: value)
        } else if let room, room.count >= value.count {
            let padded = value + [UInt8](repeating: 0, count: room.count - value.count)
            bytes.replaceSubrange(room, with: padded)
        } else {
            alignEnd()
            put(bytes.count, at: position + 8, bytes: 4)
            bytes += value
        }
    }

    /// Pads the block to an even number of bytes, since offsets of values are even.
    private mutating func alignEnd() {
        if bytes.count % 2 == 1 { bytes.append(0) }
    }

    /// Returns a block that holds nothing but the Software tag.
    static func naming(_ software: String) -> [UInt8]? {
        let empty: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0] + [0, 0] + [0, 0, 0, 0]
        guard var block = try? EXIFBlock(empty), let first = try? block.first else { return nil }
        block.setSoftware(software, in: first)
        return block.bytes
    }
}
