/// The order of bytes in a file that is made.
struct TIFFOrder: Equatable {
    var isLittleEndian: Bool

    /// The last `count` bytes of a number.
    func bytes(_ value: Int, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, count: count, to: &bytes)
        return bytes
    }

    /// Appends the last `count` bytes of a number.
    func append(_ value: Int, count: Int, to bytes: inout [UInt8]) {
        for i in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * (isLittleEndian ? i : count - 1 - i))))
        }
    }

    /// The header of a TIFF, 8 bytes, or of a BigTIFF, 16.
    func header(isBig: Bool, firstDirectory: Int) -> [UInt8] {
        let mark: [UInt8] = isLittleEndian ? [0x49, 0x49] : [0x4D, 0x4D]
        guard isBig else { return mark + bytes(42, count: 2) + bytes(firstDirectory, count: 4) }
        return mark + bytes(43, count: 2) + bytes(8, count: 2) + bytes(0, count: 2) + bytes(firstDirectory, count: 8)
    }
}

/// An entry of a directory that is made, with the bytes of its values in the file's order.
struct TIFFValue: Sendable, Equatable {
    var tag: Int
    var type: TIFFType
    var bytes: [UInt8]
    /// The entries of the directory that the value points to; its bytes are made when it is written.
    var children: [TIFFValue]?

    init(tag: Int, type: TIFFType, bytes: [UInt8]) {
        (self.tag, self.type, self.bytes) = (tag, type, bytes)
    }

    /// Creates an entry of whole numbers, of which `type` keeps the lower bytes.
    init(tag: Int, type: TIFFType, numbers: [Int], order: TIFFOrder) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * type.byteCount)
        for number in numbers { order.append(number, count: type.byteCount, to: &bytes) }
        self.init(tag: tag, type: type, bytes: bytes)
    }

    /// Creates a pointer to a directory.
    init(tag: Int, directory children: [TIFFValue]) {
        (self.tag, type, bytes) = (tag, .long, [])
        self.children = children
    }

    /// The same values in the other order of bytes.
    var inOtherOrder: TIFFValue {
        var other = self
        let size = type.wordBytes
        for start in stride(from: 0, to: bytes.count - size + 1, by: size) where size > 1 {
            other.bytes.replaceSubrange(start..<(start + size), with: bytes[start..<(start + size)].reversed())
        }
        other.children = children?.map(\.inOtherOrder)
        return other
    }

    private static func padded(_ count: Int) -> Int { (count + 1) / 2 * 2 }

    /// The number of bytes that `directory` makes of entries.
    static func directoryByteCount(_ values: [TIFFValue], isBig: Bool) -> Int {
        let inside = isBig ? 8 : 4
        return (isBig ? 16 : 6) + values.count * (isBig ? 20 : 12)
            + values.reduce(0) { sum, value in
                if let children = value.children { return sum + directoryByteCount(children, isBig: isBig) }
                return sum + (value.bytes.count > inside ? padded(value.bytes.count) : 0)
            }
    }

    /// Returns a directory for `offset`, which is even: its entries, sorted, then their values and the directories that
    /// they point to.
    ///
    /// - Parameter next: the offset of the next directory, 0 for none.
    static func directory(
        _ values: [TIFFValue], at offset: Int, next: Int, isBig: Bool, order: TIFFOrder
    ) -> [UInt8] {
        let inside = isBig ? 8 : 4
        let values = values.sorted { $0.tag < $1.tag }
        var result = order.bytes(values.count, count: isBig ? 8 : 2)
        var rest: [UInt8] = []
        let start = offset + (isBig ? 16 : 6) + values.count * (isBig ? 20 : 12)
        for value in values {
            let isPointer = value.children != nil
            let type = isPointer && isBig ? .directory8 : value.type
            result += order.bytes(value.tag, count: 2) + order.bytes(type.rawValue, count: 2)
            result += order.bytes(isPointer ? 1 : value.bytes.count / type.byteCount, count: inside)
            if let children = value.children {
                result += order.bytes(start + rest.count, count: inside)
                rest += directory(children, at: start + rest.count, next: 0, isBig: isBig, order: order)
            } else if value.bytes.count <= inside {
                result += value.bytes + [UInt8](repeating: 0, count: inside - value.bytes.count)
            } else {
                result += order.bytes(start + rest.count, count: inside)
                rest += value.bytes
            }
            if rest.count % 2 == 1 { rest.append(0) }
        }
        return result + order.bytes(next, count: inside) + rest
    }
}
