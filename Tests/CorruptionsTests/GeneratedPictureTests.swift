import Corruptions
import Tensors
import Testing

@Suite struct GeneratedPictureTests {
    typealias Kind = GeneratedPicture.Kind

    /// A hash of the samples of 40 pictures of 65x33.
    static let hashes: [(kind: Kind, hash: UInt64)] = [
        (.checker, 15_725_191_663_700_312_558),
        (.lines, 2_997_949_451_195_765_343),
        (.orderedDither, 5_236_892_192_565_633_565),
        (.diffusedDither, 13_886_343_513_244_644_856),
        (.halftone, 12_840_833_286_868_135_547),
        (.weave, 3_902_943_731_312_887_276),
        (.grid, 91_700_936_074_082_492),
        (.grating, 1_621_349_343_926_611_106),
        (.text, 7_101_470_825_907_045_617),
        (.lineArt, 9_988_779_465_880_057_968),
        (.screenshot, 14_849_450_672_464_421_932),
        (.pixelArt, 15_330_118_528_683_230_965),
        (.chart, 13_380_898_704_602_631_299),
        (.gradient, 8_181_824_083_127_909_064),
        (.stars, 5_670_171_298_022_991_050),
        (.flats, 7_625_910_338_282_338_381),
    ]

    /// Part of what a seed means: a picture that was drawn once is drawn so again, on any machine.
    @Test(arguments: hashes) func asBefore(kind: Kind, hash: UInt64) {
        var found: UInt64 = 0xcbf2_9ce4_8422_2325
        for seed in 0..<40 as Range<UInt64> {
            for value in GeneratedPicture(kind, seed: seed).image(height: 33, width: 65).samples {
                found = (found ^ UInt64(value.bitPattern)) &* 0x0000_0100_0000_01b3
            }
        }
        #expect(found == hash, "\(kind): \(found)")
    }

