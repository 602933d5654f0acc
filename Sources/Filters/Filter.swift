public import Tensors
public import Workers

/// A classical method of restoring: nothing in it was learnt.
///
/// Filters work on whole pictures of one grey or three colour channels, samples in 0...1; the result is neither
/// clipped nor rounded. The same picture, sigma and parameters give the same bits, however its parts are shared out.
public protocol Filter: Sendable {
    /// The filter's name on the command line and in reports.
    var name: String { get }
    /// The factor by which the result is wider and higher than the picture, 1 or more.
    var scale: Int { get }

    /// The restored picture.
    ///
    /// - Parameters:
    ///   - noiseSigma: standard deviation of the noise in each sample, on 0...1. Below a millionth the picture stays as
    ///     it is.
    ///   - loop: runs the parts that do not depend on each other.
    /// - Throws: `FilterError` where picture or sigma are not what a filter can work on.
    func apply(
        to image: PlanarImage, noiseSigma: Double, sharing loop: ParallelLoop
    ) throws(FilterError) -> PlanarImage

    /// The bytes that `apply` holds at most, the picture and the result included, on `workers` workers.
    func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int

    /// The approximate number of multiply-adds a pixel: to tell beforehand how long a run takes.
    func multiplyAddsPerPixel(channels: Int) -> Double
}

extension Filter {
    public var scale: Int { 1 }

    /// The restored picture, computed on the calling thread.
    public func apply(to image: PlanarImage, noiseSigma: Double) throws(FilterError) -> PlanarImage {
        try apply(to: image, noiseSigma: noiseSigma, sharing: .serial)
    }

    /// - Throws: `FilterError` where `image` is empty, neither grey nor RGB, or holds what is no finite number, and
    ///   where sigma is outside 0...1.
    func validate(_ image: PlanarImage, noiseSigma: Double) throws(FilterError) {
        guard image.channels == 1 || image.channels == 3 else { throw .channels(found: image.channels) }
        guard image.height > 0, image.width > 0 else { throw .empty }
        guard (0...1).contains(noiseSigma) else { throw .sigma(found: noiseSigma) }
        for channel in 0..<image.channels {
            for y in 0..<image.height {
                let row = image.view.row(channel, y)
                // A finite number times zero is zero, anything else is not a number and stays so in the sum.
                var doubt: Float = 0
                for x in 0..<image.width { doubt += row[x] * 0 }
                guard doubt == 0 else { throw .notFinite(channel: channel, row: y) }
            }
        }
    }
}

enum FilterLimits {
    /// Below a 4000th of an 8-bit step there is nothing to take away, and squares of sigma would leave Float32's range.
    static let leastSigma = 1e-6
}

/// The reasons for which a filter cannot be applied.
public enum FilterError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The picture is neither grey nor RGB.
    case channels(found: Int)
    case empty
    /// A standard deviation outside 0...1.
    case sigma(found: Double)
    /// A sample is infinite or not a number.
    case notFinite(channel: Int, row: Int)
    /// A parameter is outside its range.
    case parameter(name: String, found: String, expected: String)
    /// The filter does not upscale by this factor.
    case scale(filter: String, found: Int)

    public var description: String {
        switch self {
        case .channels(let found): "the picture has \(found) channels, expected 1 or 3"
        case .empty: "the picture has no pixels"
        case .sigma(let found): "sigma is \(found), expected 0...1 (0...255 in 8-bit steps)"
        case .notFinite(let channel, let row):
            "a sample is not a finite number (channel \(channel), row \(row))"
        case .parameter(let name, let found, let expected): "\(name) is \(found), expected \(expected)"
        case .scale(let filter, let found): "\(filter) does not upscale by \(found)"
        }
    }
}
