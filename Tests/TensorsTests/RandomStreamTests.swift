import Tensors
import Testing

@Suite struct RandomStreamTests {
    private func normals(_ stream: inout RandomStream, count: Int) -> [Float] {
        var numbers = [Float](repeating: 0, count: count)
        numbers.withUnsafeMutableBufferPointer { stream.fillNormal($0.baseAddress!, count: count) }
        return numbers
    }

    /// The numbers are part of what resumes a training run: they stay what they are, on every machine.
    @Test func theNumbersAreFixed() {
        var stream = RandomStream(seed: 42, 7, 3)
        let words = (0..<33).map { _ in stream.nextWord() }
        #expect(
            [words[0], words[1], words[16], words[32]] == [3_225_480_866, 1_359_737_612, 4_260_571_000, 772_717_456])
        var other = RandomStream(seed: 0)
        let numbers = normals(&other, count: 40)
        #expect(
            [numbers[0], numbers[17], numbers[39]].map(\.bitPattern) == [3_212_817_116, 1_036_276_963, 1_068_612_632])
    }

    /// xoshiro128++ written out once more, one lane at a time.
    @Test func wordsFollowTheRecurrence() {
        var stream = RandomStream(seed: 9, 1, 2)
        let words = (0..<160).map { _ in stream.nextWord() }
        func mixed(_ value: UInt64) -> UInt64 {
            var z = value &+ 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        var key = mixed(mixed(mixed(9) ^ 1) ^ 2)
        var state: [UInt32] = []
        for _ in 0..<32 {
            key &+= 0x9E37_79B9_7F4A_7C15
            let word = mixed(key)
            state += [UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32)]
        }
        func turned(_ x: UInt32, _ k: UInt32) -> UInt32 { x << k | x >> (32 - k) }
        for lane in 0..<16 {
            var s = (0..<4).map { state[16 * $0 + lane] }
            for round in 0..<10 {
                #expect(words[16 * round + lane] == turned(s[0] &+ s[3], 7) &+ s[0])
                let t = s[1] << 9
                s[2] ^= s[0]
                s[3] ^= s[1]
                s[1] ^= s[2]
                s[0] ^= s[3]
                s[2] ^= t
                s[3] = turned(s[3], 11)
            }
        }
    }

    @Test func normalMoments() {
        var stream = RandomStream(seed: 2024)
        let count = 4_000_000
        let numbers = normals(&stream, count: count).map(Double.init)
        let n = Double(count)
        let mean = numbers.reduce(0, +) / n
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / n
        let skewness = numbers.reduce(0) { $0 + $1 * $1 * $1 } / n
        let kurtosis = numbers.reduce(0) { $0 + $1 * $1 * $1 * $1 } / n
        // Standard errors of the moments of normal numbers: 1, 2, 15 and 96 over n.
        #expect(abs(mean) < 4 / n.squareRoot())
        #expect(abs(variance - 1) < 4 * (2 / n).squareRoot())
        #expect(abs(skewness) < 4 * (15 / n).squareRoot())
        #expect(abs(kurtosis - 3) < 4 * (96 / n).squareRoot())
        // Neighbours, lanes (16 apart), the two numbers of one pair (16 apart too), and rounds (32 apart).
        for distance in [1, 2, 3, 8, 15, 16, 17, 31, 32, 33, 64] {
            var sum = 0.0
            for i in 0..<count - distance { sum += numbers[i] * numbers[i + distance] }
            #expect(abs(sum / n) < 4.5 / n.squareRoot(), "\(distance)")
            var squares = 0.0
            for i in 0..<count - distance {
                squares += (numbers[i] * numbers[i] - 1) * (numbers[i + distance] * numbers[i + distance] - 1)
            }
            #expect(abs(squares / n) < 4.5 * 2 / n.squareRoot(), "squares, \(distance)")
        }
        // The distribution itself: shares under the normal quantiles.
        for (quantile, share) in [
            (-2.326_347_87, 0.01), (-1, 0.158_655_25), (0, 0.5), (0.5, 0.691_462_46), (3, 0.998_650_1),
        ] {
            let found = Double(numbers.count { $0 < quantile }) / n
            #expect(abs(found - share) < 4 * (share * (1 - share) / n).squareRoot())
        }
        #expect(numbers.allSatisfy { abs($0) < 5.66 })
    }

    @Test func addingEqualsFilling() {
        for count in [0, 1, 31, 32, 33, 95, 128] {
            var (one, other) = (RandomStream(seed: 5), RandomStream(seed: 5))
            let noise = normals(&one, count: count)
            let values = (0..<count).map { Float($0) / 7 }
            var sums = values
            sums.withUnsafeMutableBufferPointer { sums in
                guard let base = sums.baseAddress else { return }
                other.addNormal(deviation: 0.25, to: base, sums: base, count: count)
            }
            for i in 0..<count { #expect(sums[i] == values[i] + noise[i] * 0.25) }
            let (next, same) = (one.nextWord(), other.nextWord())
            #expect(next == same)
        }
    }

    @Test func streamsDiffer() {
        var firsts: Set<UInt64> = []
        for seed: UInt64 in 0..<8 {
            for step in 0..<8 {
                for sample in 0..<8 {
                    var stream = RandomStream(seed: seed, step, sample)
                    firsts.insert(stream.next())
                }
            }
        }
        #expect(firsts.count == 512)
    }

    @Test func uniformAndWholeNumbers() {
        var stream = RandomStream(seed: 77)
        let n = 200_000
        var (sum, counts) = (0.0, [Int](repeating: 0, count: 7))
        for _ in 0..<n {
            let u = stream.uniform()
            #expect(u >= 0 && u < 1)
            sum += u
            counts[stream.integer(below: 7)] += 1
        }
        #expect(abs(sum / Double(n) - 0.5) < 4 / (12 * Double(n)).squareRoot())
        for count in counts { #expect(abs(Double(count) - Double(n) / 7) < 4 * (Double(n) / 7).squareRoot()) }
    }

    /// A patch of 64x64 in three channels: 60 microseconds is the most that training can spare. The bound is loose,
    /// for machines that do other things too.
    @Test func speed() {
        let patch = PlanarImage(channels: 3, height: 64, width: 64)
        var best = Duration.seconds(1)
        for step in 0..<300 {
            let start = ContinuousClock.now
            var stream = RandomStream(seed: 1, step)
            for c in 0..<3 {
                for y in 0..<64 {
                    let row = patch.view.row(c, y)
                    stream.addNormal(deviation: 0.1, to: row, sums: row, count: 64)
                }
            }
            best = min(best, start.duration(to: .now))
        }
        print("64x64 RGB, normal numbers added: \(best)")
        #expect(best < .microseconds(240))
    }
}