    @Test func everyKindHasAHash() { #expect(Set(Self.hashes.map(\.kind)) == Set(Kind.allCases)) }

    @Test(arguments: Kind.allCases) func seeded(kind: Kind) {
        let pictures = (0..<6 as Range<UInt64>).map { GeneratedPicture(kind, seed: $0).image(height: 48, width: 40) }
        for (seed, picture) in pictures.enumerated() {
            let again = GeneratedPicture(kind, seed: UInt64(seed)).image(height: 48, width: 40)
            #expect(again.samples == picture.samples)
        }
        #expect(Set(pictures.map(\.samples)).count == 6)
        // No two kinds draw the same with one seed.
        let others = Kind.allCases.map { GeneratedPicture($0, seed: 3).image(height: 48, width: 40).samples }
        #expect(Set(others).count == Kind.allCases.count)
    }

    /// Any size, and samples as an 8-bit file has them.
    @Test(arguments: Kind.allCases) func sizes(kind: Kind) {
        for (height, width) in [(1, 1), (1, 7), (7, 1), (2, 2), (33, 65), (3, 200), (130, 5)] {
            for seed in 0..<60 as Range<UInt64> {
                let samples = GeneratedPicture(kind, seed: seed).image(height: height, width: width).samples
                let areBytes = samples.allSatisfy { 0...1 ~= $0 && Float(UInt8($0 * 255 + 0.5)) / 255 == $0 }
                #expect(areBytes, "\(kind) \(seed), \(width)x\(height)")
            }
        }
    }

    /// A part of a larger view is filled, and nothing beside it.
    @Test(arguments: Kind.allCases) func views(kind: Kind) {
        let whole = PlanarImage(
            channels: 3, height: 40, width: 50, samples: [Float](repeating: 7, count: 3 * 40 * 50))
        GeneratedPicture(kind, seed: 5).draw(on: whole.view.cropped(rows: 4..<36, columns: 7..<41))
        let alone = GeneratedPicture(kind, seed: 5).image(height: 32, width: 34)
        #expect(whole.cropped(top: 4, left: 7, height: 32, width: 34).samples == alone.samples)
        #expect(whole.samples.count { $0 == 7 } == 3 * (40 * 50 - 32 * 34))
    }

    @Test(arguments: Kind.allCases) func greyOnesHaveThreeEqualChannels(kind: Kind) {
        var counts = (grey: 0, coloured: 0)
        for seed in 0..<60 as Range<UInt64> {
            let picture = GeneratedPicture(kind, seed: seed)
            let image = picture.image(height: 24, width: 24)
            let (red, green) = (image.samples[0..<576], image.samples[576..<1152])
            let isEqual = red.elementsEqual(green) && red.elementsEqual(image.samples[1152...])
            if picture.isGrey {
                counts.grey += 1
                #expect(isEqual, "\(kind) \(seed)")
            } else if !isEqual {
                counts.coloured += 1
            }
        }
        #expect(counts.grey > 0 && counts.coloured > 0, "\(kind): \(counts)")
    }

    @Test func checkersHaveTwoColoursInEqualParts() {
        var ofOnePixel = 0
        for seed in 0..<80 as Range<UInt64> {
            let image = GeneratedPicture(.checker, seed: seed).image(height: 96, width: 96)
            for c in 0..<3 {
                let channel = Array(image.samples[c * 9216..<(c + 1) * 9216])
                let levels = Set(channel).sorted()
                #expect(levels.count <= 2)
                guard let low = levels.first, let high = levels.last, low < high else { continue }
                // What is left at the edges is at most a field of 8x8 without a partner.
                let mean = channel.reduce(0, +) / 9216
                #expect(abs(mean - (low + high) / 2) <= (high - low) * 64 / 9216 + 1e-4, "\(seed)")
                let alternates = (1..<96).allSatisfy { (at: Int) -> Bool in
                    channel[at] != channel[at - 1] && channel[96 * at] != channel[96 * at - 96]
                }
                if c == 0, alternates { ofOnePixel += 1 }
            }
        }
        #expect((12...45).contains(ofOnePixel), "\(ofOnePixel)")
    }

    /// Along a row or a column colours change after at most four pixels.
    @Test func linesAreOneToFourPixelsWide() {
        func longestRun(_ image: PlanarImage, line: Int, isRow: Bool) -> Int {
            var (longest, run) = (1, 1)
            for at in 1..<40 {
                let (here, before) =
                    isRow ? (line * 40 + at, line * 40 + at - 1) : (at * 40 + line, at * 40 - 40 + line)
                let isSame = (0..<3).allSatisfy { (c: Int) -> Bool in
                    image.samples[1600 * c + here] == image.samples[1600 * c + before]
                }
                run = isSame ? run + 1 : 1
                longest = max(longest, run)
            }
            return longest
        }
        for seed in 0..<40 as Range<UInt64> {
            let image = GeneratedPicture(.lines, seed: seed).image(height: 40, width: 40)
            let along = (0..<5).map { longestRun(image, line: $0, isRow: true) }
            let down = (0..<5).map { longestRun(image, line: $0, isRow: false) }
            #expect(min(along.min() ?? 0, down.min() ?? 0) <= 4, "\(seed)")
        }
    }

    /// Pure corners of the cube of colours are there, above all blue and magenta, which photographs seldom have.
    @Test func strongColoursOccur() {
        var found: Set<[Float]> = []
        for kind in [Kind.flats, .screenshot, .pixelArt] {
            for seed in 0..<60 as Range<UInt64> {
                let image = GeneratedPicture(kind, seed: seed).image(height: 64, width: 64)
                for index in stride(from: 0, to: 4096, by: 7) {
                    found.insert((0..<3).map { image.samples[4096 * $0 + index] })
                }
            }
        }
        for pure in [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]] as [[Float]] {
            #expect(found.contains(pure), "\(pure)")
        }
    }

    @Test func starsAreFewOnADarkSky() {
        for seed in 0..<40 as Range<UInt64> {
            let image = GeneratedPicture(.stars, seed: seed).image(height: 96, width: 96)
            let green = image.samples[9216..<18432].sorted()
            #expect(green[9216 / 2] < 0.3 && green[9215] > green[9216 / 2], "\(seed)")
        }
    }

    /// Prints what a patch takes, for each kind.
    @Test func speed() {
        let target = PlanarImage(channels: 3, height: 256, width: 256)
        var slowest: [Int: Double] = [:]
        for kind in Kind.allCases {
            var line = "generated \(kind.rawValue):"
            for side in [64, 128, 256] {
                let view = target.view.cropped(rows: 0..<side, columns: 0..<side)
                var sum = 0.0
                for seed in 0..<24 as Range<UInt64> {
                    var best = Duration.seconds(9)
                    for _ in 0..<3 {
                        let start = ContinuousClock.now
                        GeneratedPicture(kind, seed: seed).draw(on: view)
                        best = min(best, start.duration(to: .now))
                    }
                    sum += best / .milliseconds(1)
                }
                let hundredths = (sum / 24 * 100).rounded()
                line += " \(hundredths / 100) ms (\(side)x\(side))"
                slowest[side] = max(slowest[side] ?? 0, sum / 24)
            }
            print(line)
        }
        // Loose, for machines that do other things too.
        #expect((slowest[64] ?? 0) < 10 && (slowest[256] ?? 0) < 50)
    }
}
