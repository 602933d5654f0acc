import Foundation
import Kernels
import Synchronization
public import Tensors
public import Workers

/// The two figures that every table has of a picture measured against its reference.
public struct Scores: Sendable, Equatable {
    /// The peak signal-to-noise ratio in dB, 10 log10(255² / mean squared error): infinite for equal pictures.
    public var psnr: Double
    /// The structural similarity, -1...1; nil where a side is shorter than the window of 11x11.
    public var ssim: Double?

    /// Creates scores from a PSNR in dB and an SSIM in -1...1.
    public init(psnr: Double, ssim: Double?) {
        self.psnr = psnr
        self.ssim = ssim
    }
}

/// Measures pictures against one reference under one protocol.
///
/// Pictures have 1 or 3 channels in 0...1, or 2 or 4 of which the last is alpha and is not measured. Three equal channels
/// are compared with one channel. Differences and
/// windows are computed in Float32, sums in Float64: whole levels of 8 or 16 bits are compared exactly, figures agree
/// with those of Float64 to 1e-6. The bits do not depend on how the parts are shared out; between instruction sets they
/// differ by rounding.
public struct Comparison: Sendable {
    /// The picture that is measured, the one before or after restoration, which chooses the protocol's rounding.
    public enum Side: Sendable { case before, after }

    /// The protocol that every figure is measured under.
    public let `protocol`: MeasurementProtocol
    private let reference: PlanarImage

    /// Creates a comparison with `reference`, samples in 0...1, under `protocol`.
    public init(reference: PlanarImage, protocol: MeasurementProtocol) {
        self.reference = reference
        self.protocol = `protocol`
    }

    /// Returns PSNR and, where `ssim` is asked for, SSIM of `image`; errors are those of
    /// `figures(of:_:metrics:sharing:)`.
    public func scores(of image: PlanarImage, _ side: Side, ssim: Bool = true) throws(QualityError) -> Scores {
        let figures = try figures(of: image, side, metrics: ssim ? [.psnr, .ssim] : [.psnr])
        return Scores(psnr: figures.psnr, ssim: figures.ssim)
    }

    /// Returns the figures in `metrics` of `image`; PSNR, mean and greatest difference always, since they come with any
    /// other.
    ///
    /// - Throws: `QualityError` where the two differ in size or colour, where the border leaves nothing, or where a
    ///   sample is not a finite number: a figure is never made of one.
    /// - Complexity: PSNR and SSIM of 12 megapixels of RGB take about 0.2 s of one core with AVX2; memory for a few
    ///   rows, and for MS-SSIM that of a plane of each picture at half the size.
    public func figures(
        of image: PlanarImage, _ side: Side, metrics: Set<Metric> = Set(Metric.allCases),
        sharing loop: ParallelLoop = .serial
    ) throws(QualityError) -> Figures {
        let (found, expected) = try samples(of: image, side)
        let wantsMSSSIM = metrics.contains(.msSSIM) && MultiScaleSimilarity.fits(found)
        let pass = DifferencePass(
            a: expected, b: found, measuresSimilarity: metrics.contains(.ssim) || wantsMSSSIM)
        let planes = try pass.sums(sharing: loop)

        let level = 255 / Double(expected.unit)
        let size = Double(found.height * found.width)
        let errors = planes.map { $0.differences.squareSum / size * level * level }
        let error = errors.reduce(0, +) / Double(errors.count)
        var figures = Figures(
            psnr: Self.decibels(error), channelPSNR: errors.map(Self.decibels), ssim: nil, msSSIM: nil, psnrB: nil,
            meanAbsoluteError: planes.reduce(0) { $0 + $1.differences.absoluteSum } * level
                / (size * Double(planes.count)),
            maximumDifference: planes.reduce(0) { max($0, Double($1.differences.greatest)) } * level)
        if metrics.contains(.ssim), pass.windowCount > 0 {
            figures.ssim = planes.reduce(0) { $0 + $1.similarity } / Double(pass.windowCount * planes.count)
        }
        if wantsMSSSIM {
            figures.msSSIM = try MultiScaleSimilarity.mean(of: pass, planes, sharing: loop)
        }
        if metrics.contains(.psnrB) {
            let effect = try BlockBoundaries(found).blockingEffect * level * level
            figures.psnrB = Self.decibels(error + effect)
        }
        return figures
    }

