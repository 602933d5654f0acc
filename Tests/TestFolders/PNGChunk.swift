/// A chunk of a PNG file, for files that tests put together.
package struct PNGChunk {
    /// The first 8 bytes of a PNG file.
    package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]

    /// The chunk as a file has it: length, type, data and CRC-32.
    package let bytes: [UInt8]

    /// Creates a chunk of a type of four letters.
    package init(_ type: String, _ data: [UInt8] = []) {
        let body = Array(type.utf8) + data
        bytes = bigEndian(UInt32(data.count)) + body + bigEndian(Self.checkSum(body))
    }

    /// Creates an IHDR.
    package init(
        width: Int, height: Int, depth: UInt8 = 8, colour: UInt8 = 2, interlace: UInt8 = 0
    ) {
        self.init(
            "IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [depth, colour, 0, 0, interlace])
    }

    /// Returns the CRC-32 of bytes, by the definition.
    package static func checkSum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
        return ~sum
    }

    private static let table = (0..<256 as Range<UInt32>).map { byte in
        (0..<8).reduce(byte) { (sum: UInt32, _) -> UInt32 in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
}

/// Returns the four bytes of a number, the highest first.
package func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

/// Returns parts of a file one behind the other; there may be millions of them.
package func concatenated(_ parts: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for part in parts { bytes += part }
    return bytes
}

/// A zlib stream that inflates to very much more than it is.
package struct InflatingStream {
    private var bits: UInt32 = 0
    private var filled: UInt32 = 0
    /// The stream: fixed codes, matches of 258 bytes one byte back, and no check sum that holds, since nobody who stops
    /// in time comes to it.
    package private(set) var bytes: [UInt8] = [0x78, 0x01]

    /// Creates a stream of `head` and then of `count` times `byte`, about.
    package init(_ head: [UInt8], _ byte: UInt8, count: Int) {
        put(1, 1)
        put(1, 2)
        for literal in head + [byte] { put(literal: literal) }
        for _ in 0..<(count / 258) {
            put(code: 0xC5, 8)  // length 258
            put(code: 0, 5)  // distance 1
        }
        put(code: 0, 7)
        put(0, 16)
        bytes += [0, 0, 0, 0]
    }

    private mutating func put(_ value: UInt32, _ length: UInt32) {
        bits |= value << filled
        filled += length
        while filled >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            filled -= 8
        }
    }

    /// Codes begin with their highest bit.
    private mutating func put(code: UInt32, _ length: UInt32) {
        var turned: UInt32 = 0
        for bit in 0..<length { turned |= (code >> bit & 1) << (length - 1 - bit) }
        put(turned, length)
    }

    private mutating func put(literal: UInt8) {
        if literal < 144 {
            put(code: 0x30 + UInt32(literal), 8)
        } else {
            put(code: 0x190 + UInt32(literal) - 144, 9)
        }
    }
}
