import Corruptions
import Files
import Tensors
import Testing

@Suite struct FactorShapeTests {
    /// The drawing is frozen: what is measured on it compares with what was measured before.
    @Test func theDrawingNeverChanges() throws {
        var bytes: [UInt8] = []
        for index in 0..<200 { bytes += FactorShape(seed: 7, index: index).bytes }
        #expect(try SHA256Digest(of: bytes).hex == "aae66cfd4e44f74e9611f753354c361b07153f99c4af74c95b00196822be9a07")
        #expect(FactorShape.count == 1_474_560)
        #expect(FactorShape(seed: 7, index: 3) == FactorShape(seed: 7, index: 3))
        #expect(FactorShape(seed: 7, index: 3) != FactorShape(seed: 8, index: 3))
    }

    /// Each factor is uniform, and no two go together.
    @Test func factorsAreIndependent() {
        let shapes = (0..<6000).map { FactorShape(seed: 1, index: $0).values }
        for (place, factor) in FactorShape.Factor.allCases.enumerated() {
            let expected = 6000 / Double(factor.count)
            for value in 0..<factor.count {
                let found = Double(shapes.count { $0[place] == value })
                #expect(abs(found - expected) < 5 * expected.squareRoot(), "\(factor) \(value)")
            }
            for other in 0..<place {
                let (a, b) = (shapes.map { Double($0[place]) }, shapes.map { Double($0[other]) })
                #expect(abs(Self.correlation(a, b)) < 0.06)
            }
        }
    }

    private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let count = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
        func sum(_ x: [Double], _ y: [Double], _ meanX: Double, _ meanY: Double) -> Double {
            zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        }
        return sum(a, b, meanA, meanB) / (sum(a, a, meanA, meanA) * sum(b, b, meanB, meanB)).squareRoot()
    }

    /// A factor does what it says: the area grows with the size, the centre of mass is the place, the colour the hue.
    @Test func factorsShow() {
        func mass(_ values: [Int]) -> (area: Double, x: Double, y: Double) {
            let image = FactorShape(values: values).image
            var (area, x, y) = (0.0, 0.0, 0.0)
            for row in 0..<32 {
                for column in 0..<32 {
                    let level = Double(image.view.row(0, row)[column])
                    area += level
                    x += level * (Double(column) + 0.5)
                    y += level * (Double(row) + 0.5)
                }
            }
            return (area, x / area, y / area)
        }
        for size in 0..<6 {
            let radius = Double(3 + size)
            let square = mass([0, size, 5, 2, 11, 0])
            #expect(abs(square.area - 2 * radius * radius) < 0.05 * square.area)
            #expect(abs(square.x - 10.5) < 0.02 && abs(square.y - 19.5) < 0.02)
            #expect(abs(mass([1, size, 0, 8, 8, 0]).area - .pi * radius * radius / 2) < 0.03 * radius * radius)
        }
        let (upright, turned) = (
            FactorShape(values: [1, 5, 0, 8, 8, 0]).image, FactorShape(values: [1, 5, 10, 8, 8, 0]).image
        )
        // A quarter turn exchanges rows and columns.
        for row in 0..<32 {
            for column in 0..<32 {
                #expect(abs(upright.view.row(0, row)[column] - turned.view.row(0, column)[row]) < 0.05)
            }
        }
        let bytes = FactorShape(values: [0, 5, 0, 8, 8, 5]).bytes
        #expect(Array(bytes[(16 * 32 + 16) * 3..<(16 * 32 + 16) * 3 + 3]) == [0, 64, 255])
        #expect(Array(bytes[..<3]) == [0, 0, 0])
    }
}
