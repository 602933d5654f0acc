import Corruptions
import Tensors
import Testing

@Suite("The grammar of corruptions")
struct CorruptionGrammarTests {
    @Test(
        "texts that are one corruption or several",
        arguments: [
            ("gaussian:25", ["gaussian:25"]),
            ("gaussian:15,25,50", ["gaussian:15", "gaussian:25", "gaussian:50"]),
            ("gaussian:sigma=7.5", ["gaussian:7.5"]),
            (" gaussian : 25 ", ["gaussian:25"]),
            ("gaussian:1e-3", ["gaussian:0.001"]),
            ("grain:15", ["grain:15:blur=1:tone=colour"]),
            ("grain:15:tone=grey:blur=0.5", ["grain:15:blur=0.5:tone=grey"]),
            (
                "grain:10,20:blur=1,1.5",
                [
                    "grain:10:blur=1:tone=colour", "grain:10:blur=1.5:tone=colour", "grain:20:blur=1:tone=colour",
                    "grain:20:blur=1.5:tone=colour",
                ]
            ),
            (
                "grain:10+gaussian:5,8",
                ["grain:10:blur=1:tone=colour+gaussian:5", "grain:10:blur=1:tone=colour+gaussian:8"]
            ),
        ] as [(String, [String])])
    func texts(text: String, expected: [String]) throws {
        let corruptions = try Corruption.parse(text)
        #expect(corruptions.map(\.description) == expected)
        for corruption in corruptions {
            #expect(try Corruption.parse(corruption.description).map(\.description) == [corruption.description])
        }
    }

    @Test("every kind's example is one corruption, and its text reads back")
    func examples() throws {
        for step in Corruption.kinds {
            let corruptions = try Corruption.parse(step.kind.example)
            #expect(corruptions.count == 1)
            #expect(try Corruption.parse(corruptions[0].description)[0].description == corruptions[0].description)
        }
    }

    @Test("texts that are none")
    func errors() {
        let known = Corruption.kinds.map { $0.kind.name }
        let cases: [(String, CorruptionError)] = [
            ("blurr:3", .unknownKind(found: "blurr", known: known)),
            ("", .empty(text: "")),
            ("gaussian:25+", .empty(text: "gaussian:25+")),
            ("gaussian", .missingParameter(kind: "gaussian", name: "sigma", example: "gaussian:25")),
            ("gaussian:", .malformed(kind: "gaussian", name: "sigma", found: "", expected: "a number")),
            ("gaussian:x", .malformed(kind: "gaussian", name: "sigma", found: "x", expected: "a number")),
            ("gaussian:nan", .malformed(kind: "gaussian", name: "sigma", found: "nan", expected: "a number")),
            ("gaussian:0-75", .range(kind: "gaussian", found: "0-75")),
            ("gaussian:15,0-75", .range(kind: "gaussian", found: "0-75")),
            ("gaussian:-5", .outOfRange(kind: "gaussian", name: "sigma", found: "-5", expected: "0 to 255")),
            ("gaussian:256", .outOfRange(kind: "gaussian", name: "sigma", found: "256", expected: "0 to 255")),
            ("gaussian:25:mean=1", .unknownParameter(kind: "gaussian", found: "mean", known: ["sigma"])),
            ("gaussian:25:30", .unknownParameter(kind: "gaussian", found: "30", known: ["sigma"])),
            ("gaussian:25:sigma=3", .repeatedParameter(kind: "gaussian", name: "sigma")),
            (
                "grain:15:tone=sepia",
                .malformed(kind: "grain", name: "tone", found: "sepia", expected: "colour or grey or mixed")
            ),
        ]
        for (text, expected) in cases {
            #expect(throws: expected) { try Corruption.parse(text) }
        }
        #expect(
            CorruptionError.unknownKind(found: "blurr", known: ["gaussian", "grain"]).description
                == "unknown corruption \"blurr\"; known: gaussian, grain")
    }
}

