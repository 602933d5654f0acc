import Latents
import Tensors
import Testing
import Workers

@Suite struct ClusterTests {
    /// Two clouds and one vector by itself.
    private static let clouds: [Float] = [0, 0, 0.1, 0, 0, 0.1, 9, 9, 9.1, 9, 9, 9.1, 50, -50]

    @Test func inertiaIsThatOfScikitLearn() throws {
        let digits = try Digits()
        let found = try KMeans(
            digits.elements, dimension: Digits.dimension, clusters: 10, starts: 20, loop: .threads(2))
        let expected = try digits.figure("inertia")
        #expect(abs(found.inertia / expected - 1) < 0.01, "\(found.inertia), expected \(expected)")
        // The centres are the means, and every row belongs to the nearest.
        #expect(found.sizes.reduce(0, +) == digits.count && found.clusterCount == 10)
        for row in stride(from: 0, to: digits.count, by: 17) {
            let distances = (0..<10).map { cluster in
                (0..<64).reduce(0.0) { sum, i in
                    let difference = Double(digits.elements[row * 64 + i]) - found.centres[cluster * 64 + i]
                    return sum + difference * difference
                }
            }
            #expect(distances.indices.min { distances[$0] < distances[$1] } == found.assignments[row])
        }
        let again = try KMeans(digits.elements, dimension: Digits.dimension, clusters: 10, starts: 20)
        #expect(again == found)
        let other = try KMeans(digits.elements, dimension: Digits.dimension, clusters: 10, starts: 1)
        #expect(other.inertia >= found.inertia)
    }

    @Test func silhouetteIsThatOfScikitLearn() throws {
        let digits = try Digits()
        let clusters = try digits.values("clusters").map { Int($0) }
        let found = Silhouette(
            digits.elements, dimension: Digits.dimension, assignments: clusters, loop: .threads(2))
        #expect(abs(found.mean - (try digits.figure("silhouette"))) < 1e-6)
        let sampled = Silhouette(digits.elements, dimension: Digits.dimension, assignments: clusters, sample: 300)
        #expect(sampled.rows.count == 300 && abs(sampled.mean - found.mean) < 0.03)
        let agreement = LabelAgreement(clusters: clusters, classes: digits.classes)
        #expect(abs(agreement.mutualInformation - (try digits.figure("mutual-information"))) < 1e-9)
    }

    /// What is alone in its cluster is neither near nor far.
    @Test func silhouettesByHand() {
        let found = Silhouette(Self.clouds, dimension: 2, assignments: [0, 0, 0, 1, 1, 1, 2])
        #expect(found.values[6] == 0 && found.values[..<6].allSatisfy { $0 > 0.98 })
        #expect(Silhouette(Self.clouds, dimension: 2, assignments: [0, 0, 0, 0, 0, 0, 0]).mean == 0)
        #expect(
            LabelAgreement(clusters: [0, 0, 1, 1], classes: [1, 1, 0, 0]) == .init(clusters: [0, 1], classes: [0, 1]))
        let half = LabelAgreement(clusters: [0, 0, 1, 1], classes: [0, 1, 0, 1])
        #expect(half.mutualInformation < 1e-12 && half.purity == 0.5)
    }

    @Test func clustersAreCounted() throws {
        let search = try ClusterSearch(Self.clouds, dimension: 2, counts: Array(2...12))
        #expect(search.tried.map(\.clusters.clusterCount) == [2, 3, 4, 5, 6])
        #expect(search.best.clusters.clusterCount == 3 && search.best.clusters.sizes.sorted() == [1, 3, 3])
        #expect(search.agreement(with: ["a", "a", "", "b", "b", "b", "c"])?.purity == 1)
        #expect(search.agreement(with: Array(repeating: "", count: 7)) == nil)
    }

    @Test func fewRows() throws {
        let all = try KMeans(Self.clouds, dimension: 2, clusters: 7)
        #expect(all.inertia < 1e-12 && all.sizes == Array(repeating: 1, count: 7))
        let equal = try KMeans([Float](repeating: 1, count: 12), dimension: 3, clusters: 3)
        #expect(equal.inertia == 0)
        for clusters in [0, 8, -1] {
            let error = #expect(throws: LatentError.self) { try KMeans(Self.clouds, dimension: 2, clusters: clusters) }
            #expect("\(try #require(error))".contains("expected 1 to 7"))
        }
        #expect(throws: LatentError.self) { try ClusterSearch([1, 2], dimension: 1, counts: [2, 3]) }
    }
}
