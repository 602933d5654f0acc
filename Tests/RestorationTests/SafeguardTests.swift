import Imaging
import Restoration
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

/// What is taken away from a picture, against the definition in plain loops; what harm looks like.
@Suite("The safeguard")
struct SafeguardTests {
    /// What goes out where a method makes `result` of `original`.
    private func guarded(
        _ original: PlanarImage, _ result: PlanarImage, hasAlpha: Bool = false, bounds: ResidualBounds,
        share: Float = 1, rowsAtATime: Int = 7, spool: SampleSpool? = nil, rowMemory: Int = 1 << 20
    ) throws -> (image: PlanarImage, harm: Harm?) {
        let sink = ImageRowSink(channels: original.channels, height: original.height, width: original.width)
        let safeguard = Safeguard(
            ImageRowSource(original), hasAlpha: hasAlpha, to: sink, bounds: bounds, share: share, spool: spool,
            rowMemory: rowMemory)
        // The method reads all before it writes: the longest way that rows can have.
        let read = PlanarImage(channels: original.channels, height: original.height, width: original.width)
        for first in stride(from: 0, to: original.height, by: rowsAtATime) {
            let rows = first..<min(original.height, first + rowsAtATime)
            try safeguard.source.readRows(into: read.view.cropped(rows: rows, columns: 0..<original.width))
        }
        for first in stride(from: 0, to: original.height, by: rowsAtATime) {
            let rows = first..<min(original.height, first + rowsAtATime)
            try safeguard.sink.writeRows(from: result.view.cropped(rows: rows, columns: 0..<original.width))
        }
        return (sink.image, safeguard.harm)
    }

    private func flatBounds(_ sigma: Float) -> ResidualBounds {
        ResidualBounds(noise: Array(repeating: sigma / 255, count: ResidualBounds.count))
    }

    /// The definition: means over 17x17 samples mirrored at the edges, of one channel, in Double.
    private func oracle(_ original: PlanarImage, _ result: PlanarImage, sigma: Double) -> [Double] {
        let (height, width) = (original.height, original.width)
        func mirrored(_ i: Int, _ count: Int) -> Int {
            guard count > 1 else { return 0 }
            let phase = abs(i) % (2 * (count - 1))
            return min(phase, 2 * (count - 1) - phase)
        }
        func residual(_ y: Int, _ x: Int) -> Double {
            let (y, x) = (mirrored(y, height), mirrored(x, width))
            return Double(result.view.row(0, y)[x]) - Double(original.view.row(0, y)[x])
        }
        let (amplitude, slack) = (6 * sigma / 255 + 1 / 255, 0.5 / 255)
        var output: [Double] = []
        for y in 0..<height {
            for x in 0..<width {
                var (sum, squares) = (0.0, 0.0)
                for dy in -8...8 {
                    for dx in -8...8 {
                        let value = residual(y + dy, x + dx)
                        sum += value
                        squares += value * value
                    }
                }
                let mean = sum / 289
                let deviation = min(max(0, squares / 289 - mean * mean).squareRoot(), 1.5 * sigma / 255)
                let most = slack + 0.5 * deviation
                let moved = residual(y, x) - mean + min(max(mean, -most), most)
                output.append(Double(original.view.row(0, y)[x]) + min(max(moved, -amplitude), amplitude))
            }
        }
        return output
    }

    @Test("Against the definition", arguments: [(1, 1), (1, 40), (40, 1), (5, 3), (9, 17), (33, 70), (64, 31)])
    func definition(height: Int, width: Int) throws {
        let original = noise(channels: 1, height: height, width: width, seed: 3)
        let result = noise(channels: 1, height: height, width: width, seed: 4)
        let found = try guarded(original, result, bounds: flatBounds(20)).image
        for (a, b) in zip(found.samples, oracle(original, result, sigma: 20)) {
            #expect(abs(Double(a) - b) < 3e-4, "\(a), expected \(b)")
        }
    }

