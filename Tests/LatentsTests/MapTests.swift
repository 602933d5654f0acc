import Foundation
import Latents
import Tensors
import Testing
import Workers

@Suite struct MapTests {
    @Test func trustworthinessIsThatOfScikitLearn() throws {
        let digits = try Digits()
        let map = try digits.values("map")
        let found = Trustworthiness.of(
            map, mapDimension: 2, original: digits.elements, dimension: 64, loop: .threads(2))
        #expect(abs(found - (try digits.figure("trustworthiness"))) < 2e-4, "\(found)")
        // All of the original is its own best map.
        let itself = Trustworthiness.of(digits.elements, mapDimension: 64, original: digits.elements, dimension: 64)
        #expect(itself == 1)
    }

    @Test func embeddingIsAsGoodAsThatOfScikitLearn() throws {
        let digits = try Digits()
        let found = try NeighbourEmbedding(digits.elements, dimension: 64, loop: .threads(2))
        let trust = Trustworthiness.of(
            found.coordinates, mapDimension: 2, original: digits.elements, dimension: 64, loop: .threads(2))
        #expect(abs(trust - (try digits.figure("trustworthiness"))) < 0.02, "\(trust)")
        #expect(abs(found.divergence / (try digits.figure("divergence")) - 1) < 0.1, "\(found.divergence)")
    }

    @Test func projectionIsAsGoodAsThatOfUMAP() throws {
        let digits = try Digits()
        let found = try ManifoldProjection(digits.elements, dimension: 64, loop: .threads(2))
        let trust = Trustworthiness.of(
            found.coordinates, mapDimension: 2, original: digits.elements, dimension: 64, loop: .threads(2))
        #expect(abs(trust - (try digits.figure("umap-trustworthiness"))) < 0.02, "\(trust)")
        #expect(try ManifoldProjection(digits.elements, dimension: 64).coordinates == found.coordinates)
        var settings = ManifoldProjection.Settings()
        (settings.dimension, settings.epochs, settings.seed) = (3, 20, 1)
        let solid = try ManifoldProjection(digits.elements, dimension: 64, settings: settings).coordinates
        #expect(solid.count == 1500 && solid.allSatisfy(\.isFinite))
        settings.neighbours = 501
        #expect(throws: LatentError.self) {
            try ManifoldProjection(digits.elements, dimension: 64, settings: settings)
        }
    }

    @Test func sameForAnyNumberOfWorkers() throws {
        let digits = try Digits()
        var settings = NeighbourEmbedding.Settings()
        settings.iterations = 30
        func map(_ loop: ParallelLoop) throws -> [Float] {
            try NeighbourEmbedding(digits.rows(0..<100), dimension: 64, settings: settings, loop: loop).coordinates
        }
        #expect(try map(.serial) == map(.threads(3)))
    }

    /// Three groups far apart stay groups in two and in three dimensions.
    @Test(arguments: [2, 3]) func groupsStayTogether(_ dimension: Int) throws {
        var random = RandomStream(seed: 2)
        let elements = (0..<60 * 5).map { place in
            Float(random.normal()) + (place % 5 == place / 100 ? 40 : 0)
        }
        var settings = NeighbourEmbedding.Settings()
        (settings.perplexity, settings.iterations, settings.dimension) = (8, 400, dimension)
        let map = try NeighbourEmbedding(elements, dimension: 5, settings: settings).coordinates
        let near = NearestNeighbours(map, dimension: dimension).neighbours(of: map, count: 3, areOwn: true)
        for row in 0..<60 { #expect(near[row].allSatisfy { $0.row / 20 == row / 20 }) }
    }

    @Test func componentsAreThoseOfScikitLearn() throws {
        let digits = try Digits()
        let found = PrincipalComponents(digits.elements, dimension: 64, count: 8)
        #expect(zip(found.variances, try digits.figures("variances")).allSatisfy { abs($0 / $1 - 1) < 1e-3 })
        let coordinates = found.coordinates(of: digits.elements, components: 2)
        let variance = stride(from: 1, to: coordinates.count, by: 2).reduce(0.0) {
            $0 + Double(coordinates[$1] * coordinates[$1])
        }
        #expect(abs(variance / 500 / found.variances[1] - 1) < 1e-4)
    }

    @Test func mapsAsTables() throws {
        let table = try Digits().table()
        let map = try LatentMap(table, by: .principalComponents, sample: 20, seed: 3)
        let lines = map.csv.split(separator: "\n")
        #expect(lines.count == 21 && lines[0] == "row,path,label,x,y" && map.rows == map.rows.sorted())
        #expect(lines[1].hasPrefix("\(map.rows[0]),,\(table.labels[map.rows[0]]),"))
        #expect(try #require(map.trustworthiness) < 1)
        let small = try LatentMap(table.rows([0, 1, 2, 3, 4]), by: .neighbourEmbedding(perplexity: nil, steps: 5))
        #expect(small.coordinates.count == 10 && small.trustworthiness == nil)
    }

    @Test func whatCannotBeMapped() throws {
        let table = try Digits().table()
        for rows in [[0], [0, 1, 2]] {
            for way in [
                LatentMap.Way.neighbourEmbedding(perplexity: nil, steps: 5), .manifoldProjection(neighbours: nil),
            ] {
                #expect(throws: LatentError.self) { try LatentMap(table.rows(rows), by: way) }
            }
        }
        #expect(throws: LatentError.self) {
            try LatentMap(table, by: .neighbourEmbedding(perplexity: 200, steps: 5))
        }
        #expect(throws: LatentError.self) { try LatentMap(table.rows([0]), by: .principalComponents) }
        let flat = try LatentTable(dimension: 1, elements: [1, 2, 3, 4])
        #expect(throws: LatentError.self) { try LatentMap(flat, by: .principalComponents) }
        // All equal: a point, without a number that is none.
        let equal = try LatentTable(dimension: 2, elements: Array(repeating: 1, count: 40))
        for way in [LatentMap.Way.neighbourEmbedding(perplexity: nil, steps: 20), .manifoldProjection(neighbours: nil)]
        {
            #expect(try LatentMap(equal, by: way).coordinates.allSatisfy(\.isFinite))
        }
    }
}
