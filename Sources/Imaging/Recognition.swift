/// The format of a file by its first bytes; its name is never looked at.
public enum RecognisedFormat: Sendable, Equatable {
    /// A format that is read.
    case picture(PictureContainer)
    /// A picture format, by name, that is not read yet.
    case unsupported(String)
    /// The bytes belong to no known picture format.
    case notAPicture

    /// The name of the PNG that Apple's tools put into apps: without zlib's header, blue before red.
    static let applePNG = "Apple's CgBI variant of PNG"

    /// The number of first bytes that `recognise` needs.
    public static let byteCount = 32
}

/// Returns the format of a file by its first bytes, of which `RecognisedFormat.byteCount` are enough.
public func recognise(_ bytes: some Collection<UInt8>) -> RecognisedFormat {
    let bytes = Array(bytes.prefix(RecognisedFormat.byteCount))
    func has(_ text: String, at offset: Int = 0) -> Bool {
        bytes.dropFirst(offset).starts(with: text.utf8)
    }
    func has(_ pattern: [UInt8], at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: pattern) }

    // Three bytes of JPEG and four of PNG are enough: what follows may be the damage to report.
    if has([0xFF, 0xD8, 0xFF]) { return .picture(.jpeg) }
    if has([0x89, 0x50, 0x4E, 0x47]) {
        return has("CgBI", at: 12) ? .unsupported(RecognisedFormat.applePNG) : .picture(.png)
    }
    if has("ftyp", at: 4) { return isoMedia(brands: bytes.dropFirst(8)) }
    if has("RIFF"), has("WEBP", at: 8) { return .picture(.webp) }
    if has("GIF87a") || has("GIF89a") { return .picture(.gif) }
    if has("8BPS") { return .unsupported("Photoshop PSD") }
    if has([0xFF, 0x0A]) || has([0, 0, 0, 0x0C] + Array("JXL ".utf8)) { return .unsupported("JPEG XL") }
    if has([0, 0, 0, 0x0C] + Array("jP  ".utf8)) || has([0xFF, 0x4F, 0xFF, 0x51]) {
        return .unsupported("JPEG 2000")
    }
    // Raw files are TIFF with a signature, or have a header of their own.
    if has([0x49, 0x49, 0x2A, 0]), has("CR", at: 8) { return .unsupported("Canon raw (CR2)") }
    if has("IIU\u{0}") { return .unsupported("Panasonic raw (RW2)") }
    if has("IIRO") || has("IIRS") || has("MMOR") { return .unsupported("Olympus raw (ORF)") }
    if has("FUJIFILMCCD-RAW") { return .unsupported("Fujifilm raw (RAF)") }
    if has("FOVb") { return .unsupported("Sigma raw (X3F)") }
    if has([0x49, 0x49, 0x1A, 0, 0, 0]), has("HEAPCCDR", at: 6) { return .unsupported("Canon raw (CRW)") }
    if has([0, 0x4D, 0x52, 0x4D]) { return .unsupported("Minolta raw (MRW)") }
    if has([0x49, 0x49, 0x2A, 0]) || has([0x4D, 0x4D, 0, 0x2A]) { return .picture(.tiff) }
    if has([0x49, 0x49, 0x2B, 0]) || has([0x4D, 0x4D, 0, 0x2B]) { return .picture(.tiff) }
    if has([0x49, 0x49, 0xBC]) { return .unsupported("JPEG XR") }
    if has("BM"), isBitmap(bytes) { return .picture(.bmp) }
    if has([0x8A, 0x4D, 0x4E, 0x47]) { return .unsupported("MNG") }
    if has([0x8B, 0x4A, 0x4E, 0x47]) { return .unsupported("JNG") }
    if has([0x76, 0x2F, 0x31, 0x01]) { return .unsupported("OpenEXR") }
    if has("gimp xcf") { return .unsupported("GIMP XCF") }
    if has("P"), bytes.count > 2, (0x31...0x37).contains(bytes[1]), [0x09, 0x0A, 0x0D, 0x20].contains(bytes[2]) {
        return .picture(.netpbm)
    }
    return .notAPicture
}

/// Returns the format of an ISO media file, which its brands tell.
private func isoMedia(brands: some Collection<UInt8>) -> RecognisedFormat {
    let text = String(decoding: brands, as: UTF8.self)
    if text.hasPrefix("avif") || text.hasPrefix("avis") { return .unsupported("AVIF") }
    if ["heic", "heix", "heim", "heis", "hevc", "hevx"].contains(where: text.hasPrefix) {
        return .unsupported("HEIC")
    }
    if text.hasPrefix("mif1") || text.hasPrefix("msf1") {
        return .unsupported(text.contains("avif") ? "AVIF" : "HEIC")
    }
    if text.hasPrefix("crx ") { return .unsupported("Canon raw (CR3)") }
    if text.hasPrefix("jp2 ") || text.hasPrefix("jpx ") { return .unsupported("JPEG 2000") }
    return .notAPicture
}

/// Returns true for a BMP. Two letters are too little evidence: the reserved words must be zero and the header of a
/// known length.
private func isBitmap(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 18, bytes[6...9].allSatisfy({ $0 == 0 }) else { return false }
    return [12, 16, 40, 52, 56, 64, 108, 124].contains(bytes[14]) && bytes[15...17].allSatisfy { $0 == 0 }
}
