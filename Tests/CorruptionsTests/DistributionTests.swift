import Corruptions
import Tensors
import Testing

@Suite struct DistributionTests {
    private func draws(_ texts: [String], count: Int = 4000) throws -> [String] {
        let distribution = try CorruptionDistribution(texts)
        var random = RandomStream(seed: 11)
        return (0..<count).map { _ in distribution.draw(using: &random).description }
    }

    @Test func aRangeIsDrawnUniformly() throws {
        let levels = try draws(["gaussian:10-75"]).map { try #require(Double($0.dropFirst("gaussian:".count))) }
        #expect(levels.allSatisfy { (10...75).contains($0) })
        let mean = levels.reduce(0, +) / 4000
        #expect(abs(mean - 42.5) < 4 * 65 / (12.0 * 4000).squareRoot())
        #expect(levels.contains { $0 < 11 } && levels.contains { $0 > 74 })
        #expect(Set(levels).count > 3900)
    }

    @Test func wholeNumbersWithBothBounds() throws {
        let drawn = try draws(["jpeg:30-32:sampling=420,444:dx=0-1"])
        let counts = Dictionary(drawn.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.count == 12)
        for count in counts.values { #expect(abs(Double(count) - 4000 / 12) < 4 * (4000.0 / 12).squareRoot()) }
    }

    @Test func alternativesAndListsAreEquallyLikely() throws {
        let drawn = try draws(["none", "gaussian:5,10+quantise:8", "blur:1"])
        let counts = Dictionary(drawn.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(Set(counts.keys) == ["none", "gaussian:5+quantise:8", "gaussian:10+quantise:8", "blur:1"])
        for (name, share) in [("none", 1 / 3.0), ("blur:1", 1 / 3.0), ("gaussian:5+quantise:8", 1 / 6.0)] {
            let error = (share * (1 - share) / 4000).squareRoot()
            #expect(abs(Double(counts[name] ?? 0) / 4000 - share) < 4 * error)
        }
    }

    /// Weights before alternatives and before the entries of a list.
    @Test func weights() throws {
        let drawn = try draws(["3*none", "gaussian:3*5,10", "0.5 * blur:1"])
        let counts = Dictionary(drawn.map { ($0, 1) }, uniquingKeysWith: +)
        let shares = [
            ("none", 3 / 4.5), ("gaussian:5", 0.75 / 4.5), ("gaussian:10", 0.25 / 4.5), ("blur:1", 0.5 / 4.5),
        ]
        #expect(Set(counts.keys) == Set(shares.map(\.0)))
        for (name, share) in shares {
            #expect(abs(Double(counts[name] ?? 0) / 4000 - share) < 4 * (share * (1 - share) / 4000).squareRoot())
        }
        let ranges = try draws(["grain:3*0-20,20-40:tone=5*grey,2*mixed,3*colour"])
        #expect(abs(Double(ranges.count { $0.hasSuffix("mixed") }) / 4000 - 0.2) < 0.026)
        let high = try ranges.count { try #require(Double($0.split(separator: ":")[1])) > 20 }
        #expect(abs(Double(high) / 4000 - 0.25) < 0.028)
    }

    /// A weight of 1 is what stands where none is written: the same draws.
    @Test func equalWeights() throws {
        #expect(
            try draws(["none", "gaussian:5,10", "blur:1", "jpeg:30-90"])
                == draws(["1*none", "1*gaussian:1*5,1*10", "1*blur:1", "1*jpeg:30-90"]))
    }

    @Test func everyDrawReadsBack() throws {
        for text in try draws(
            [
                "motion:1-15:angle=-90-90", "film:0-1:dirt=0-2:grain=0-1",
                "grain:0-20:blur=0.5-1.5:tone=colour,grey+jpeg:60-98",
            ], count: 50)
        {
            #expect(try Corruption.parse(text).map(\.description) == [text])
        }
    }

    @Test func theSameSeedDrawsTheSame() throws {
        #expect(try draws(["gaussian:0-75", "none"], count: 20) == draws(["gaussian:0-75", "none"], count: 20))
    }

    @Test func refusals() {
        let cases: [([String], CorruptionError)] = [
            ([], .empty(text: "")),
            (["gaussian:75-0"], .emptyRange(kind: "gaussian", found: "75-0")),
            (["gaussian:0-300"], .outOfRange(kind: "gaussian", name: "sigma", found: "300", expected: "0 to 255")),
            (["jpeg:1.5-9"], .malformed(kind: "jpeg", name: "quality", found: "1.5", expected: "a whole number")),
            (["none+gaussian:5"], .noneWithOthers(text: "none+gaussian:5")),
            (["none:3"], .noneWithOthers(text: "none:3")),
            (["bicubic:2", "gaussian:5"], .differentReductions(found: [1, 2])),
            (["bicubic:2-4"], .differentReductions(found: [2, 3, 4])),
            (["0*none"], .malformedWeight(found: "0")),
            (["-1*none"], .malformedWeight(found: "-1")),
            (["often*none"], .malformedWeight(found: "often")),
            (["nan*none"], .malformedWeight(found: "nan")),
            (["*none"], .malformedWeight(found: "")),
            (["2*"], .empty(text: "")),
            (["gaussian:2*"], .malformed(kind: "gaussian", name: "sigma", found: "", expected: "a number")),
            (["gaussian:x*5,6"], .malformedWeight(found: "x")),
        ]
        for (texts, expected) in cases {
            #expect(throws: expected) { try CorruptionDistribution(texts) }
        }
        #expect(throws: CorruptionError.range(kind: "gaussian", found: "0-75")) {
            try Corruption.parse("gaussian:0-75")
        }
        #expect(throws: CorruptionError.weight(found: "3*")) { try Corruption.parse("3*gaussian:5") }
        #expect(throws: CorruptionError.weight(found: "3*")) { try Corruption.parse("gaussian:3*5,6") }
        #expect((try? CorruptionDistribution(["bicubic:2+jpeg:50-90", "area:2"]))?.reduction == 2)
    }
}
