import Foundation
import Quality
import Tensors
import Testing

@Suite("Figures over a set")
struct FigureStatisticsTests {
    @Test("by hand")
    func byHand() throws {
        let found = try FigureStatistics([30, 28, 35, 31])
        #expect(found.count == 4 && found.infiniteCount == 0)
        #expect(found.mean == 31 && found.median == 30.5 && found.best == 35 && found.worst == 28)
        #expect(abs(try #require(found.standardDeviation) - (26.0 / 3).squareRoot()) < 1e-12)
        let errors = try FigureStatistics([3, 1, 2], prefersHigher: false)
        #expect(errors.best == 1 && errors.worst == 3 && errors.median == 2)
    }

    @Test("infinite figures are counted and kept out")
    func infinite() throws {
        let found = try FigureStatistics([.infinity, 30, 32, .infinity])
        #expect(found.infiniteCount == 2 && found.count == 2 && found.mean == 31 && found.best == 32)
        let none = try FigureStatistics([.infinity])
        #expect(none.mean == nil && none.interval == nil && none.count == 0 && none.infiniteCount == 1)
        #expect(try FigureStatistics([]).count == 0)
    }

    @Test("not a number is refused")
    func notANumber() {
        #expect(throws: StatisticsError.notANumber(index: 1)) { try FigureStatistics([1, .nan, 2]) }
        #expect(throws: StatisticsError.notANumber(index: 0)) { try PairedFigures([1], against: [.nan]) }
        #expect(throws: StatisticsError.counts(first: 2, second: 1)) { try PairedFigures([1, 2], against: [1]) }
    }

    @Test("the interval: deterministic, of one figure a point, of many normal ones that of the normal distribution")
    func interval() throws {
        #expect(try FigureStatistics([7]).interval == 7...7)
        #expect(try FigureStatistics([7]).standardDeviation == 0)
        var random = RandomStream(seed: 5)
        let values = (0..<400).map { _ in 30 + 2 * random.normal() }
        let found = try FigureStatistics(values)
        #expect(try found == FigureStatistics(values))
        #expect(try FigureStatistics(values, seed: 1).interval != found.interval)
        let interval = try #require(found.interval)
        let (mean, deviation) = (try #require(found.mean), try #require(found.standardDeviation))
        let half = 1.96 * deviation / 20
        // The bootstrap's own noise of 2,000 resamples is about 4 % of the half width.
        #expect(abs(interval.lowerBound - (mean - half)) < 0.15 * half)
        #expect(abs(interval.upperBound - (mean + half)) < 0.15 * half)
    }

    @Test("the interval holds the true mean about as often as it says")
    func coverage() throws {
        var random = RandomStream(seed: 9)
        var hits = 0
        for trial in 0..<200 {
            let values = (0..<40).map { _ in random.normal() }
            if try FigureStatistics(values, seed: UInt64(trial)).interval?.contains(0) == true { hits += 1 }
        }
        // 95 % of 200 is 190 with a deviation of 3; percentiles of 40 figures cover a little less.
        #expect((178...199).contains(hits), "\(hits)")
    }

    @Test("wins, losses and ties")
    func pairs() throws {
        let found = try PairedFigures([30, 31, 32, .infinity, .infinity], against: [29, 33, 32, 40, .infinity])
        #expect((found.wins, found.losses, found.ties) == (2, 1, 2))
        #expect(found.difference.count == 3)
        #expect(abs(try #require(found.difference.mean) - -1.0 / 3) < 1e-12)
        let errors = try PairedFigures([1, 2], against: [2, 1.5], prefersHigher: false)
        #expect((errors.wins, errors.losses) == (1, 1))
    }
}
