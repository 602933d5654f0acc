/// The content of a JPEG's application segments and comments before its first scan.
struct JPEGLabels {
    private(set) var density: PixelDensity?
    private(set) var exif: [UInt8]?
    private(set) var xmp: [UInt8]?
    private(set) var extendedXMP = ExtendedXMP.Parts()
    /// Photoshop's image resources.
    private(set) var resources: [UInt8] = []
    private(set) var comments: [[UInt8]] = []
    /// The parts of a profile in the order of the file, with their number, usually from 1, and the number of parts that
    /// each declares.
    private(set) var iccParts: [ICCProfile.Part] = []
    /// The things in the file, or in segments, that are not carried.
    private(set) var promises: Set<XMPPromise> = []
    /// The notes on everything else that was left out.
    private(set) var notes: [PictureNote] = []

    private var allowance: MetadataAllowance

    init(allowance: MetadataAllowance) { self.allowance = allowance }

    /// True for the markers whose segments are read.
    static func reads(_ marker: UInt8) -> Bool { (0xE0...0xEF).contains(marker) || marker == 0xFE }

    /// Reads one segment.
    mutating func read(_ bytes: [UInt8], marker: UInt8) {
        func content(after label: String) -> [UInt8]? {
            bytes.starts(with: label.utf8) ? Array(bytes.dropFirst(label.utf8.count)) : nil
        }
        switch marker {
        case 0xE0:
            if let jfif = content(after: "JFIF\0"), jfif.count >= 7, density == nil { readDensity(jfif) }
        case 0xE1:
            // The byte behind the label is zero, but for some programs.
            if let content = content(after: "Exif\0"), !content.isEmpty {
                if exif != nil { return note("a second EXIF block", "one is carried") }
                keep("EXIF", content.count) { $0.exif = Array(content.dropFirst()) }
            } else if let content = content(after: "http://ns.adobe.com/xap/1.0/\0") {
                if xmp != nil { return note("a second XMP packet", "one is carried") }
                keep("XMP", content.count) { $0.xmp = content }
            } else if let content = content(after: "http://ns.adobe.com/xmp/extension/\0") {
                keep("extended XMP", content.count) { $0.extendedXMP.add(content) }
            } else {
                noteUnknown(bytes, marker: marker)
            }
        case 0xE2:
            if let part = content(after: "ICC_PROFILE\0") {
                guard part.count >= 2, iccParts.count < 1024 else { return }
                keep("ICC profile", part.count) {
                    $0.iccParts.append(.init(number: Int(part[0]), of: Int(part[1]), bytes: Array(part[2...])))
                }
            } else if bytes.starts(with: "MPF\0".utf8) {
                promises.insert(.otherPictures)
            } else if bytes.starts(with: "urn:iso:std:iso:ts:21496".utf8) {
                promises.insert(.gainMap)
            } else {
                noteUnknown(bytes, marker: marker)
            }
        case 0xEB where bytes.starts(with: "JP".utf8):
            if bytes[...].contains(Array("c2pa".utf8)) {
                promises.insert(.credentials)
            } else if !promises.contains(.credentials) {
                note("JUMBF data", "it is about the original's bytes")
            }
        case 0xEC where bytes.starts(with: "Ducky".utf8): break  // the quality of the original
        case 0xED:
            // The resources may go on in the next segment.
            if let part = content(after: "Photoshop 3.0\0") ?? content(after: "Adobe_Photoshop2.5:") {
                keep("Photoshop's resources", part.count) { $0.resources += part }
            } else {
                noteUnknown(bytes, marker: marker)
            }
        case 0xEE where bytes.starts(with: "Adobe".utf8): break  // how colour is stored
        case 0xFE:
            guard comments.count < 100 else { return note("comments", "there are more than 100") }
            keep("comment", bytes.count) { $0.comments.append(bytes) }
        default: noteUnknown(bytes, marker: marker)
        }
    }

    private mutating func readDensity(_ jfif: [UInt8]) {
        let units: [PixelDensity.Unit] = [.aspect, .inch, .centimetre]
        let x = jfif.bigEndian16(at: 3)
        let y = jfif.bigEndian16(at: 5)
        // 1:1 without a unit is how a writer says that it knows nothing.
        guard jfif[2] < 3, x > 0, y > 0, jfif[2] > 0 || x != y else { return }
        density = PixelDensity(x: x, y: y, unit: units[Int(jfif[2])])
    }

    /// Keeps something of `count` bytes with `body`, if the memory for metadata still has room for it.
    private mutating func keep(_ name: String, _ count: Int, with body: (inout JPEGLabels) -> Void) {
        guard allowance.take(count) else { return note(name, "the file's metadata is longer than the memory allows") }
        body(&self)
    }

    /// Notes what is left out, each once and no more than a dozen.
    private mutating func note(_ what: String, _ reason: String) {
        let note = PictureNote.dropped(what, reason: reason)
        if notes.count < 12, !notes.contains(note) { notes.append(note) }
    }

    private mutating func noteUnknown(_ bytes: [UInt8], marker: UInt8) {
        guard marker != 0xE0, !bytes.isEmpty else { return }  // a thumbnail (JFXX)
        let name = bytes.prefix(16).prefix { (0x21...0x7E).contains($0) }
        let label = name.count < 2 ? "" : " \"\(String(decoding: name, as: UTF8.self))\""
        note("the segment APP\(marker - 0xE0)\(label)", "it is not known here")
    }
}
