import CCodecs
import Tensors

/// The colours of a palette, of 8 bits.
struct TIFFPalette {
    /// Red, green and blue of every colour, one after the other.
    let colours: [UInt8]
    /// True where all are grey.
    let isGrey: Bool

    init(of directory: TIFFDirectory, in file: TIFFFile, bits: Int) throws(PictureError) {
        let count = 1 << bits
        guard let values = try file.numbers(of: directory[TIFFTag.colorMap], limit: 3 * count),
            values.count == 3 * count
        else {
            throw .damaged(layer: "TIFF palette", found: "none of \(count) colours", expected: "one of \(bits) bits")
        }
        // The values have 16 bits; some old programs wrote 8.
        let shift = values.allSatisfy { $0 < 256 } ? 0 : 8
        var colours: [UInt8] = []
        colours.reserveCapacity(3 * count)
        for index in 0..<count {
            for channel in 0..<3 { colours.append(UInt8(truncatingIfNeeded: values[channel * count + index] >> shift)) }
        }
        self.colours = colours
        var isGrey = true
        for first in stride(from: 0, to: colours.count, by: 3)
        where colours[first] != colours[first + 1] || colours[first] != colours[first + 2] {
            isGrey = false
        }
        self.isGrey = isGrey
    }
}

/// A conversion of rows as a TIFF stores them, of any depth, order and colour, to interleaved samples of 8 or 16 bits
/// as they are handed out.
///
/// The rows handed in have `planes` parts of `rowBytes`, those handed out `channelCount` samples a pixel.
final class TIFFConversion {
    private let pixels: TIFFPixels
    private let format: PixelFormat
    private let palette: TIFFPalette?
    private let transform: OpaquePointer?
    private let usesProfile: Bool
    /// The values that samples of fewer than 16 bits become; empty for others.
    private let table: [UInt16]
    /// The picked samples of a row, interleaved, in 0...255 or 0...65535 (as stored for palettes and Lab).
    private let values: AlignedBuffer<UInt16>
    /// A row's colours on their way through Little CMS.
    private let colours: AlignedBuffer<UInt16>
    private var hasClipped = false
    private var hasNonNumbers = false

    /// The number of samples of a stored pixel that are taken: its colours, then alpha.
    private let picked: Int

    /// Returns true where rows can be handed out as they are stored.
    static func isNeedless(for pixels: TIFFPixels) -> Bool {
        guard pixels.number == .whole, pixels.bits == 8 || pixels.bits == 16, !pixels.isSeparate,
            !pixels.isAlphaAssociated, !pixels.isLibraryConverted, pixels.firstSample == 0
        else { return false }
        return pixels.colour == .rgb || pixels.colour == .grey(isInverted: false)
    }

    /// Returns the memory in bytes of a conversion.
    static func byteCount(for pixels: TIFFPixels, _ format: PixelFormat) -> Int { pixels.width * 8 * 2 + (256 << 10) }

    init(of pixels: TIFFPixels, to format: PixelFormat, palette: TIFFPalette?, profile: [UInt8]?) {
        self.pixels = pixels
        self.format = format
        self.palette = palette
        picked = pixels.colour.sampleCount + (pixels.alpha == nil ? 0 : 1)
        let isCMYK = pixels.colour == .cmyk
        var isLab = false
        if case .lab = pixels.colour { isLab = true }
        let bits = UInt32(format.bitDepth)
        var transform: OpaquePointer?
        if let profile, isCMYK || isLab {
            transform = codec_colour_open(profile, profile.count, Int32(isLab ? COLOUR_LAB : COLOUR_CMYK), bits)
        }
        usesProfile = transform != nil
        if transform == nil, isLab { transform = codec_colour_open(nil, 0, Int32(COLOUR_LAB), bits) }
        self.transform = transform
        if pixels.number == .whole, pixels.bits < 16, !isLab {
            let (most, maximum) = ((1 << pixels.bits) - 1, format.bitDepth == 16 ? 65535 : 255)
            table = (0...most).map { pixels.colour == .palette ? UInt16($0) : UInt16(($0 * maximum + most / 2) / most) }
        } else {
            table = []
        }
        values = AlignedBuffer(repeating: 0, count: pixels.width * picked)
        colours = AlignedBuffer(repeating: 0, count: isCMYK || isLab ? pixels.width * 4 : 0)
    }

    deinit { codec_colour_close(transform) }

