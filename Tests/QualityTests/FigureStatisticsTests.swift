import Foundation
import Quality
import Tensors
import Testing

@Suite("Figures over a set")
struct FigureStatisticsTests {
    @Test("by hand")
    func byHand() throws {
        let found = try #require(FigureStatistics([30, 28, 35, 31]))
        #expect(found.count == 4 && found.infiniteCount == 0)
        #expect(found.mean == 31 && found.median == 30.5 && found.greatest == 35 && found.least == 28)
        #expect(abs(try #require(found.standardDeviation) - (26.0 / 3).squareRoot()) < 1e-12)
        #expect(FigureStatistics([]) == nil)
    }

    @Test("infinite figures are counted and kept out of means; median and ends take them as they are")
    func infinite() throws {
        let found = try #require(FigureStatistics([.infinity, 30, 32, .infinity]))
        #expect(found.infiniteCount == 2 && found.count == 4 && found.mean == 31)
        #expect(found.greatest == .infinity && found.least == 30 && found.median == .infinity)
        let none = try #require(FigureStatistics([.infinity]))
        #expect(none.mean == .infinity && none.interval == nil && none.count == 1 && none.infiniteCount == 1)
    }

    @Test("not a number makes the mean one, and is the least")
    func notANumber() throws {
        let found = try #require(FigureStatistics([1, .nan, 2]))
        #expect(found.mean.isNaN && found.least.isNaN && found.median == 1 && found.greatest == 2)
        #expect(found.interval == nil && found.standardDeviation == nil)
        let pair = PairedFigures([(1, .nan), (.nan, 1), (2, 1)])
        #expect((pair.wins, pair.losses, pair.ties) == (1, 0, 0) && pair.difference?.mean == 1)
    }

    @Test("the interval: deterministic, of one figure none, of many normal ones that of the normal distribution")
    func interval() throws {
        #expect(FigureStatistics([7])?.interval == nil && FigureStatistics([7])?.standardDeviation == nil)
        var random = RandomStream(seed: 5)
        let values = (0..<400).map { _ in 30 + 2 * random.normal() }
        // Below and above the number of figures up to which samples are drawn.
        for count in [300, 400] {
            let found = try #require(FigureStatistics(Array(values.prefix(count))))
            #expect(found == FigureStatistics(Array(values.prefix(count))))
            let interval = try #require(found.interval)
            let half = 1.96 * (try #require(found.standardDeviation)) / Double(count).squareRoot()
            // The bootstrap's own noise of 2,000 resamples is about 4 % of the half width.
            #expect(abs(interval.lowerBound - (found.mean - half)) < 0.15 * half)
            #expect(abs(interval.upperBound - (found.mean + half)) < 0.15 * half)
        }
    }

    @Test("the interval holds the true mean about as often as it says")
    func coverage() {
        var random = RandomStream(seed: 9)
        var hits = 0
        for _ in 0..<200 {
            let values = (0..<40).map { _ in random.normal() }
            if FigureStatistics(values)?.interval?.contains(0) == true { hits += 1 }
        }
        // 95 % of 200 is 190 with a deviation of 3; percentiles of 40 figures cover a little less.
        #expect((178...199).contains(hits), "\(hits)")
    }

    @Test("wins, losses and ties")
    func pairs() throws {
        let found = PairedFigures([(30, 29), (31, 33), (32, 32), (.infinity, 40), (.infinity, .infinity)])
        #expect((found.wins, found.losses, found.ties) == (2, 1, 2))
        let difference = try #require(found.difference)
        #expect(difference.count == 3 && abs(difference.mean - -1.0 / 3) < 1e-12)
        let errors = PairedFigures([(1, 2), (2, 1.5)], prefersHigher: false)
        #expect((errors.wins, errors.losses) == (1, 1))
        #expect(PairedFigures([(.infinity, 3)]).difference == nil)
    }
}
