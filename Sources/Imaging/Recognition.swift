/// The format of a file by its first bytes; its name is never looked at.
public enum RecognisedFormat: Sendable, Equatable {
    /// A format that is read.
    case picture(PictureContainer)
    /// A picture format that is not read.
    case unsupported(ForeignFormat)
    /// The bytes belong to no known picture format.
    case notAPicture

    /// The number of first bytes that `recognise` needs.
    public static let byteCount = 32
}

/// A picture format that is recognised and not read; the raw value is its name.
public enum ForeignFormat: String, Sendable, CaseIterable {
    case heic = "HEIC"
    case avif = "AVIF"
    case jpegXL = "JPEG XL"
    case jpeg2000 = "JPEG 2000"
    case jpegXR = "JPEG XR"
    case canonCR2 = "Canon raw (CR2)"
    case canonCR3 = "Canon raw (CR3)"
    case canonCRW = "Canon raw (CRW)"
    case panasonicRW2 = "Panasonic raw (RW2)"
    case olympusORF = "Olympus raw (ORF)"
    case fujifilmRAF = "Fujifilm raw (RAF)"
    case sigmaX3F = "Sigma raw (X3F)"
    case minoltaMRW = "Minolta raw (MRW)"
    /// A raw file that is a TIFF, by its name and its content.
    case tiffRaw = "a camera's raw file"
    case pdf = "PDF"
    case psd = "Photoshop PSD"
    case gimpXCF = "GIMP XCF"
    case openEXR = "OpenEXR"
    case mng = "MNG"
    case jng = "JNG"
    /// The PNG that Apple's tools put into apps: without zlib's header, blue before red.
    case applePNG = "Apple's CgBI variant of PNG"
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
        return has("CgBI", at: 12) ? .unsupported(.applePNG) : .picture(.png)
    }
    if has("ftyp", at: 4) { return isoMedia(brands: bytes.dropFirst(8)) }
    if has("RIFF"), has("WEBP", at: 8) { return .picture(.webp) }
    if has("GIF87a") || has("GIF89a") { return .picture(.gif) }
    if has("8BPS") { return .unsupported(.psd) }
    if has([0xFF, 0x0A]) || has([0, 0, 0, 0x0C] + Array("JXL ".utf8)) { return .unsupported(.jpegXL) }
    if has([0, 0, 0, 0x0C] + Array("jP  ".utf8)) || has([0xFF, 0x4F, 0xFF, 0x51]) {
        return .unsupported(.jpeg2000)
    }
    // Raw files are TIFF with a signature, or have a header of their own.
    if has([0x49, 0x49, 0x2A, 0]), has("CR", at: 8) { return .unsupported(.canonCR2) }
    if has("IIU\u{0}") { return .unsupported(.panasonicRW2) }
    if has("IIRO") || has("IIRS") || has("MMOR") { return .unsupported(.olympusORF) }
    if has("FUJIFILMCCD-RAW") { return .unsupported(.fujifilmRAF) }
    if has("FOVb") { return .unsupported(.sigmaX3F) }
    if has([0x49, 0x49, 0x1A, 0, 0, 0]), has("HEAPCCDR", at: 6) { return .unsupported(.canonCRW) }
    if has([0, 0x4D, 0x52, 0x4D]) { return .unsupported(.minoltaMRW) }
    if has([0x49, 0x49, 0x2A, 0]) || has([0x4D, 0x4D, 0, 0x2A]) { return .picture(.tiff) }
    if has([0x49, 0x49, 0x2B, 0]) || has([0x4D, 0x4D, 0, 0x2B]) { return .picture(.tiff) }
    if has([0x49, 0x49, 0xBC]) { return .unsupported(.jpegXR) }
    if has("BM"), isBitmap(bytes) { return .picture(.bmp) }
    if has([0x8A, 0x4D, 0x4E, 0x47]) { return .unsupported(.mng) }
    if has([0x8B, 0x4A, 0x4E, 0x47]) { return .unsupported(.jng) }
    if has([0x76, 0x2F, 0x31, 0x01]) { return .unsupported(.openEXR) }
    if has("%PDF-") { return .unsupported(.pdf) }
    if has("gimp xcf") { return .unsupported(.gimpXCF) }
    if has("P"), bytes.count > 2, (0x31...0x37).contains(bytes[1]), [0x09, 0x0A, 0x0D, 0x20].contains(bytes[2]) {
        return .picture(.netpbm)
    }
    return .notAPicture
}

/// Returns the format of an ISO media file, which its brands tell.
private func isoMedia(brands: some Collection<UInt8>) -> RecognisedFormat {
    let text = String(decoding: brands, as: UTF8.self)
    if text.hasPrefix("avif") || text.hasPrefix("avis") { return .unsupported(.avif) }
    if ["heic", "heix", "heim", "heis", "hevc", "hevx"].contains(where: text.hasPrefix) {
        return .unsupported(.heic)
    }
    if text.hasPrefix("mif1") || text.hasPrefix("msf1") {
        return .unsupported(text.contains("avif") ? .avif : .heic)
    }
    if text.hasPrefix("crx ") { return .unsupported(.canonCR3) }
    if text.hasPrefix("jp2 ") || text.hasPrefix("jpx ") { return .unsupported(.jpeg2000) }
    return .notAPicture
}

/// Returns true for a BMP. Two letters are too little evidence: the reserved words must be zero and the header of a
/// known length.
private func isBitmap(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 18, bytes[6...9].allSatisfy({ $0 == 0 }) else { return false }
    return [12, 16, 40, 52, 56, 64, 108, 124].contains(bytes[14]) && bytes[15...17].allSatisfy { $0 == 0 }
}
