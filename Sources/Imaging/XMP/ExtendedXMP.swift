import Files

/// XMP that one segment of a JPEG cannot hold: the packet names an identifier, and further segments with that
/// identifier hold parts of a second packet (Adobe's XMP specification, part 3).
///
/// Here both are one packet: the second one's descriptions are put into the first, and a long packet is written as the
/// second one behind a first that says nothing else.
enum ExtendedXMP {
    static let label = Array("http://ns.adobe.com/xmp/extension/\0".utf8)
    /// Identifier, length of the whole, offset of the part.
    private static let headerBytes = 32 + 4 + 4

    /// The parts that a file has, by the identifier.
    struct Parts {
        private var contents: [[UInt8]: (length: Int, parts: [(offset: Int, bytes: [UInt8])])] = [:]

        /// Keeps what follows the label in a segment.
        mutating func add(_ segment: [UInt8]) {
            guard segment.count > headerBytes, contents.count < 16 else { return }
            let identifier = Array(segment[..<32])
            let length = segment.bigEndian32(at: 32)
            contents[identifier, default: (length, [])].parts.append(
                (segment.bigEndian32(at: 36), Array(segment[headerBytes...])))
        }

        var isEmpty: Bool { contents.isEmpty }

        /// Returns the packet of an identifier; nil where parts are missing.
        func packet(_ identifier: String) -> [UInt8]? {
            guard let (length, parts) = contents[Array(identifier.utf8)] else { return nil }
            var packet: [UInt8] = []
            for part in parts.sorted(by: { $0.offset < $1.offset }) {
                // A part that is there twice says nothing new.
                guard part.offset <= packet.count else { return nil }
                packet += part.bytes.dropFirst(packet.count - part.offset)
            }
            return packet.count == length ? packet : nil
        }
    }

    /// Returns one packet that says what `packet` and its extension say; without an extension that can be read, what
    /// `packet` says, and a note.
    static func joined(_ packet: [UInt8]?, with parts: Parts, notes: inout [PictureNote]) -> [UInt8]? {
        guard let packet else {
            if !parts.isEmpty { notes.append(.dropped("extended XMP", reason: "the packet that names it is missing")) }
            return nil
        }
        guard let identifier = XMPPacket.value(of: .note, "HasExtendedXMP", in: packet) else {
            if !parts.isEmpty { notes.append(.dropped("extended XMP", reason: "the packet does not name it")) }
            return packet
        }
        let plain = XMPPacket.withoutExtension(packet)
        guard let second = parts.packet(identifier) else {
            notes.append(.dropped("extended XMP", reason: "parts of it are missing"))
            return plain
        }
        if let joined = joined(plain, with: second) { return joined }
        notes.append(.dropped("extended XMP", reason: "it is no packet"))
        return plain
    }

    /// Returns `packet` with the descriptions of `second`; nil where one of them is no packet.
    private static func joined(_ packet: [UInt8], with second: [UInt8]) -> [UInt8]? {
        guard let first = Body(of: packet), let other = Body(of: second), first.name == other.name else { return nil }
        let missing = other.declarations.filter { declaration in
            !first.declarations.contains { $0.prefix == declaration.prefix }
        }
        return packet[..<first.nameEnd] + missing.flatMap(\.text) + packet[first.nameEnd..<first.content.upperBound]
            + second[other.content] + packet[first.content.upperBound...]
    }

    /// The place of the descriptions in a packet.
    private struct Body {
        /// The name of the element around them, `rdf:RDF`.
        var name: [UInt8]
        var nameEnd: Int
        var content: Range<Int>
        /// The declarations of namespaces in it and around it, each with the blank before it.
        var declarations: [(prefix: [UInt8], text: [UInt8])] = []

        init?(of packet: [UInt8]) {
            var tags = XMLTags(packet)
            while let tag = tags.next() {
                guard !tag.isClosing else { return nil }
                var attributes = XMLAttributes(of: tag, in: packet)
                while let attribute = attributes.next() {
                    guard packet[attribute.name].starts(with: "xmlns:".utf8), declarations.count < 100 else { continue }
                    declarations.append((Array(packet[attribute.name]), Array(packet[attribute.extent])))
                }
                guard packet[tag.name].suffix(4).elementsEqual(":RDF".utf8) else { continue }
                guard !tag.isEmpty,
                    let end = Self.lastEnd(of: packet[tag.name], in: packet, from: tag.extent.upperBound)
                else { return nil }
                name = Array(packet[tag.name])
                nameEnd = tag.name.upperBound
                content = tag.extent.upperBound..<end
                return
            }
            return nil
        }

        private static func lastEnd(of name: ArraySlice<UInt8>, in packet: [UInt8], from start: Int) -> Int? {
            var tags = XMLTags(packet, from: start)
            while let tag = tags.next() {
                if tag.isClosing, packet[tag.name] == name { return tag.extent.lowerBound }
            }
            return nil
        }
    }

    /// Returns the segments of a packet, without their labels, that one segment cannot hold: a first packet, and the
    /// parts of the second one.
    static func split(_ packet: [UInt8], partBytes: Int) -> (packet: [UInt8], parts: [[UInt8]])? {
        // Any identifier does that is the same in all of them; the specification's is an MD5.
        guard let digest = try? SHA256Digest(of: packet) else { return nil }
        let identifier = digest.hex.uppercased().prefix(32)
        let first = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
            <rdf:Description rdf:about="" xmlns:xmpNote="\(XMPNamespace.note.rawValue)" \
            xmpNote:HasExtendedXMP="\(identifier)"/></rdf:RDF></x:xmpmeta>
            """
        let most = partBytes - headerBytes
        let parts = stride(from: 0, to: packet.count, by: most).map { offset in
            Array(identifier.utf8) + bigEndian(packet.count) + bigEndian(offset)
                + packet[offset..<min(packet.count, offset + most)]
        }
        return (Array(first.utf8), parts)
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
