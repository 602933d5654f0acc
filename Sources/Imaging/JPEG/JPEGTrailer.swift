/// The bytes behind a JPEG's end marker: a phone's video or gain map, a scanner's zeros.
enum JPEGTrailer {
    /// The bytes that are looked through for what a trailer is.
    private static let sampleBytes = 64 << 10
    /// The most zeros that are passed over.
    private static let paddingBytes = 16 << 20

    /// Returns notes that what follows `offset` is not carried; none for zeros.
    static func notes(at offset: Int, of source: ByteSource) throws(PictureError) -> [PictureNote] {
        var window = ByteWindow(source)
        guard let start = try window.firstOffset(from: offset, before: offset + paddingBytes, where: { $0 != 0 }) else {
            return []
        }
        // The size of a video's first box may begin with zeros.
        let bytes = try source.read(at: max(offset, start - 3), count: sampleBytes)[...]
        if bytes.prefix(16).contains(Array("ftyp".utf8)) || bytes.contains(Array("MotionPhoto_Data".utf8)) {
            return [XMPPromise.video.note]
        }
        if bytes.prefix(8).contains([0xFF, 0xD8, 0xFF]) { return [XMPPromise.otherPictures.note] }
        return [.dropped("\(source.count - start) bytes behind the picture", reason: "they are not known here")]
    }
}