@Suite("What corruptions do")
struct CorruptionTests {
    @Test("white noise is drawn by row, column, channel, added unclipped, and the original is left alone")
    func gaussian() throws {
        let image = testPicture()
        var random = RandomState(seed: 0)
        let noisy = try Corruption(GaussianNoise(sigma: 25)).applied(to: image, random: &random)
        var drawn = RandomState(seed: 0)
        for y in 0..<image.height {
            for x in 0..<image.width {
                for c in 0..<3 {
                    let value = Double(image.view.row(c, y)[x]) + drawn.normal(mean: 0, deviation: 25 / 255)
                    #expect(noisy.view.row(c, y)[x] == Float(value))
                }
            }
        }
        #expect(image.samples == testPicture().samples)
        #expect(noisy.samples.contains { $0 < 0 } && noisy.samples.contains { $0 > 1 })
        let sum = noisy.rounded(toBits: 8).samples.reduce(0) { $0 + Int(($1 * 255).rounded()) }
        #expect(sum == 767_870, "NumPy's sum of the same, clipped and rounded")
    }

    @Test("no noise changes nothing")
    func none() throws {
        var random = RandomState(seed: 0)
        let image = testPicture()
        #expect(try GaussianNoise(sigma: 0).applied(to: image, random: &random).samples == image.samples)
        #expect(try Grain(sigma: 0).applied(to: image, random: &random).samples == image.samples)
    }

    @Test("grain has its sigma after blurring and the correlation of its blur", arguments: [0.5, 1, 1.5])
    func grain(blur: Double) throws {
        let black = PlanarImage(channels: 3, height: 301, width: 299)
        var random = RandomState(seed: 3)
        let grain = try Grain(sigma: 20, blur: blur).applied(to: black, random: &random)
        func mean(_ value: (Int, Int) -> Double) -> Double {
            var sum = 0.0
            for y in 0..<301 { for x in 0..<298 { sum += value(y, x) } }
            return sum / (301 * 298)
        }
        // A Gaussian kernel's autocorrelation at distance 1: its sampled weights against themselves shifted by one.
        let weights = (-20...20).map { x in exponential(-Double(x * x) / (2 * blur * blur)) }
        let square = weights.reduce(0) { $0 + $1 * $1 }
        let neighbour = zip(weights, weights.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / square
        for c in 0..<3 {
            let row = { (y: Int) in grain.view.row(c, y) }
            let variance = mean { y, x in Double(row(y)[x] * row(y)[x]) }
            let beside = mean { y, x in Double(row(y)[x] * row(y)[x + 1]) }
            #expect(abs(variance.squareRoot() * 255 - 20) < 0.5)
            #expect(abs(beside / variance - neighbour) < 0.02)
            // The outermost row and column have the same deviation as the middle.
            let edge = (0..<299).reduce(0.0) { $0 + Double(row(0)[$1] * row(0)[$1]) } / 299
            #expect(abs(edge.squareRoot() * 255 - 20) < 5)
        }
        let between = mean { y, x in Double(grain.view.row(0, y)[x] * grain.view.row(1, y)[x]) }
        #expect(abs(between) * 255 * 255 < 20)
        withExtendedLifetime(grain) {}
    }

    @Test("grey grain is the same in every channel")
    func greyGrain() throws {
        let black = PlanarImage(channels: 3, height: 20, width: 30)
        var random = RandomState(seed: 3)
        let grain = try Grain(sigma: 20, blur: 1, tone: .grey).applied(to: black, random: &random)
        #expect(grain.channel(0).samples == grain.channel(1).samples)
        #expect(grain.channel(0).samples == grain.channel(2).samples)
        #expect(grain.channel(0).samples.contains { $0 != 0 })
    }
}

/// e to the power of `x` by its series, so that the test shares no function with the code.
private func exponential(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    let part = x / 1024
    for n in 1..<30 {
        term *= part / Double(n)
        sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
}
