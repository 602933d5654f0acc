import Networks
import Tensors
import TestSupport
import Testing

/// The format read and written, and every way in which its numbers can lie.
@Suite struct SafetensorsTests {
    /// A file of a header's text and zeros as data.
    static func file(_ header: String, data: Int) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        return length + Array(header.utf8) + Array(repeating: 0, count: data)
    }

    static func error(_ header: String, data: Int) -> SafetensorsError? {
        do {
            _ = try SafetensorsFile(bytes: file(header, data: data))
            return nil
        } catch { return error }
    }

    static func entry(_ name: String, _ shape: String, _ begin: Int, _ end: Int, type: String = "F32") -> String {
        #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
    }

    @Test(arguments: ElementType.allCases) func writtenIsRead(_ type: ElementType) throws {
        // Values that every type holds exactly.
        let tensors = [
            (name: "b \"quoted\" \\ \n\u{1}", tensor: Tensor(shape: [2, 3], elements: [0, -1, 0.5, 256, -0.125, 3])),
            (name: "a", tensor: Tensor(shape: [], elements: [42])),
            (name: "empty", tensor: Tensor(shape: [3, 0], elements: [])),
            (name: "ü", tensor: Tensor(shape: [1], elements: [-0.0])),
        ]
        let metadata = ["format": "retouch-1", "text": "{\"a\": [1]}\t"]
        let bytes = SafetensorsFile.bytes(tensors: tensors, metadata: metadata, elementType: type)
        let file = try SafetensorsFile(bytes: bytes)
        #expect(file.metadata == metadata)
        #expect(Set(file.entries.map(\.name)) == Set(tensors.map(\.name)))
        for (name, tensor) in tensors {
            #expect(file.entry(named: name)?.elementType == type)
            #expect(file.tensor(named: name)?.shape == tensor.shape)
            #expect(try bitDifference(#require(file.tensor(named: name)).elements, tensor.elements) == nil)
        }
        #expect(file.tensor(named: "c") == nil)
        #expect((bytes.count - tensors.reduce(0) { $0 + $1.tensor.elements.count } * type.byteCount) % 8 == 0)
    }

    @Test func emptyFilesOfEveryKind() throws {
        #expect(try SafetensorsFile(bytes: Self.file("{}", data: 0)).entries.isEmpty)
        #expect(throws: SafetensorsError.tooShort(foundBytes: 0, expectedBytes: 8)) { try SafetensorsFile(bytes: []) }
        #expect(throws: SafetensorsError.tooShort(foundBytes: 7, expectedBytes: 8)) {
            try SafetensorsFile(bytes: Array(repeating: 0, count: 7))
        }
    }

    @Test func everyCutIsAnError() throws {
        let tensors = [
            (name: "a", tensor: noise([2, 3], seed: 1)), (name: "b", tensor: noise([5], seed: 2)),
        ]
        let bytes = SafetensorsFile.bytes(tensors: tensors, metadata: ["format": "retouch-1"])
        for count in 0..<bytes.count {
            #expect(throws: SafetensorsError.self, "\(count) of \(bytes.count) bytes") {
                try SafetensorsFile(bytes: Array(bytes[..<count]))
            }
        }
        #expect(throws: SafetensorsError.gap(begin: 44, end: 45)) { try SafetensorsFile(bytes: bytes + [0]) }
    }

    /// A flipped bit is an error or leaves a file that can be read without harm.
    @Test func flippedBitsNeverTrap() throws {
        let bytes = SafetensorsFile.bytes(
            tensors: [("a", noise([2, 3], seed: 1)), ("b", noise([5], seed: 2))], metadata: ["k": "v"])
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let file = try? SafetensorsFile(bytes: flipped) else { continue }
            for entry in file.entries { _ = file.tensor(named: entry.name) }
        }
    }

    @Test func headerLengthsLie() {
        var bytes = Self.file("{}", data: 0)
        bytes.replaceSubrange(0..<8, with: Array(repeating: 0xFF, count: 8))
        #expect(throws: SafetensorsError.headerTooLarge(found: .max, limit: 100_000_000)) {
            try SafetensorsFile(bytes: bytes)
        }
        bytes.replaceSubrange(0..<8, with: [3, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: SafetensorsError.headerBeyondEnd(found: 3, available: 2)) {
            try SafetensorsFile(bytes: bytes)
        }
        bytes.replaceSubrange(0..<8, with: [1, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: SafetensorsError.malformedHeader(byte: 1, expected: "a string")) {
            try SafetensorsFile(bytes: bytes)
        }
    }

    @Test func offsetsLie() {
        #expect(Self.error("{\(Self.entry("a", "[1]", 0, 4))}", data: 4) == nil)
        #expect(
            Self.error("{\(Self.entry("a", "[2]", 0, 8))}", data: 4)
                == .offsetsOutOfRange(name: "a", begin: 0, end: 8, available: 4))
        #expect(
            Self.error("{\(Self.entry("a", "[1]", 4, 0))}", data: 4)
                == .offsetsOutOfRange(name: "a", begin: 4, end: 0, available: 4))
        #expect(
            Self.error("{\(Self.entry("a", "[1]", 0, .max))}", data: 4)
                == .offsetsOutOfRange(name: "a", begin: 0, end: .max, available: 4))
        #expect(
            Self.error("{\(Self.entry("a", "[1]", -4, 0))}", data: 4)
                == .malformedEntry(name: "a", expected: "data_offsets of two integers from 0"))
        #expect(
            Self.error("{\(Self.entry("a", "[1]", 0, 4)),\(Self.entry("b", "[1]", 0, 4))}", data: 4)
                == .overlap(name: "b", other: "a"))
        #expect(
            Self.error("{\(Self.entry("a", "[2]", 0, 8)),\(Self.entry("b", "[1]", 4, 8))}", data: 8)
                == .overlap(name: "b", other: "a"))
        #expect(
            Self.error("{\(Self.entry("a", "[1]", 0, 4)),\(Self.entry("b", "[1]", 8, 12))}", data: 12)
                == .gap(begin: 4, end: 8))
        #expect(Self.error("{\(Self.entry("a", "[1]", 4, 8))}", data: 8) == .gap(begin: 0, end: 4))
        #expect(Self.error("{\(Self.entry("a", "[1]", 0, 4))}", data: 8) == .gap(begin: 4, end: 8))
        #expect(Self.error("{}", data: 1) == .gap(begin: 0, end: 1))
    }

    @Test func shapesLie() {
        #expect(
            Self.error("{\(Self.entry("a", "[3]", 0, 8))}", data: 8)
                == .wrongByteCount(name: "a", shape: [3], found: 8, expected: 12))
        #expect(
            Self.error("{\(Self.entry("a", "[3]", 0, 8, type: "BF16"))}", data: 8)
                == .wrongByteCount(name: "a", shape: [3], found: 8, expected: 6))
        let huge = Int.max / 2
        #expect(
            Self.error("{\(Self.entry("a", "[\(huge),8]", 0, 0))}", data: 0)
                == .wrongByteCount(name: "a", shape: [huge, 8], found: 0, expected: nil))
        // 2^62 x 4 bytes is 0 in 64 bits that wrap.
        #expect(
            Self.error("{\(Self.entry("a", "[\(1 << 31),\(1 << 31)]", 0, 0))}", data: 0)
                == .wrongByteCount(name: "a", shape: [1 << 31, 1 << 31], found: 0, expected: nil))
        for shape in ["[-1]", "[1.5]", "1", "null", "[\"1\"]", "[99999999999999999999]"] {
            #expect(
                Self.error("{\(Self.entry("a", shape, 0, 4))}", data: 4)
                    == .malformedEntry(name: "a", expected: "a shape of integers from 0"), "\(shape)")
        }
    }

    @Test func entriesOfAnotherForm() {
        #expect(
            Self.error("{\(Self.entry("a", "[4]", 0, 4, type: "I8"))}", data: 4)
                == .unsupportedElementType(name: "a", found: "I8"))
        #expect(
            Self.error("{\(Self.entry("a", "[1]", 0, 4)),\(Self.entry("a", "[1]", 0, 4))}", data: 4)
                == .duplicateKey("a"))
        let noType = #"{"a":{"shape":[1],"data_offsets":[0,4]}}"#
        #expect(Self.error(noType, data: 4) == .malformedEntry(name: "a", expected: "a dtype"))
        let noShape = #"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#
        #expect(Self.error(noShape, data: 4) == .malformedEntry(name: "a", expected: "a shape"))
        let noOffsets = #"{"a":{"dtype":"F32","shape":[1]}}"#
        #expect(
            Self.error(noOffsets, data: 4)
                == .malformedEntry(name: "a", expected: "data_offsets of two integers from 0"))
        let threeOffsets = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#
        #expect(
            Self.error(threeOffsets, data: 4)
                == .malformedEntry(name: "a", expected: "data_offsets of two integers from 0"))
        let more = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#
        #expect(Self.error(more, data: 4) == .malformedEntry(name: "a", expected: "no 'more'"))
        #expect(Self.error(#"{"a":1}"#, data: 0) == .malformedEntry(name: "a", expected: "an object"))
        #expect(
            Self.error(#"{"__metadata__":{"a":1}}"#, data: 0)
                == .malformedEntry(name: "__metadata__", expected: "a text for 'a'"))
        #expect(
            Self.error(#"{"__metadata__":[]}"#, data: 0)
                == .malformedEntry(name: "__metadata__", expected: "an object of texts"))
        #expect(Self.error("[]", data: 0) == .malformedHeader(byte: 0, expected: "an object"))
        #expect(Self.error("{} x", data: 0) == .malformedHeader(byte: 3, expected: "the end"))
    }

    /// Every half: widened as the format defines it, and back to itself.
    @Test func halfPrecisionIsExactBothWays() {
        let wrong = (UInt16.min...UInt16.max).filter { bits in
            let exponent = Int(bits >> 10 & 0x1F)
            let fraction = Double(bits & 0x3FF)
            let sign: FloatingPointSign = bits >> 15 == 0 ? .plus : .minus
            let found = ElementType.float(fromHalf: bits)
            if exponent == 31 { return fraction == 0 ? !found.isInfinite || found.sign != sign : !found.isNaN }
            let expected = Double(
                sign: sign, exponent: exponent == 0 ? -24 : exponent - 25,
                significand: exponent == 0 ? fraction : fraction + 1024)
            return Double(found) != expected || found.sign != sign || ElementType.half(from: found) != bits
        }
        #expect(wrong == [])
        let wrongBrains = (UInt16.min...UInt16.max).filter { bits in
            let found = ElementType.float(fromBrain: bits)
            return !found.isNaN && ElementType.brain(from: found) != bits
        }
        #expect(wrongBrains == [])
    }

    @Test func roundingIsToTheNearestEven() {
        // What lies beyond the largest becomes infinity.
        #expect(ElementType.half(from: 1 + 1 / 2048) == 0x3C00)
        #expect(ElementType.half(from: 1 + 3 / 2048) == 0x3C02)
        #expect(ElementType.half(from: 65519.996) == 0x7BFF)
        #expect(ElementType.half(from: 65520) == 0x7C00)
        #expect(ElementType.half(from: -.infinity) == 0xFC00)
        #expect(ElementType.half(from: 1e-9) == 0)
        #expect(ElementType.float(fromHalf: ElementType.half(from: .nan)).isNaN)
        #expect(ElementType.brain(from: 1 + 1 / 256) == 0x3F80)
        #expect(ElementType.brain(from: 1 + 3 / 256) == 0x3F82)
        #expect(ElementType.float(fromBrain: ElementType.brain(from: .nan)).isNaN)
        #expect(ElementType.float(fromBrain: ElementType.brain(from: .greatestFiniteMagnitude)).isInfinite)
    }

    @Test func jsonIsReadStrictly() throws {
        #expect(
            try StrictJSON.parse(#" {"a" : [1, -2.5e1, "x\u00e9\ud83d\ude00\n", true, false, null, {}]} "#.utf8)
                == .object([
                    (
                        "a",
                        .array([
                            .integer(1), .number(-25), .string("xé😀\n"), .boolean(true), .boolean(false), .null,
                            .object([]),
                        ])
                    )
                ]))
        for text in [
            "", " ", "{", "}", "[1,]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "tru", "nul", "01x", "1e999",
            "--1", "+1",
            #""\x""#, #""\u12"#, #""\ud83d""#, #""\ud83dx""#, "\"\u{1}\"", "\"", "NaN", "1 1",
            String(repeating: "[", count: 100_000),
        ] {
            #expect(throws: StrictJSON.Failure.self, "\(text.prefix(20))") { try StrictJSON.parse(text.utf8) }
        }
        #expect(throws: StrictJSON.Failure.self) { try StrictJSON.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: StrictJSON.Failure.duplicateKey("a")) { try StrictJSON.parse(#"{"a":1,"a":1}"#.utf8) }
    }
}
