public import Tensors

/// The way in which pictures become pictures of two levels, 0 and 1: the protocol of a Bernoulli likelihood, without
/// which its figures cannot be compared.
public enum Binarisation: String, Sendable, Codable, CaseIterable {
    /// Pictures stay as they are: grey levels are taken for chances, which is no likelihood.
    case none
    /// 1 where a sample is above one half.
    case threshold
    /// 1 with the sample as chance, drawn once: every run sees the same pictures (after Larochelle and Murray 2011).
    case `static`
    /// 1 with the sample as chance, drawn anew by each run's seed (after Burda, Grosse and Salakhutdinov 2016).
    case dynamic

    /// Returns a picture of two levels, or the picture itself.
    ///
    /// - Parameters:
    ///   - row: the place of the picture among all; each has a stream of draws of its own.
    ///   - seed: of dynamic draws.
    public func applied(to picture: PlanarImage, row: Int, seed: UInt64) -> PlanarImage {
        var random: RandomStream
        switch self {
        case .none: return picture
        case .threshold:
            return PlanarImage(
                channels: picture.channels, height: picture.height, width: picture.width,
                samples: picture.samples.map { $0 > 0.5 ? 1 : 0 })
        case .static: random = RandomStream(seed: 0, row)
        case .dynamic: random = RandomStream(seed: ~seed, row)
        }
        return PlanarImage(
            channels: picture.channels, height: picture.height, width: picture.width,
            samples: picture.samples.map { random.uniform() < Double($0) ? 1 : 0 })
    }
}