    /// Returns the two pictures as the protocol sees them.
    private func samples(
        of image: PlanarImage, _ side: Side
    ) throws(QualityError) -> (found: MeasuredSamples, expected: MeasuredSamples) {
        let roundings = (
            `protocol`.referenceRounding, side == .before ? `protocol`.beforeRounding : `protocol`.afterRounding
        )
        let peak = max(roundings.0.peak, roundings.1.peak)
        let expected = try MeasuredSamples(
            reference, channels: `protocol`.channels, border: `protocol`.border, rounding: roundings.0, peak: peak)
        let found = try MeasuredSamples(
            comparable(image), channels: `protocol`.channels, border: `protocol`.border, rounding: roundings.1,
            peak: peak)
        guard image.width == reference.width, image.height == reference.height else {
            throw .size(
                foundWidth: image.width, foundHeight: image.height, expectedWidth: reference.width,
                expectedHeight: reference.height)
        }
        guard found.colourChannels == expected.colourChannels else {
            throw .colour(foundChannels: found.colourChannels, expectedChannels: expected.colourChannels)
        }
        return (found, expected)
    }

    /// Returns the image with as many channels as the reference, where one of them is grey and the other only stored as
    /// colour: three equal channels hold one value.
    private func comparable(_ image: PlanarImage) -> PlanarImage {
        let isColour = (image.channels >= 3, reference.channels >= 3)
        guard isColour.0 != isColour.1 else { return image }
        let stored = isColour.0 ? image : reference
        guard stored.view.channels(from: 0, count: 3).hasEqualChannels else { return image }
        let result = PlanarImage(channels: isColour.0 ? 1 : 3, height: image.height, width: image.width)
        for channel in 0..<result.channels {
            for y in 0..<image.height {
                result.view.row(channel, y).update(from: image.view.row(0, y), count: image.width)
            }
        }
        return result
    }

    private static func decibels(_ error: Double) -> Double {
        error == 0 ? .infinity : 10 * log10(255 * 255 / error)
    }
}

extension MeasurementProtocol.Rounding {
    /// The level of white that keeps whole levels whole: 255 for 8 bits and fewer; where nothing is rounded 1, so that
    /// the differences of samples are exact.
    fileprivate var peak: Float {
        switch self {
        case .none: 1
        case .bits(let bits): bits > 8 ? Float((1 << bits) - 1) : 255
        }
    }
}

extension DifferencePass {
    /// Returns the sums of each plane, added in the order of the bands whatever ran first.
    func sums(sharing loop: ParallelLoop) throws(QualityError) -> [Sums] {
        let bands = BandResults<Sums>(count: bandCount)
        loop.forEach(bandCount) { _, band in
            do throws(QualityError) { bands.set(band, .success(try sums(ofBand: band))) } catch {
                bands.set(band, .failure(error))
            }
        }
        var planes = [Sums](repeating: Sums(), count: a.planes)
        for (band, result) in bands.all.enumerated() { planes[band / bandsOfPlane] += try result.get() }
        return planes
    }
}

/// The results of the parts of a picture, stored by any thread.
final class BandResults<Value: Sendable>: Sendable {
    private let values: Mutex<[Result<Value, QualityError>?]>

    init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }

    func set(_ index: Int, _ result: Result<Value, QualityError>) { values.withLock { $0[index] = result } }

    /// All results, in order; none is missing once the loop has returned.
    var all: [Result<Value, QualityError>] { values.withLock { $0.compactMap(\.self) } }
}

extension Comparison {
    /// Returns true where every sample of `image` is a finite number, alpha included. An output for which it is false
    /// is never written.
    public static func isFinite(_ image: PlanarImage) -> Bool {
        var doubt: Float = 0
        let view = image.view
        for channel in 0..<image.channels {
            for y in 0..<image.height {
                let row = view.row(channel, y)
                for x in 0..<image.width { doubt += row[x] * 0 }
            }
        }
        withExtendedLifetime(image) {}
        return doubt == 0
    }
}
