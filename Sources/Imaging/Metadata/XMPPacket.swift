/// An XMP packet's statements about orientation and size, corrected in its text; all other bytes stay.
///
/// The properties are looked for under the prefixes that every program uses, as attributes and as elements. A packet
/// in UTF-16, which the standard allows but not for these containers, comes back unchanged.
enum XMPPacket {
    static func describing(_ packet: [UInt8], width: Int, height: Int) -> [UInt8] {
        let values = [
            "tiff:Orientation": 1, "tiff:ImageWidth": width, "tiff:ImageLength": height,
            "exif:PixelXDimension": width, "exif:PixelYDimension": height,
        ]
        return values.reduce(packet) { packet, property in
            replacing(Array(property.key.utf8), by: Array("\(property.value)".utf8), in: packet)
        }
    }

    /// Replaces the digits that follow `name="` or `<name>`.
    private static func replacing(_ name: [UInt8], by value: [UInt8], in packet: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(packet.count)
        var i = 0
        while i < packet.count {
            guard packet[i] == name[0], packet[i...].starts(with: name) else {
                result.append(packet[i])
                i += 1
                continue
            }
            result += name
            i += name.count
            var start = i
            while start < packet.count, [0x20, 0x3D, 0x09, 0x0A, 0x0D].contains(packet[start]) { start += 1 }
            guard start < packet.count, [0x22, 0x27, 0x3E].contains(packet[start]) else { continue }
            start += 1
            let digits = packet[start...].prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty, digits.endIndex < packet.count,
                [0x22, 0x27, 0x3C].contains(packet[digits.endIndex])
            else { continue }
            result += packet[i..<start] + value
            i = digits.endIndex
        }
        return result
    }
}
