/// A TIFF's first directory read the plain way, without the code under test, and changed by appending.
struct TIFFReading {
    enum Kind: Int {
        case byte = 1
        case ascii, short, long, rational
        case undefined = 7
        case long8 = 16
    }

    struct Entry {
        var type: Int
        var count: Int
        var bytes: [UInt8]
    }

    private(set) var bytes: [UInt8]
    let isLittleEndian: Bool
    let isBig: Bool
    private(set) var entries: [Int: Entry] = [:]
    private(set) var next = 0

    private static let sizes = [
        1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 18: 8,
    ]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        isLittleEndian = bytes[0] == 0x49
        isBig = Int(number(bytes, 2, 2, isLittleEndian)) == 43
        let first = Int(isBig ? number(bytes, 8, 8, isLittleEndian) : number(bytes, 4, 4, isLittleEndian))
        (entries, next) = directory(first)
    }

    /// The entries of the directory at `offset`, and where the next one lies.
    func directory(_ offset: Int) -> (entries: [Int: Entry], next: Int) {
        let (head, size, inside) = isBig ? (8, 20, 8) : (2, 12, 4)
        let count = Int(number(bytes, offset, head, isLittleEndian))
        var entries: [Int: Entry] = [:]
        for i in 0..<count {
            let at = offset + head + i * size
            let type = Int(number(bytes, at + 2, 2, isLittleEndian))
            let values = Int(number(bytes, at + 4, inside, isLittleEndian))
            let length = values * (Self.sizes[type] ?? 1)
            let start = length <= inside ? at + 4 + inside : Int(number(bytes, at + 4 + inside, inside, isLittleEndian))
            entries[Int(number(bytes, at, 2, isLittleEndian))] = Entry(
                type: type, count: values, bytes: Array(bytes[start..<(start + length)]))
        }
        return (entries, Int(number(bytes, offset + head + count * size, inside, isLittleEndian)))
    }

    /// The whole numbers of a tag, of the first directory or of another.
    func numbers(_ tag: Int, in entries: [Int: Entry]? = nil) -> [Int] {
        guard let entry = (entries ?? self.entries)[tag] else { return [] }
        let size = Self.sizes[entry.type] ?? 1
        return (0..<entry.count).map { Int(number(entry.bytes, $0 * size, size, isLittleEndian)) }
    }

    /// Adds or replaces an entry: the directory moves to the end of the file.
    mutating func add(_ tag: Int, _ kind: Kind, _ numbers: [Int]) {
        let size = Self.sizes[kind.rawValue]!
        add(tag, kind, bytes: numbers.flatMap { ordered($0, size) })
    }

    mutating func add(_ tag: Int, _ kind: Kind, bytes value: [UInt8]) {
        entries[tag] = Entry(type: kind.rawValue, count: value.count / Self.sizes[kind.rawValue]!, bytes: value)
        rewrite()
    }

    mutating func remove(_ tag: Int) {
        entries[tag] = nil
        rewrite()
    }

    /// Appends a directory and returns where it lies.
    mutating func append(_ entries: [Int: Entry], next: Int = 0) -> Int {
        let (head, size, inside) = isBig ? (8, 20, 8) : (2, 12, 4)
        if bytes.count % 2 == 1 { bytes.append(0) }
        let offset = bytes.count
        var (list, values): ([UInt8], [UInt8]) = (ordered(entries.count, head), [])
        let after = offset + head + entries.count * size + inside
        for (tag, entry) in entries.sorted(by: { $0.key < $1.key }) {
            list += ordered(tag, 2) + ordered(entry.type, 2) + ordered(entry.count, inside)
            if entry.bytes.count <= inside {
                list += entry.bytes + [UInt8](repeating: 0, count: inside - entry.bytes.count)
            } else {
                list += ordered(after + values.count, inside)
                values += entry.bytes + (entry.bytes.count % 2 == 1 ? [0] : [])
            }
        }
        bytes += list + ordered(next, inside) + values
        return offset
    }

    private mutating func rewrite() {
        let offset = append(entries, next: next)
        bytes.replaceSubrange(isBig ? 8..<16 : 4..<8, with: ordered(offset, isBig ? 8 : 4))
    }

    /// Links the first directory to another.
    mutating func link(to offset: Int) {
        next = offset
        rewrite()
    }

    func ordered(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (isLittleEndian ? $0 : count - 1 - $0))) }
    }

    /// The samples of a file of uncompressed strips.
    func samples() -> [Int] {
        let size = numbers(258)[0] / 8
        return zip(numbers(273), numbers(279)).flatMap { offset, count in
            stride(from: offset, to: offset + count, by: size).map { Int(number(bytes, $0, size, isLittleEndian)) }
        }
    }
}
