/// An XMP packet, of which single properties are read, corrected or left out; all other bytes stay.
///
/// Properties are found as attributes and as elements, by the namespaces that the packet declares. A packet in UTF-16,
/// which the standard allows but not for these containers, comes back unchanged.
enum XMPPacket {
    /// A packet that was corrected, and what it promised before.
    struct Corrected: Equatable {
        var bytes: [UInt8]
        var promises: Set<XMPPromise> = []
        /// True where an element that was to be left out does not end, so that it stayed.
        var isTorso = false
    }

    /// Returns a packet that describes a picture of this size, upright, and promises nothing that lies beside it.
    ///
    /// - Parameter keepsDepthMap: true where a depth map inside the packet still fits the picture.
    static func describing(_ packet: [UInt8], width: Int, height: Int, keepsDepthMap: Bool = true) -> Corrected {
        let prefixes = XMPNamespace.Prefixes(of: packet)
        let holdsDepthMap = keepsDepthMap && value(of: .depth, "Data", in: packet) != nil
        return rewriting(packet, prefixes) { namespace, name in
            switch (namespace, name) {
            case (.tiff, "Orientation"): return .number(1)
            case (.tiff, "ImageWidth"), (.exif, "PixelXDimension"): return .number(width)
            case (.tiff, "ImageLength"), (.exif, "PixelYDimension"): return .number(height)
            case (.depth, _) where holdsDepthMap: return .keep
            default: return XMPPromise(namespace, name).map { .remove($0) } ?? .keep
            }
        }
    }

    /// Returns a packet without the label of an extension that was put into it, or is not there.
    static func withoutExtension(_ packet: [UInt8]) -> [UInt8] {
        rewriting(packet, XMPNamespace.Prefixes(of: packet)) { namespace, name in
            namespace == .note && name == "HasExtendedXMP" ? .remove(nil) : .keep
        }.bytes
    }

    /// Returns the first value of a property, as text; nil where there is none, or one of several parts.
    static func value(of wanted: XMPNamespace, _ wantedName: String, in packet: [UInt8]) -> String? {
        let prefixes = XMPNamespace.Prefixes(of: packet)
        func isWanted(_ name: Range<Int>) -> Bool {
            prefixes.property(name, in: packet).map { $0.namespace == wanted && $0.name == wantedName } ?? false
        }
        var tags = XMLTags(packet)
        while let tag = tags.next() {
            guard !tag.isClosing else { continue }
            if isWanted(tag.name), !tag.isEmpty {
                let text = packet[tag.extent.upperBound...].prefix(1000).prefix { $0 != UInt8(ascii: "<") }
                return String(decoding: text, as: UTF8.self)
            }
            var attributes = XMLAttributes(of: tag, in: packet)
            while let attribute = attributes.next() {
                guard isWanted(attribute.name) else { continue }
                return String(decoding: packet[attribute.value].prefix(1000), as: UTF8.self)
            }
        }
        return nil
    }

    /// The orientation that a packet states; nil where it states none, or no legal one.
    static func orientation(of packet: [UInt8]) -> Orientation? {
        guard let text = value(of: .tiff, "Orientation", in: packet) else { return nil }
        // What is read here has to be found again where it is corrected: digits and blanks, nothing else.
        let digits = text.utf8.filter { !XMLTags.isBlank($0) }
        guard digits.count == 1, (0x31...0x38).contains(digits[0]) else { return nil }
        return Orientation(rawValue: Int(digits[0] - 0x30))
    }

    // MARK: Rewriting

    private enum Edit {
        case keep
        /// The property's digits become this number.
        case number(Int)
        /// The property is left out, which takes this promise back.
        case remove(XMPPromise?)
    }

    /// Returns the packet with every property changed as `edit` says.
    private static func rewriting(
        _ packet: [UInt8], _ prefixes: XMPNamespace.Prefixes, edit: (XMPNamespace, String) -> Edit
    ) -> Corrected {
        var result = Corrected(bytes: [])
        result.bytes.reserveCapacity(packet.count)
        var copied = 0
        func copy(to end: Int) {
            result.bytes += packet[copied..<end]
            copied = end
        }
        func change(at name: Range<Int>) -> Edit {
            prefixes.property(name, in: packet).map { edit($0.namespace, $0.name) } ?? .keep
        }
        var tags = XMLTags(packet)
        while let tag = tags.next() {
            guard !tag.isClosing else { continue }
            switch change(at: tag.name) {
            case .number(let number):
                if !tag.isEmpty, let digits = digits(at: tag.extent.upperBound, before: [UInt8(ascii: "<")], in: packet)
                {
                    copy(to: digits.lowerBound)
                    result.bytes += "\(number)".utf8
                    copied = digits.upperBound
                }
            case .remove(let promise):
                // Ends are looked for until one is missing: a packet of nothing but beginnings would take hours.
                guard !result.isTorso else { continue }
                guard let end = tag.isEmpty ? tag.extent.upperBound : end(of: tag, in: packet) else {
                    result.isTorso = true
                    continue
                }
                copy(to: tag.extent.lowerBound)
                copied = end
                if promise == .otherPictures {
                    result.promises.formUnion(XMPPromise.promises(inDirectory: packet[tag.extent.lowerBound..<end]))
                } else if let promise {
                    result.promises.insert(promise)
                }
                tags = XMLTags(packet, from: end)
                continue
            case .keep: break
            }
            var attributes = XMLAttributes(of: tag, in: packet)
            while let attribute = attributes.next() {
                switch change(at: attribute.name) {
                case .number(let number):
                    let marks = [UInt8(ascii: "\""), UInt8(ascii: "'")]
                    guard let digits = digits(at: attribute.value.lowerBound, before: marks, in: packet) else {
                        continue
                    }
                    copy(to: digits.lowerBound)
                    result.bytes += "\(number)".utf8
                    copied = digits.upperBound
                case .remove(let promise):
                    copy(to: attribute.extent.lowerBound)
                    copied = attribute.extent.upperBound
                    if let promise { result.promises.insert(promise) }
                case .keep: break
                }
            }
        }
        copy(to: packet.count)
        return result
    }

    /// Returns the range of the digits at `start`, blanks apart, which one of `marks` follows.
    private static func digits(at start: Int, before marks: [UInt8], in packet: [UInt8]) -> Range<Int>? {
        let digits = packet[start...].drop(while: XMLTags.isBlank).prefix { (0x30...0x39).contains($0) }
        let next = packet[digits.endIndex...].first { !XMLTags.isBlank($0) }
        guard !digits.isEmpty, let next, marks.contains(next) else { return nil }
        return digits.startIndex..<digits.endIndex
    }

    /// Returns the offset behind the end of an element.
    private static func end(of opening: XMLTags.Tag, in packet: [UInt8]) -> Int? {
        let name = packet[opening.name]
        var depth = 1
        var tags = XMLTags(packet, from: opening.extent.upperBound)
        while let tag = tags.next() {
            guard packet[tag.name] == name, !tag.isEmpty else { continue }
            depth += tag.isClosing ? -1 : 1
            if depth == 0 { return tag.extent.upperBound }
        }
        return nil
    }
}
