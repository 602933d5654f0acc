import Imaging
import Quality
import Reports
import SystemPackage
import Tensors
import Workers

/// Measures a picture before and after against its clean reference, as files hold them.
struct ReferenceComparison {
    /// The reason why a picture is not measured, in one line.
    struct Obstacle: Error {
        var text: String
    }

    let limits: PictureLimits
    let damaged: DamagePolicy
    /// The bytes that may be taken in all.
    let byteLimit: Int

    /// Measures PSNR and SSIM on the channels as stored, and on luma where there is colour.
    ///
    /// Where the output is larger than the input, "before" is the input upscaled by bicubic interpolation.
    func measure(
        input: PictureInput, output: FilePath, reference: FilePath, scale: Int, on worker: Worker
    ) -> Result<[Measurement], Obstacle> {
        do {
            let header = try PictureReader(path: reference, limits: limits, damaged: damaged).info
            // Reference, output and the (upscaled) input, and two rows of work in Float64: all of one size.
            let samples = header.width * header.height * 4
            let bytes = 4 * samples * MemoryLayout<Float>.stride
            guard bytes <= byteLimit else {
                return .failure(
                    Obstacle(
                        text: "comparing needs \(bytes >> 20) MiB of memory, there are \(byteLimit >> 20) MiB"))
            }
            return .success(
                try input.read(taking: bytes, on: worker) { reader in
                    try scores(input: reader, output: output, reference: reference, scale: scale)
                })
        } catch { return .failure(Obstacle(text: "\(error)")) }
    }

    private func scores(
        input: PictureReader, output: FilePath, reference: FilePath, scale: Int
    ) throws -> [Measurement] {
        func read(_ path: FilePath) throws -> Picture { try Picture(reading: path, limits: limits, damaged: damaged) }
        let clean = try read(reference)
        let after = try read(output)
        var before = try Picture(reading: input, limits: limits).image
        if scale > 1 { before = before.resampled(toHeight: after.height, width: after.width) }
        let colours = clean.format.color.channelCount
        let base: MeasurementProtocol =
            scale > 1
            ? .srRGB(scale: scale).on(.stored) : .stored(bitDepth: min(clean.format.bitDepth, after.format.bitDepth))
        let metrics: [Metric] = [.psnr, .ssim]
        var measurements: [Measurement] = []
        for protocolVariant in colours == 1 ? [base] : [base, base.on(.luma)] {
            let comparison = Comparison(reference: clean.image, protocol: protocolVariant)
            measurements += Measurement.measurements(
                before: try comparison.figures(of: before, .before, metrics: Set(metrics)),
                after: try comparison.figures(of: after.image, .after, metrics: Set(metrics)), metrics: metrics,
                channels: protocolVariant.measuredChannels(colourChannels: colours), protocol: protocolVariant.name)
        }
        return measurements
    }
}
