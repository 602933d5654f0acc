import Foundation
import Restoration

/// The range of good data as an autoencoder sees them: how well they are reconstructed, and where their latents lie. What is
/// reconstructed worse or lies farther out is of another kind (one-class detection; after Japkowicz, Myers and Gluck 1995
/// for the error and Denouden et al. 2018 for both).
public struct OneClassRange: Sendable {
    /// The figures of a picture: 1 where one good picture in twenty has more.
    public struct Scores: Sendable, Equatable {
        /// By the error of reconstruction.
        public var error: Double
        /// By the distance of the latent from those of good pictures.
        public var distance: Double

        /// Creates scores.
        public init(error: Double, distance: Double) { (self.error, self.distance) = (error, distance) }
    }

    /// The parts in which the good pictures' distances are measured, each against the others.
    static let parts = 5

    /// The mean squared error that one good picture in twenty exceeds.
    public let errorThreshold: Double
    /// The Mahalanobis distance that one good picture in twenty exceeds, measured against others.
    public let distanceThreshold: Double
    /// The score of both that one good picture in twenty exceeds, before it is divided by itself.
    private let bothThreshold: Double
    /// The places of the good pictures that lie far out, and are left out of the range, sorted.
    public let leftOut: [Int]
    private let distances: MahalanobisDistances

    /// Measures good data.
    ///
    /// - Parameters:
    ///   - errors: the mean squared error of each picture's reconstruction.
    ///   - latents: a vector of `dimension` numbers for each, row after row.
    /// - Throws: `LatentError.setting` for fewer than ten pictures, or where all latents are equal.
    public init(errors: [Double], latents: [Float], dimension: Int) throws(LatentError) {
        precondition(errors.count * dimension == latents.count)
        guard errors.count >= 2 * Self.parts else {
            throw .setting(
                name: "the number of good pictures", found: "\(errors.count)", expected: "\(2 * Self.parts) or more")
        }
        let byError = NormalThreshold(errors)
        func rows(_ places: [Int]) -> [Float] {
            places.flatMap { latents[$0 * dimension..<($0 + 1) * dimension] }
        }
        func againstOthers(_ places: [Int]) throws(LatentError) -> [Double] {
            var found = [Double](repeating: 0, count: places.count)
            for part in 0..<Self.parts {
                let own = places.indices.filter { $0 % Self.parts == part }
                let others = places.indices.filter { $0 % Self.parts != part }
                let measure = try MahalanobisDistances(rows(others.map { places[$0] }), dimension: dimension)
                for (place, distance) in zip(own, measure.distances(of: rows(own.map { places[$0] }))) {
                    found[place] = distance
                }
            }
            return found
        }
        let places = errors.indices.filter { !byError.leftOut.contains($0) }
        let first = NormalThreshold(try againstOthers(places))
        let kept = places.indices.filter { !first.leftOut.contains($0) }.map { places[$0] }
        let found = try againstOthers(kept)
        let byDistance = NormalThreshold(found)
        distances = try MahalanobisDistances(rows(kept), dimension: dimension)
        leftOut = errors.indices.filter { !kept.contains($0) }
        errorThreshold = max(byError.value, 1e-12)
        distanceThreshold = max(byDistance.value, 1e-12)
        let (error, distance) = (errorThreshold, distanceThreshold)
        bothThreshold =
            NormalThreshold(
                zip(kept, found).map { Self.joined(.init(error: errors[$0] / error, distance: $1 / distance)) }
            ).value
    }

    /// Returns the scores of pictures, in order.
    ///
    /// - Parameters:
    ///   - errors: the mean squared error of each picture's reconstruction.
    ///   - latents: a vector for each, row after row.
    public func scores(errors: [Double], latents: [Float]) -> [Scores] {
        zip(errors, distances.distances(of: latents)).map {
            Scores(error: $0 / errorThreshold, distance: $1 / distanceThreshold)
        }
    }

    /// Returns the score of both figures: 1 where one good picture in twenty has more.
    public func score(of scores: Scores) -> Double { Self.joined(scores) / max(bothThreshold, 1e-12) }

    /// The root mean square of the two, which are of one size for good pictures.
    private static func joined(_ scores: Scores) -> Double {
        ((scores.error * scores.error + scores.distance * scores.distance) / 2).squareRoot()
    }
}