    /// The note on the conversion of colours; nil where they are kept.
    var colourNote: PictureNote? {
        switch pixels.colour {
        case .cmyk: .convertedFromCMYK(usingProfile: usesProfile)
        case .lab: .convertedFromLab(usingProfile: usesProfile)
        default: nil
        }
    }

    /// The notes on numbers that 16 bits do not hold, after the last row.
    var clippingNotes: [PictureNote] {
        (hasClipped ? [.remark(layer: "TIFF", message: "values outside 0...1 were clipped")] : [])
            + (hasNonNumbers ? [.remark(layer: "TIFF", message: "values that are no numbers were taken as 0")] : [])
    }

    func convertRow(_ row: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
        for index in 0..<picked {
            let sample = index < pixels.colour.sampleCount ? pixels.firstSample + index : pixels.alpha ?? index
            unpack(sample, of: row, to: values.base + index)
        }
        if format.bitDepth == 8 {
            finish(into: target.assumingMemoryBound(to: UInt8.self))
        } else {
            finish(into: target.assumingMemoryBound(to: UInt16.self))
        }
    }

    // MARK: Samples

    /// Writes one sample of every pixel, `picked` apart.
    private func unpack(_ sample: Int, of row: UnsafeRawPointer, to values: UnsafeMutablePointer<UInt16>) {
        let plane = row + (pixels.isSeparate && !pixels.isLibraryConverted ? sample * pixels.rowBytes : 0)
        let step = pixels.samplesInRow
        let first = step == 1 ? 0 : sample
        let width = pixels.width
        if pixels.number == .float { return unpackFloats(plane, first: first, step: step, to: values) }
        switch pixels.bitsInRow {
        case 8:
            let bytes = plane.assumingMemoryBound(to: UInt8.self) + first
            for x in 0..<width { values[x * picked] = UInt16(bytes[x * step]) }
        case 16:
            let words = plane.assumingMemoryBound(to: UInt16.self) + first
            for x in 0..<width { values[x * picked] = words[x * step] }
        case 24:
            let bytes = plane.assumingMemoryBound(to: UInt8.self) + 3 * first
            for x in 0..<width {
                // In the machine's order.
                let place = bytes + 3 * x * step
                #if _endian(little)
                    let value = UInt32(place[2]) << 16 | UInt32(place[1]) << 8 | UInt32(place[0])
                #else
                    let value = UInt32(place[0]) << 16 | UInt32(place[1]) << 8 | UInt32(place[2])
                #endif
                values[x * picked] = UInt16((UInt64(value) * 65535 + 0x7F_FFFF) / 0xFF_FFFF)
            }
        case 64:
            let words = plane.assumingMemoryBound(to: UInt64.self) + first
            for x in 0..<width { values[x * picked] = UInt16(words[x * step] >> 48) }
        case 32:
            let words = plane.assumingMemoryBound(to: UInt32.self) + first
            for x in 0..<width { values[x * picked] = UInt16((UInt64(words[x * step]) + 32768) / 65537) }
        case let bits:
            let bytes = plane.assumingMemoryBound(to: UInt8.self)
            table.withUnsafeBufferPointer { table in
                for x in 0..<width {
                    let place = (x * step + first) * bits
                    var value = 0
                    // At most 15 bits, in up to three bytes.
                    for byte in place / 8...(place + bits - 1) / 8 { value = value << 8 | Int(bytes[byte]) }
                    let spare = 7 - (place + bits - 1) % 8
                    values[x * picked] = table[value >> spare & (table.count - 1)]
                }
            }
        }
    }

    private func unpackFloats(
        _ plane: UnsafeRawPointer, first: Int, step: Int, to values: UnsafeMutablePointer<UInt16>
    ) {
        func unpack<Stored: BitwiseCopyable>(_ type: Stored.Type, _ number: (Stored) -> Double) {
            var (isClipped, isNoNumber) = (false, false)
            for x in 0..<pixels.width {
                let value = number(
                    plane.loadUnaligned(fromByteOffset: MemoryLayout<Stored>.size * (x * step + first), as: type))
                // What is no number is not above 0.
                let bounded = value > 0 ? (value < 1 ? value : 1) : 0
                isNoNumber = isNoNumber || value != value
                isClipped = isClipped || value < 0 || value > 1
                values[x * picked] = UInt16(truncatingIfNeeded: Int32(bounded * 65535 + 0.5))
            }
            hasNonNumbers = hasNonNumbers || isNoNumber
            hasClipped = hasClipped || isClipped
        }
        switch pixels.bits {
        case 16: unpack(UInt16.self) { Self.number(ofHalf: $0) }
        case 32: unpack(Float.self) { Double($0) }
        default: unpack(Double.self) { $0 }
        }
    }