    @Test("The same bits however many rows come at once, and through the disk")
    func ways() throws {
        let original = noise(channels: 3, height: 75, width: 93, seed: 5)
        let result = noise(channels: 3, height: 75, width: 93, seed: 6)
        let expected = try guarded(original, result, bounds: flatBounds(9), rowsAtATime: 75).image
        for rows in [1, 2, 31, 32, 33] {
            let found = try guarded(original, result, bounds: flatBounds(9), rowsAtATime: rows).image
            #expect(bitDifference(found, expected) == nil)
        }
        let folder = try TemporaryFolder()
        let format = PixelFormat(color: .rgb, hasAlpha: true)
        let spool = SampleSpool(folder: folder.path, source: format, result: format)
        for memory in [0, 3 * 93 * 4 * 20] {
            let found = try guarded(original, result, bounds: flatBounds(9), spool: spool, rowMemory: memory).image
            #expect(bitDifference(found, expected) == nil)
        }
    }

    @Test("A strip of columns gets the bits of the whole picture, but for its edges")
    func strips() throws {
        let original = noise(channels: 1, height: 40, width: 120, seed: 7)
        let result = noise(channels: 1, height: 40, width: 120, seed: 8)
        let whole = try guarded(original, result, bounds: flatBounds(30)).image
        let (a, b) = (
            original.cropped(top: 0, left: 30, height: 40, width: 60),
            result.cropped(top: 0, left: 30, height: 40, width: 60)
        )
        let part = try guarded(a, b, bounds: flatBounds(30)).image
        #expect(
            bitDifference(
                part.cropped(top: 0, left: 8, height: 40, width: 44),
                whole.cropped(top: 0, left: 38, height: 40, width: 44)) == nil)
    }

    @Test("Noise goes as it would without bounds; a pattern, a dot and a flat colour stay")
    func explained() throws {
        let (height, width) = (96, 96)
        let clean = PlanarImage(channels: 1, height: height, width: width)
        let noisy = PlanarImage(channels: 1, height: height, width: width)
        let draws = noise(channels: 12, height: height, width: width, seed: 9)
        for y in 0..<height {
            for x in 0..<width {
                clean.view.row(0, y)[x] = 0.5
                let sum = (0..<12).reduce(Float(-6)) { $0 + draws.view.row($1, y)[x] }
                noisy.view.row(0, y)[x] = 0.5 + sum * 5 / 255
            }
        }
        let restored = try guarded(noisy, clean, bounds: flatBounds(5))
        #expect(restored.harm == nil)
        for sample in restored.image.samples { #expect(abs(sample - 0.5) < 0.7 / 255) }

        // A full stop of 4x4 pixels on noisy paper, and a checkerboard, both taken away.
        for y in 40..<44 { for x in 40..<44 { noisy.view.row(0, y)[x] = 0.1 } }
        let dot = try guarded(noisy, clean, bounds: flatBounds(5))
        for y in 40..<44 { for x in 40..<44 { #expect(dot.image.view.row(0, y)[x] < 0.1 + 32 / 255) } }
        let checker = PlanarImage(channels: 1, height: height, width: width)
        for y in 0..<height { for x in 0..<width { checker.view.row(0, y)[x] = (x + y) & 1 == 0 ? 1 : 0 } }
        let black = PlanarImage(channels: 1, height: height, width: width)
        let kept = try guarded(checker, black, bounds: flatBounds(3))
        for y in 0..<height {
            for x in 0..<width {
                #expect(abs(kept.image.view.row(0, y)[x] - checker.view.row(0, y)[x]) <= 19.1 / 255)
            }
        }
        // Where nothing is known of the noise, the checkerboard is gone, and the judge says so.
        #expect(try guarded(checker, black, bounds: flatBounds(30)).harm != nil)
        #expect(try guarded(checker, clean, bounds: flatBounds(30)).harm?.kind == .collapse)
    }

    @Test("What is neutral stays neutral, and a level of colour stays a level")
    func neutral() throws {
        let (height, width) = (48, 64)
        let original = PlanarImage(channels: 3, height: height, width: width)
        let result = PlanarImage(channels: 3, height: height, width: width)
        let grey = noise(channels: 1, height: height, width: width, seed: 11)
        let colours = noise(channels: 3, height: height, width: width, seed: 12)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 {
                    let level = grey.view.row(0, y)[x]
                    original.view.row(c, y)[x] =
                        x < 20 ? level : x < 40 ? level + Float(c == 1 ? 1 : 0) / 255 : colours.view.row(c, y)[x]
                    result.view.row(c, y)[x] = colours.view.row(c, y)[x] * 0.9
                }
            }
        }
        let found = try guarded(original, result, bounds: flatBounds(40)).image
        for y in 0..<height {
            for x in 0..<40 {
                let values = (0..<3).map { found.view.row($0, y)[x] }
                let spread = (values.max() ?? 0) - (values.min() ?? 0)
                #expect(spread <= (x < 20 ? 0 : x < 39 ? 1.001 / 255 : 2), "\(x): \(values)")
            }
        }
        // Colour is free where there is colour.
        let differs = (0..<height).contains { y in
            (45..<60).contains { abs(found.view.row(0, y)[$0] - found.view.row(2, y)[$0]) > 0.1 }
        }
        #expect(differs)
    }

    /// Of the change of colour nothing is left up to 1.5 levels between channels, all from 4.5 on, and in between the share
    /// that grows evenly.
    @Test("Faint colours change in part", arguments: [1, 1.5, 2.25, 3, 3.75, 4.4, 4.6, 6] as [Float])
    func faintColours(levels: Float) throws {
        let changes: [Float] = [0.4 / 255, -0.4 / 255, 0.2 / 255]
        let colour: [Float] = [0.5, 0.5, 0.5 + levels / 255]
        let original = PlanarImage(channels: 3, height: 20, width: 20)
        let result = PlanarImage(channels: 3, height: 20, width: 20)
        for c in 0..<3 {
            for index in 0..<400 {
                original.view.base[400 * c + index] = colour[c]
                result.view.base[400 * c + index] = colour[c] + changes[c]
            }
        }
        let found = try guarded(original, result, bounds: flatBounds(40)).image
        let share = min(max((levels - 1.5) / 3, 0), 1)
        let mean = changes.reduce(0, +) / 3
        for c in 0..<3 {
            let expected = colour[c] + mean + share * (changes[c] - mean)
            for x in 0..<20 {
                let sample = found.view.row(c, 10)[x]
                #expect(abs(sample - expected) < 1e-5, "\(c): \(sample), expected \(expected)")
            }
        }
    }

    @Test("Alpha is the original's, and so are colours that nobody sees")
    func hidden() throws {
        let original = noise(channels: 4, height: 20, width: 30, seed: 13)
        for y in 0..<20 { for x in 0..<30 { original.view.row(3, y)[x] = x < 10 ? 0 : 0.5 } }
        let result = noise(channels: 4, height: 20, width: 30, seed: 14)
        let found = try guarded(original, result, hasAlpha: true, bounds: flatBounds(5)).image
        for y in 0..<20 {
            for x in 0..<30 {
                #expect(found.view.row(3, y)[x] == original.view.row(3, y)[x])
                if x < 10 { for c in 0..<3 { #expect(found.view.row(c, y)[x] == original.view.row(c, y)[x]) } }
            }
        }
    }

    @Test("Hidden colours of a method's making move nothing that is seen")
    func hiddenResidual() throws {
        let original = noise(channels: 4, height: 40, width: 50, seed: 16)
        for y in 0..<40 { for x in 0..<50 { original.view.row(3, y)[x] = (x - 20) * (x - 20) + y * y < 300 ? 0 : 1 } }
        let result = PlanarImage(channels: 4, height: 40, width: 50)
        result.view.copySamples(from: original.view)
        for c in 0..<3 {
            for y in 0..<40 { for x in 0..<50 where original.view.row(3, y)[x] == 0 { result.view.row(c, y)[x] = 0.5 } }
        }
        let found = try guarded(original, result, hasAlpha: true, bounds: flatBounds(5)).image
        #expect(bitDifference(found, original) == nil)
    }

    @Test("A colour cast is seen")
    func cast() throws {
        let original = noise(channels: 3, height: 64, width: 64, seed: 15)
        let result = PlanarImage(channels: 3, height: 64, width: 64)
        for c in 0..<3 {
            for y in 0..<64 {
                for x in 0..<64 {
                    let moved = original.view.row(c, y)[x] * 0.8 + 0.1 + (c == 0 ? 9 : c == 2 ? -9 : 0) / 255
                    result.view.row(c, y)[x] = moved
                    original.view.row(c, y)[x] = original.view.row(c, y)[x] * 0.8 + 0.1
                }
            }
        }
        // Bounds that allow each channel's mean to move so far, not two of them against each other.
        let bounds = ResidualBounds(
            noise: Array(repeating: 1.0 / 255, count: 256), rounding: 1.0 / 255, meanRounding: 7.0 / 255)
        #expect(try guarded(original, result, bounds: bounds).harm?.kind == .cast)
        #expect(try guarded(original, original, bounds: bounds).harm == nil)
        // Two channels may move against each other by 1.25 times what one may: 1.25 (2.5 + 7.5 + 0.9 sqrt 2) = 14.1.
        for (moved, isHarm) in [(6.5, false), (6.9, false), (7.2, true)] as [(Float, Bool)] {
            for c in [0, 2] {
                for y in 0..<64 {
                    for x in 0..<64 {
                        result.view.row(c, y)[x] = original.view.row(c, y)[x] + Float(1 - c) * moved / 255
                    }
                }
            }
            #expect(try guarded(original, result, bounds: bounds).harm?.kind == (isHarm ? .cast : nil), "\(moved)")
        }
    }

    @Test("The worst part is told, wherever it lies among those that are harmed")
    func worstPart() throws {
        let original = PlanarImage(channels: 1, height: 64, width: 80)
        let flat = PlanarImage(channels: 1, height: 64, width: 80)
        let contrasts: [SIMD2<Int>: Float] = [SIMD2(1, 1): 100, SIMD2(3, 2): 120, SIMD2(2, 3): 110]
        for y in 0..<64 {
            for x in 0..<80 {
                let contrast = contrasts[SIMD2(x / 16, y / 16)] ?? 0
                flat.view.row(0, y)[x] = 0.5
                original.view.row(0, y)[x] = 0.5 + ((x + y) & 1 == 0 ? contrast : -contrast) / 255
            }
        }
        let harm = try #require(guarded(original, flat, bounds: flatBounds(30)).harm)
        #expect(harm.kind == .collapse && harm.parts == 3 && harm.partCount == 20)
        #expect(harm.x == 48 && harm.y == 32 && abs(harm.levels - 120) < 0.5, "\(harm)")
    }

    @Test("A grey picture stored as colour goes as one channel and comes back as three")
    func greyRows() throws {
        let grey = noise(channels: 1, height: 50, width: 20, seed: 16)
        let colour = PlanarImage(channels: 4, height: 50, width: 20)
        for c in 0..<4 { colour.view.channels(from: c, count: 1).copySamples(from: grey.view) }
        let source = GreyRowSource(ImageRowSource(colour), hasAlpha: true)
        let sink = ImageRowSink(channels: 4, height: 50, width: 20)
        let tripled = TripledRowSink(sink, hasAlpha: true)
        let rows = PlanarImage(channels: 2, height: 50, width: 20)
        try source.readRows(into: rows.view)
        try tripled.writeRows(from: rows.view)
        #expect(bitDifference(sink.image, colour) == nil)
        colour.view.row(1, 44)[3] += 0.25
        #expect(throws: GreyRowSource.HasColour.self) {
            try GreyRowSource(ImageRowSource(colour), hasAlpha: true).readRows(into: rows.view)
        }
    }
}
