import Latents
import Tensors
import TestSupport
import Testing
import Workers

@Suite struct NeighbourTests {
    @Test(arguments: NearestNeighbours.Metric.allCases)
    func distancesAreThoseOfScikitLearn(_ metric: NearestNeighbours.Metric) throws {
        let digits = try Digits()
        let search = NearestNeighbours(digits.elements, dimension: Digits.dimension, metric: metric)
        let found = search.neighbours(of: digits.elements, count: 5, areOwn: true, loop: .threads(2))
        let expected = try digits.values("\(metric.rawValue)-distances")
        #expect(found.count == digits.count && expected.count == 40 * 5)
        for row in 0..<40 {
            for place in 0..<5 {
                #expect(abs(found[row][place].distance - Double(expected[row * 5 + place])) < 1e-5, "\(row)")
            }
        }
        // Whoever works, and however many: the same.
        #expect(search.neighbours(of: digits.elements, count: 5, areOwn: true) == found)
        let others = search.neighbours(of: digits.rows(3..<5), count: 6)
        #expect(others[0].first { $0.row == 3 }?.distance ?? 1 < 1e-7)
        #expect(others[1].filter { $0.row != 4 }.prefix(5).elementsEqual(found[4]))
    }

    /// Against sorting all distances in Float64: vectors far from zero and close together, many of them equal.
    @Test(arguments: [(700, 3), (300, 17), (9000, 2)]) func nearestOfAll(_ count: Int, _ dimension: Int) {
        var random = RandomStream(seed: 5, count, dimension)
        let elements = (0..<count * dimension).map { _ in 1000 + Float(random.integer(below: 50)) / 64 }
        let queries = Array(elements[..<(20 * dimension)])
        let found = NearestNeighbours(elements, dimension: dimension).neighbours(of: queries, count: 7)
        for query in 0..<20 {
            let distances = (0..<count).map { row in
                (0..<dimension).reduce(0.0) { sum, i in
                    let difference =
                        Double(elements[row * dimension + i]) - Double(queries[query * dimension + i])
                    return sum + difference * difference
                }
            }
            let expected = (0..<count).sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(7)
            #expect(found[query].map(\.row) == Array(expected))
            #expect(zip(found[query], expected).allSatisfy { abs($0.distance - distances[$1].squareRoot()) < 1e-12 })
        }
    }

    @Test func fewRows() {
        let search = NearestNeighbours([0, 3, 4, 0, 0, 0], dimension: 2, metric: .cosine)
        let found = search.neighbours(of: [0, 3, 4, 0, 0, 0], count: 9, areOwn: true)
        // What is zero has no direction.
        #expect(found.map { $0.map(\.row) } == [[1, 2], [0, 2], [0, 1]])
        #expect(found.flatMap { $0.map(\.distance) } == [1, 1, 1, 1, 1, 1])
        let one = NearestNeighbours([1], dimension: 1)
        #expect(one.neighbours(of: [1], count: 3, areOwn: true) == [[]])
        #expect(one.neighbours(of: [3], count: 3) == [[.init(row: 0, distance: 2)]])
        #expect(one.neighbours(of: [], count: 3).isEmpty)
    }
}
