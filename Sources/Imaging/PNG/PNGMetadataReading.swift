import CCodecs

/// The metadata of a PNG while its chunks are read.
struct PNGMetadataReading {
    /// The memory that is left for metadata.
    var allowance: MetadataAllowance
    private(set) var notes: [PictureNote] = []
    private var metadata = Metadata()
    private var colour = PNGColour()
    /// The profiles in texts by their kind, inflated; nil where a text is damaged.
    private var rawProfiles: [String: [UInt8]?] = [:]
    private static let xmpKeyword = "XML:com.adobe.xmp"

    init(allowance: MetadataAllowance) { self.allowance = allowance }

    /// Notes what is left out. A file may have thousands of chunks; what was wrong with the first ones is enough.
    mutating func note(_ what: String, _ reason: String) {
        let note = PictureNote.dropped(what, reason: reason)
        if notes.count < 20, !notes.contains(note) { notes.append(note) }
    }

    /// Reads the content of a chunk.
    mutating func read(_ bytes: [UInt8], type: String) {
        switch type {
        case "eXIf": if metadata.exif == nil { metadata.exif = Self.withoutLabel(bytes) }
        case "iCCP": if metadata.icc == nil { metadata.icc = profile(in: bytes) }
        case "iTXt", "tEXt", "zTXt": readText(bytes, type: type)
        case "pHYs":
            guard bytes.count == 9, bytes[8] <= 1 else { return }
            let x = bytes.bigEndian32(at: 0)
            let y = bytes.bigEndian32(at: 4)
            guard x > 0, y > 0, bytes[8] == 1 || x != y else { return }
            metadata.density = PixelDensity(x: x, y: y, unit: bytes[8] == 1 ? .metre : .aspect)
        case "gAMA": if bytes.count == 4 { colour.gAMA = bytes }
        case "cHRM": if bytes.count == 32 { colour.cHRM = bytes }
        case "sRGB": if bytes.count == 1, bytes[0] <= 3 { colour.sRGB = bytes }
        case "cICP": if bytes.count == 4 { colour.cICP = bytes }
        case "mDCV", "mDCv": if bytes.count == 24 { colour.mDCV = bytes }
        case "cLLI", "cLLi": if bytes.count == 8 { colour.cLLI = bytes }
        case "caBX": if case .dropped(let what, let reason) = XMPPromise.credentials.note { note(what, reason) }
        case "acTL": if bytes.count == 8 { notes.append(.firstFrameOnly(frames: bytes.bigEndian32(at: 0))) }
        default: break
        }
    }

    /// Returns what was read. What a text holds stands in where the chunk for it is missing.
    func result(notes: inout [PictureNote]) -> Metadata {
        var metadata = metadata
        if colour != PNGColour() { metadata.pngColour = colour }
        for (kind, profile) in rawProfiles.sorted(by: { $0.key < $1.key }) {
            guard let profile else {
                notes.append(.dropped(kind == "iptc" ? "IPTC" : "PNG text \(kind)", reason: "its text is damaged"))
                continue
            }
            if !Self.take(profile, kind: kind, into: &metadata) {
                notes.append(
                    .dropped("the PNG text \"Raw profile type \(kind)\"", reason: "an old copy of other metadata"))
            }
        }
        return metadata
    }

    /// Takes over a profile from a text; false where there is one of its kind already, or it is none.
    private static func take(_ profile: [UInt8], kind: String, into metadata: inout Metadata) -> Bool {
        let xmpLabel = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
        switch kind {
        case "iptc", "8bim":
            guard metadata.iptc == nil, let record = IPTCRecord.record(inProfile: profile) else { return false }
            metadata.iptc = record
        case "exif", "app1":
            if profile.starts(with: xmpLabel) {
                return take(Array(profile.dropFirst(xmpLabel.count)), kind: "xmp", into: &metadata)
            }
            guard metadata.exif == nil, (try? EXIFBlock(withoutLabel(profile))) != nil else {
                return false
            }
            metadata.exif = withoutLabel(profile)
        case "xmp":
            guard metadata.xmp == nil, !profile.isEmpty else { return false }
            metadata.xmp = profile
        default:
            guard metadata.icc == nil, ICCProfile.colorSpace(of: profile) != nil else { return false }
            metadata.icc = profile
        }
        return true
    }

    /// Returns the block without the label of JPEG, which some programs put before it.
    private static func withoutLabel(_ exif: [UInt8]) -> [UInt8] {
        exif.starts(with: "Exif\0".utf8) ? Array(exif.dropFirst(6)) : exif
    }

    // MARK: Compressed parts

    private mutating func profile(in bytes: [UInt8]) -> [UInt8]? {
        // Name, zero, method 0, deflated profile.
        guard let end = bytes.firstIndex(of: 0), end + 2 < bytes.count, bytes[end + 1] == 0,
            let profile = inflated(bytes[(end + 2)...])
        else {
            note("ICC profile", "its compressed data is damaged or too long")
            return nil
        }
        return profile
    }

    /// Inflates within what is left of the memory for metadata.
    private mutating func inflated(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var count = 0
        let memory = bytes.withUnsafeBufferPointer {
            codec_inflate($0.baseAddress, $0.count, allowance.byteCount, &count)
        }
        guard let memory else { return nil }
        defer { codec_free(memory) }
        guard allowance.take(count) else { return nil }
        return Array(UnsafeBufferPointer(start: memory, count: count))
    }

    // MARK: Texts

    /// Reads a text: XMP, metadata in disguise, or one to carry on.
    private mutating func readText(_ bytes: [UInt8], type: String) {
        guard let end = bytes.firstIndex(of: 0), let kind = MetadataText.Kind(rawValue: type) else { return }
        let keyword = String(decoding: bytes[..<end], as: UTF8.self)
        if keyword == "Software" { return }  // of the program that wrote the original; ours takes its place
        if keyword == Self.xmpKeyword {
            guard metadata.xmp == nil else { return note("a second XMP packet", "one is carried") }
            metadata.xmp = text(in: bytes, after: end, kind: kind)
            if metadata.xmp == nil { note("XMP", "its compressed data is damaged or too long") }
        } else if let profile = RawProfileText.kind(ofKeyword: keyword),
            ["exif", "app1", "xmp", "iptc", "8bim", "icc", "icm"].contains(profile)
        {
            // One of each kind is inflated, whatever came of it.
            if rawProfiles.keys.contains(profile) { return note("a second PNG text \"\(keyword)\"", "one is read") }
            rawProfiles.updateValue(
                text(in: bytes, after: end, kind: kind).flatMap(RawProfileText.bytes), forKey: profile)
        } else if metadata.texts.count < 100 {
            metadata.texts.append(MetadataText(kind: kind, bytes: bytes))
        } else {
            // Many texts are an attack, or somebody's log.
            note("PNG texts", "there are more than 100")
        }
    }

    /// Returns the text behind a keyword that ends at `end`, inflated; nil where it is damaged.
    private mutating func text(in bytes: [UInt8], after end: Int, kind: MetadataText.Kind) -> [UInt8]? {
        let content = bytes[(end + 1)...]
        switch kind {
        case .compressed: return content.first == 0 ? inflated(content.dropFirst()) : nil
        case .international:
            // Whether compressed, method, language, zero, translated keyword, zero, text.
            guard content.count > 2, let language = content.dropFirst(2).firstIndex(of: 0),
                let translated = bytes[(language + 1)...].firstIndex(of: 0)
            else { return nil }
            let text = bytes[(translated + 1)...]
            return content.first == 1 ? inflated(text) : Array(text)
        case .text, .comment: return Array(content)
        }
    }
}
