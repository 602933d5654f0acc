import Foundation

/// The encoding of a number in an array file.
struct NumberEncoding: Equatable {
    /// The kind: `u`, `i`, `f` or `b` (a byte that is 0 or 1).
    var kind: Character
    /// The size in bytes.
    var size: Int
    var isBig: Bool

    private init(kind: Character, size: Int, isBig: Bool) {
        self.kind = kind
        self.size = size
        self.isBig = isBig
    }

    /// Reads a text such as `<f4` or `|u1`, as NPY files have it; nil for what is no number.
    init?(npy text: String) {
        let parts = Array(text)
        guard parts.count == 3, "<>|=".contains(parts[0]), let size = parts[2].wholeNumberValue else { return nil }
        self.init(kind: parts[1], size: size, isBig: parts[0] == ">")
        switch kind {
        case "u", "i": guard [1, 2, 4, 8].contains(size) else { return nil }
        case "f": guard [2, 4, 8].contains(size) else { return nil }
        case "b": guard size == 1 else { return nil }
        default: return nil
        }
    }

    /// The encodings of IDX, whose numbers are big-endian; nil for an unknown code.
    init?(idx code: UInt8) {
        switch code {
        case 0x08: self.init(kind: "u", size: 1, isBig: true)
        case 0x09: self.init(kind: "i", size: 1, isBig: true)
        case 0x0B: self.init(kind: "i", size: 2, isBig: true)
        case 0x0C: self.init(kind: "i", size: 4, isBig: true)
        case 0x0D: self.init(kind: "f", size: 4, isBig: true)
        case 0x0E: self.init(kind: "f", size: 8, isBig: true)
        default: return nil
        }
    }

    /// Decodes the first `count` numbers of `bytes`, which holds as many.
    func numbers(_ bytes: Data, count: Int) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            [Float](unsafeUninitializedCapacity: count) { numbers, made in
                for index in 0..<count {
                    var bits: UInt64 = 0
                    for byte in 0..<size {
                        let place = isBig ? byte : size - 1 - byte
                        bits = bits << 8 | UInt64(bytes[index * size + place])
                    }
                    numbers[index] = number(bits)
                }
                made = count
            }
        }
    }

    private func number(_ bits: UInt64) -> Float {
        switch kind {
        case "f":
            switch size {
            case 2: Self.half(bits)
            case 4: Float(bitPattern: UInt32(bits))
            default: Float(Double(bitPattern: bits))
            }
        case "i":
            // The sign is extended from the number's own size.
            Float(Int64(bitPattern: bits << UInt64(64 - 8 * size)) >> Int64(64 - 8 * size))
        default: Float(bits)
        }
    }

    /// Returns the number that 16 bits of IEEE 754 stand for; Swift has no such type everywhere.
    private static func half(_ bits: UInt64) -> Float {
        let fraction = Float(bits & 0x3FF)
        let magnitude: Float =
            switch bits >> 10 & 0x1F {
            case 0: fraction * 0x1p-24
            case 0x1F: fraction == 0 ? .infinity : .nan
            case let exponent: (0x1p10 + fraction) * Float(sign: .plus, exponent: Int(exponent) - 25, significand: 1)
            }
        return bits >> 15 & 1 == 0 ? magnitude : -magnitude
    }
}
