import Foundation
public import Tensors

/// A picture measured against its reference.
public struct Scores: Sendable, Equatable {
    /// Peak signal-to-noise ratio in dB, 10 log10(255² / mean squared error): infinite for equal pictures.
    public var psnr: Double
    /// Structural similarity, -1...1; nil where the picture is smaller than its window of 11x11.
    public var ssim: Double?

    public init(psnr: Double, ssim: Double?) {
        self.psnr = psnr
        self.ssim = ssim
    }
}

/// Measures pictures against one reference under one protocol.
///
/// Pictures have 1 or 3 channels in 0...1, or 2 or 4 of which the last is alpha and is not measured. All arithmetic
/// is in Float64.
public struct Comparison: Sendable {
    /// Which rounding of the protocol applies to the picture measured.
    public enum Side: Sendable { case before, after }

    public let `protocol`: MeasurementProtocol
    private let reference: PlanarImage

    public init(reference: PlanarImage, protocol: MeasurementProtocol) {
        self.reference = reference
        self.protocol = `protocol`
    }

    /// PSNR and, where `ssim` is asked for, SSIM of `image`.
    ///
    /// - Throws: `QualityError` where the two differ in size or colour, where the border leaves nothing, or where a
    ///   sample is not a finite number: a figure is never made of one.
    /// - Complexity: about 0.1 s of one core per megapixel of RGB with SSIM; memory for 60 rows.
    public func scores(of image: PlanarImage, _ side: Side, ssim: Bool = true) throws(QualityError) -> Scores {
        let expected = try MeasuredSamples(
            reference, channels: `protocol`.channels, border: `protocol`.border,
            rounding: `protocol`.referenceRounding)
        let found = try MeasuredSamples(
            image, channels: `protocol`.channels, border: `protocol`.border,
            rounding: side == .before ? `protocol`.beforeRounding : `protocol`.afterRounding)
        guard image.width == reference.width, image.height == reference.height else {
            throw .size(
                foundWidth: image.width, foundHeight: image.height, expectedWidth: reference.width,
                expectedHeight: reference.height)
        }
        guard found.colourChannels == expected.colourChannels else {
            throw .colour(foundChannels: found.colourChannels, expectedChannels: expected.colourChannels)
        }
        let error = try meanSquaredError(found, expected)
        return Scores(
            psnr: error == 0 ? .infinity : 10 * log10(255 * 255 / error),
            ssim: ssim ? try StructuralSimilarity.mean(found, expected) : nil)
    }

    private func meanSquaredError(_ a: MeasuredSamples, _ b: MeasuredSamples) throws(QualityError) -> Double {
        var sum = 0.0
        let rows = AlignedBuffer<Double>(repeating: 0, count: 2 * a.width)
        let (rowA, rowB) = (rows.base, rows.base + a.width)
        for plane in 0..<a.planes {
            for y in 0..<a.height {
                try a.fill(rowA, plane: plane, y: y)
                try b.fill(rowB, plane: plane, y: y)
                var row = 0.0
                for x in 0..<a.width {
                    let difference = rowA[x] - rowB[x]
                    row += difference * difference
                }
                sum += row
            }
        }
        withExtendedLifetime(rows) {}
        return sum / Double(a.planes * a.height * a.width)
    }
}

extension Comparison {
    /// Whether every sample of `image` is a finite number, alpha included: an output that is not is never written.
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