    /// The value of a number of IEEE 754 with 16 bits.
    private static func number(ofHalf bits: UInt16) -> Double {
        let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023) / 1024)
        let sign: Double = bits >> 15 == 0 ? 1 : -1
        switch exponent {
        case 0: return sign * fraction * 0x1p-14
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }

    // MARK: Colours

    private func finish<Sample: FixedWidthInteger & UnsignedInteger>(into target: UnsafeMutablePointer<Sample>) {
        let channels = format.channelCount
        let colourCount = format.color.channelCount
        let (width, picked, values) = (pixels.width, picked, values.base)
        switch pixels.colour {
        case .palette:
            let colours = palette?.colours ?? []
            for x in 0..<width {
                for c in 0..<colourCount {
                    target[x * channels + c] = Sample(truncatingIfNeeded: colours[Int(values[x * picked]) * 3 + c])
                }
            }
        case .grey(true):
            for x in 0..<width { target[x * channels] = .max - Sample(truncatingIfNeeded: values[x * picked]) }
        case .grey, .rgb, .converted:
            for x in 0..<width {
                for c in 0..<colourCount {
                    target[x * channels + c] = Sample(truncatingIfNeeded: values[x * picked + c])
                }
            }
        case .cmyk, .lab: transformColours(into: target)
        }
        guard format.hasAlpha else { return }
        let alpha = picked - 1
        let maximum = UInt32(Sample.max)
        for x in 0..<width {
            let a = UInt32(values[x * picked + alpha])
            target[x * channels + colourCount] = Sample(truncatingIfNeeded: a)
            guard pixels.isAlphaAssociated, a > 0, a < maximum else { continue }
            for c in 0..<colourCount {
                let value = UInt32(target[x * channels + c])
                target[x * channels + c] = Sample(truncatingIfNeeded: min(maximum, (value * maximum + a / 2) / a))
            }
        }
    }

    /// CMYK and Lab, through Little CMS, or CMYK by R = (1 - C)(1 - K).
    private func transformColours<Sample: FixedWidthInteger & UnsignedInteger>(
        into target: UnsafeMutablePointer<Sample>
    ) {
        let (width, picked, values) = (pixels.width, picked, values.base)
        let channels = format.channelCount
        let maximum = UInt64(Sample.max)
        guard let transform else {
            for x in 0..<width {
                let black = maximum - UInt64(values[x * picked + 3])
                for c in 0..<3 {
                    let ink = maximum - UInt64(values[x * picked + c])
                    target[x * channels + c] = Sample(truncatingIfNeeded: (ink * black + maximum / 2) / maximum)
                }
            }
            return
        }
        let inks = UnsafeMutableRawPointer(colours.base)
        if case .lab(let isSigned) = pixels.colour {
            let lab = inks.assumingMemoryBound(to: UInt16.self)
            for x in 0..<width {
                for c in 0..<3 { lab[3 * x + c] = labValue(values[x * picked + c], channel: c, isSigned: isSigned) }
            }
        } else {
            let cmyk = inks.assumingMemoryBound(to: Sample.self)
            for x in 0..<width {
                for c in 0..<4 { cmyk[4 * x + c] = Sample(truncatingIfNeeded: values[x * picked + c]) }
            }
        }
        // In place: a pixel becomes no longer, and Little CMS goes from the first to the last.
        codec_colour_apply(transform, inks, inks, UInt32(width))
        let rgb = inks.assumingMemoryBound(to: Sample.self)
        for x in 0..<width {
            for c in 0..<3 { target[x * channels + c] = rgb[3 * x + c] }
        }
    }

    /// A value of Lab as ICC's version 2 has it: 0xFF00 is L 100, 0x8000 is a or b 0, 0x0100 is 1 of them.
    private func labValue(_ value: UInt16, channel: Int, isSigned: Bool) -> UInt16 {
        let isByte = pixels.bits == 8
        switch (channel, isByte, isSigned) {
        case (0, true, _): return value << 8
        case (0, false, true): return UInt16((UInt32(value) * 0xFF00 + 32767) / 65535)
        case (0, false, false): return value
        case (_, true, true): return (value ^ 0x80) << 8
        case (_, true, false): return value << 8
        case (_, false, true): return value ^ 0x8000
        case (_, false, false): return value
        }
    }
}
