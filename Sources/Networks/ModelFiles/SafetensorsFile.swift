public import Tensors

/// The tensors and the metadata of a safetensors file, checked once when read.
///
/// The format: eight bytes with the header's length (little-endian), a JSON header
/// `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {text: text}}`, then the data. Every
/// length, offset and shape is outside data: the initialiser proves that each tensor lies within the data, has
/// the bytes that its shape needs, shares none with another, and that no byte is left over. Afterwards reading
/// a tensor cannot fail.
public struct SafetensorsFile: Sendable {
    /// One tensor as the header describes it.
    public struct Entry: Sendable, Equatable {
        /// The name of the tensor, unique in the file.
        public let name: String
        /// The format of the elements in the file.
        public let elementType: ElementType
        /// The extents, outermost first; empty for a scalar.
        public let shape: [Int]
        /// The range of the elements' bytes, counted from the first byte behind the header.
        public let byteRange: Range<Int>
    }

    /// The longest header that is read, in bytes; the limit of the format's own implementation.
    public static let headerByteLimit = 100_000_000

    /// The free-form texts of the header's `__metadata__`.
    public let metadata: [String: String]
    /// The tensors in the order of their data.
    public let entries: [Entry]

    private let bytes: [UInt8]
    private let dataStart: Int
    private let indices: [String: Int]

    /// Reads and checks the whole contents of a file.
    ///
    /// - Throws: `SafetensorsError` with what was found and what was expected.
    /// - Complexity: proportional to the header; the data is not touched.
    public init(bytes: [UInt8]) throws(SafetensorsError) {
        guard bytes.count >= 8 else { throw .tooShort(foundBytes: bytes.count, expectedBytes: 8) }
        let claimed = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
        guard claimed <= UInt64(Self.headerByteLimit) else {
            throw .headerTooLarge(found: claimed, limit: Self.headerByteLimit)
        }
        let headerCount = Int(claimed)
        guard headerCount <= bytes.count - 8 else {
            throw .headerBeyondEnd(found: headerCount, available: bytes.count - 8)
        }
        dataStart = 8 + headerCount
        (metadata, entries) = try Self.entries(
            header: bytes[8..<dataStart], dataByteCount: bytes.count - dataStart)
        indices = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
        self.bytes = bytes
    }

    /// Returns the description of the tensor `name`, or nil where there is none.
    public func entry(named name: String) -> Entry? { indices[name].map { entries[$0] } }

    /// Returns the tensor `name` widened to Float32, or nil where there is none.
    ///
    /// - Complexity: one pass over its bytes.
    public func tensor(named name: String) -> Tensor? {
        guard let entry = entry(named: name) else { return nil }
        return bytes.withUnsafeBytes { raw in
            let data = UnsafeRawBufferPointer(rebasing: raw[dataStart...][relative: entry.byteRange])
            let count = data.count / entry.elementType.byteCount
            let elements = [Float](unsafeUninitializedCapacity: count) { target, filled in
                for index in 0..<count {
                    target[index] =
                        switch entry.elementType {
                        case .float32:
                            Float(
                                bitPattern: UInt32(
                                    littleEndian: data.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
                        case .float16: ElementType.float(fromHalf: Self.unit(data, index))
                        case .bfloat16: ElementType.float(fromBrain: Self.unit(data, index))
                        }
                }
                filled = count
            }
            return Tensor(shape: entry.shape, elements: elements)
        }
    }

    private static func unit(_ data: UnsafeRawBufferPointer, _ index: Int) -> UInt16 {
        UInt16(littleEndian: data.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    }
}

extension Slice where Base == UnsafeRawBufferPointer {
    /// The part at `range`, counted from the slice's own start.
    fileprivate subscript(relative range: Range<Int>) -> Slice<UnsafeRawBufferPointer> {
        self[startIndex + range.lowerBound..<startIndex + range.upperBound]
    }
}
