import CCodecs

extension PNGStructure {
    /// Checks that a file that is cut off behind its pixel data holds every pixel; nothing to do for a whole file.
    ///
    /// - Throws: `earlyEnd` where pixels are missing, `PictureError.damaged` where a check sum is wrong.
    /// - Complexity: one pass of inflating over the data.
    func checkEarlyEnd(in source: ByteSource) throws(PictureError) {
        guard let earlyEnd else { return }
        guard let inflater = codec_inflater_open() else { throw .outOfMemory(bytes: nil) }
        defer { codec_inflater_close(inflater) }
        let needed = rowByteCount
        var offset = 8
        while codec_inflater_has_ended(inflater) == 0 {
            let header = try source.read(at: offset, count: 8)
            guard header.count == 8 else { break }
            let chunk = Chunk(
                type: String(decoding: header[4...], as: UTF8.self), offset: offset + 8,
                count: header.bigEndian32(at: 0))
            offset = chunk.offset + chunk.count + 4
            guard chunk.type == "IDAT" else { continue }
            // libpng has no check sum for the last one, so it is told to look at none.
            if offset <= source.count { try Self.checkSum(of: chunk, in: source) }
            var place = chunk.offset
            while place < min(source.count, chunk.offset + chunk.count) {
                let bytes = try source.read(at: place, count: min(1 << 16, chunk.offset + chunk.count - place))
                guard !bytes.isEmpty, codec_inflater_feed(inflater, bytes, bytes.count) != 0,
                    // Data that goes on for ever behind the last row is not inflated to its end.
                    codec_inflater_count(inflater) <= needed
                else { throw earlyEnd }
                place += bytes.count
            }
        }
        // The compressed data's check sum may be missing, its end may not: libpng asks for it before the last row.
        let sum = [UInt8](repeating: 0, count: 4)
        guard codec_inflater_feed(inflater, sum, sum.count) != 0, codec_inflater_has_ended(inflater) != 0,
            codec_inflater_count(inflater) == needed
        else { throw earlyEnd }
    }

    /// The bytes of all rows with their filters as the data inflates to; the largest number where it is larger.
    private var rowByteCount: UInt64 {
        let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType] ?? 1
        let bits = channels * bitDepth
        func bytes(width: Int, height: Int) -> UInt64 {
            // Sides have 31 bits, a pixel at most 64.
            guard width > 0, height > 0 else { return 0 }
            let (product, overflow) = UInt64(1 + (width * bits + 7) / 8).multipliedReportingOverflow(by: UInt64(height))
            return overflow ? .max : product
        }
        guard isInterlaced else { return bytes(width: width, height: height) }
        // Adam7: first column and row, and the steps between, of each pass.
        let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        return passes.reduce(0) { sum, pass in
            let (x, y, across, down) = pass
            let part = bytes(width: (width - x + across - 1) / across, height: (height - y + down - 1) / down)
            let (total, overflow) = sum.addingReportingOverflow(part)
            return overflow ? .max : total
        }
    }
}
