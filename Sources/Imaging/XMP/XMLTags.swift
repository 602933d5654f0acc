/// The tags of an XML text in their order, found in its bytes without building anything: what an XMP packet needs to
/// have single properties read, replaced and left out, all other bytes staying as they are.
///
/// Comments, instructions and CDATA are passed over. Nesting is not checked; a tag that does not end ends the text.
struct XMLTags {
    /// A tag; all ranges are of bytes in the text.
    struct Tag {
        /// The bytes from `<` to `>`.
        var extent: Range<Int>
        /// The bytes of the name with its prefix.
        var name: Range<Int>
        /// The bytes between the name and the end.
        var attributes: Range<Int>
        /// True for `</name>`.
        var isClosing: Bool
        /// True for `<name/>`.
        var isEmpty: Bool
    }

    let text: [UInt8]
    private var position: Int

    /// Begins at `start`.
    init(_ text: [UInt8], from start: Int = 0) {
        self.text = text
        position = start
    }

    /// Returns the next tag; nil behind the last one.
    mutating func next() -> Tag? {
        while let open = text[position...].firstIndex(of: UInt8(ascii: "<")) {
            if let end = endOfAside(at: open) {
                position = end
                continue
            }
            guard let tag = tag(at: open) else { break }
            position = tag.extent.upperBound
            return tag
        }
        position = text.count
        return nil
    }

    /// Returns the end of a comment or the like that begins at `open`; nil where a tag begins there.
    private func endOfAside(at open: Int) -> Int? {
        let asides = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
        guard let (start, end) = asides.first(where: { text[open...].starts(with: $0.0.utf8) }) else { return nil }
        let ending = Array(end.utf8)
        var place = open + start.utf8.count
        while let found = text[place...].firstIndex(of: ending[0]) {
            if text[found...].starts(with: ending) { return found + ending.count }
            place = found + 1
        }
        return text.count
    }

    private func tag(at open: Int) -> Tag? {
        var place = open + 1
        let isClosing = place < text.count && text[place] == UInt8(ascii: "/")
        if isClosing { place += 1 }
        let nameStart = place
        while place < text.count, !Self.endsName(text[place]) { place += 1 }
        let name = nameStart..<place
        let attributesStart = place
        var quote: UInt8?
        while place < text.count {
            let byte = text[place]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                let isEmpty = place > attributesStart && text[place - 1] == UInt8(ascii: "/")
                return Tag(
                    extent: open..<(place + 1), name: name, attributes: attributesStart..<(isEmpty ? place - 1 : place),
                    isClosing: isClosing, isEmpty: isEmpty)
            }
            place += 1
        }
        return nil
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    static func endsName(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=")
    }
}

/// The attributes of a tag in their order; ranges are of bytes in the text.
struct XMLAttributes {
    /// An attribute with a value in quotation marks.
    struct Attribute {
        /// The attribute with the blanks before it.
        var extent: Range<Int>
        var name: Range<Int>
        /// The bytes between the quotation marks.
        var value: Range<Int>
    }

    private let text: [UInt8]
    private var position: Int
    private let end: Int

    init(of tag: XMLTags.Tag, in text: [UInt8]) {
        self.text = text
        position = tag.attributes.lowerBound
        end = tag.attributes.upperBound
    }

    mutating func next() -> Attribute? {
        while position < end {
            let start = position
            skipBlanks()
            let nameStart = position
            while position < end, !XMLTags.endsName(text[position]) { position += 1 }
            let name = nameStart..<position
            skipBlanks()
            guard position < end, text[position] == UInt8(ascii: "="), !name.isEmpty else {
                // A word without a value, or a stray mark.
                if position == start { position += 1 }
                continue
            }
            position += 1
            skipBlanks()
            guard position < end, text[position] == UInt8(ascii: "\"") || text[position] == UInt8(ascii: "'"),
                let close = text[(position + 1)..<end].firstIndex(of: text[position])
            else { continue }
            let value = (position + 1)..<close
            position = close + 1
            return Attribute(extent: start..<position, name: name, value: value)
        }
        return nil
    }

    private mutating func skipBlanks() {
        while position < end, XMLTags.isBlank(text[position]) { position += 1 }
    }
}
