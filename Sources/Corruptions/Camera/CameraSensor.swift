import Foundation

/// A camera's colours: the gains of its white balance and the matrix from its own red, green and blue to the picture's.
struct CameraSensor: Sendable {
    /// The gains of red, green and blue; raw values times these are equal where the picture is grey.
    let gains: [Double]
    /// The matrix from raw values to linear light of the picture, rows of three; gains and matrix in one.
    let developing: [Double]
    /// The matrix from linear light of the picture to raw values, rows of three.
    let exposing: [Double]

    /// - Parameters:
    ///   - warmth: 0 is daylight, where red is weak on the sensor, 1 a light bulb, where blue is.
    ///   - separation: how much the matrix has to separate the sensor's colours, 0 (it leaves them) to 1.2.
    init(warmth: Double, separation: Double) {
        gains = [2.1 * pow(1.4 / 2.1, warmth), 1, 1.6 * pow(2.6 / 1.6, warmth)]
        // Rounded from what makers of cameras publish; rows have the sum 1, so that grey stays grey.
        let full = [1.7, -0.6, -0.1, -0.2, 1.55, -0.35, 0.05, -0.55, 1.5]
        let identity: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
        let matrix = zip(full, identity).map { separation * $0 + (1 - separation) * $1 }
        let gains = gains
        developing = (0..<9).map { matrix[$0] * gains[$0 % 3] }
        exposing = Self.inverse(developing)
    }

    /// The inverse of a 3x3 matrix, by cofactors.
    private static func inverse(_ m: [Double]) -> [Double] {
        func cofactor(_ row: Int, _ column: Int) -> Double {
            let (r1, r2, c1, c2) = ((row + 1) % 3, (row + 2) % 3, (column + 1) % 3, (column + 2) % 3)
            return m[3 * r1 + c1] * m[3 * r2 + c2] - m[3 * r1 + c2] * m[3 * r2 + c1]
        }
        let determinant = (0..<3).reduce(0) { $0 + m[$1] * cofactor(0, $1) }
        return (0..<9).map { cofactor($0 % 3, $0 / 3) / determinant }
    }
}
