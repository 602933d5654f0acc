package import Batches
import Corruptions
import Files
package import Imaging
import Quality
package import Reports
import Synchronization
import SystemPackage
import Tensors
package import Workers

/// Puts noise like that of a run's pictures on the results that were cleanest to begin with, takes it away once more,
/// and measures: what the method gains on this material, though nobody has clean originals of it.
///
/// The results stand for the truth, so what the method had smoothed away in them is not missed: the gain is an upper
/// bound for texture, and a fair one for the noise.
package struct KnownNoise: Sendable {
    /// The sides of the part of each picture, in pixels: its middle.
    static let side = 384
    private static let pictureLimit = 3
    /// The standard deviation in levels of 255 below which there is little to gain, and texture is taken for noise.
    private static let leastSigma = 3.0

    private let plan: BatchPlan
    private let limits: PictureLimits

    /// Creates a measurement on the pictures of a run's plan.
    package init(plan: BatchPlan, limits: PictureLimits) {
        self.plan = plan
        self.limits = limits
    }

    /// Measures the method; nil where it does not keep the pictures' size, where fewer than two pictures with a known
    /// noise level were restored, their noise is little, or none of the results can be read.
    ///
    /// - Parameters:
    ///   - records: the records of the run.
    ///   - process: the process that restored the pictures; it must keep their size.
    package func roundTrip(
        of records: [PictureRecord], by process: any PictureProcess, on team: WorkerTeam
    ) -> RoundTrip? {
        let pictures = Dictionary(plan.pictures.map { ($0.name, $0) }) { first, _ in first }
        let known = records.filter { $0.outcome.result != nil }
            .compactMap { record in
                record.noiseLevel.flatMap { level in pictures[record.input].map { (picture: $0, level: level) } }
            }
            .sorted { ($0.level, $0.picture.name.string) < ($1.level, $1.picture.name.string) }
        guard process.scale == 1, known.count >= 2 else { return nil }
        // What another program decodes is not decoded once more for this.
        let readable = known.filter { $0.picture.decoder == nil }
        guard let typical = readable.isEmpty ? nil : readable[readable.count / 2], typical.level >= Self.leastSigma,
            let sample = try? part(of: typical.picture.path, side: 1024)
        else { return nil }
        let like = NoiseEstimate(of: sample)
        let level = max(Self.leastSigma, (like.sigma * 2550).rounded() / 10)
        let step: any CorruptionStep =
            like.isCorrelated
            ? Grain(sigma: level, blur: max(0.1, like.blur), tone: sample.isMonochrome ? .grey : .mixed)
            : GaussianNoise(sigma: level)
        let noise = Corruption(steps: [step, Quantisation(bits: 8)])
        // The cleaner half, so that the typical noise is not put on top of as much again.
        let clean = known.prefix(min(Self.pictureLimit, known.count / 2)).map(\.picture)
        let found = Mutex<[(index: Int, name: String, before: Double, after: Double)]>([])
        team.forEach(clean.count) { worker, index in
            let path = plan.outputPath(of: clean[index])
            guard let truth = try? part(of: path, side: Self.side), min(truth.height, truth.width) >= 32,
                let figures = try? figures(
                    truth, noise: noise, by: process, folder: path.removingLastComponent(), on: worker)
            else { return }
            found.withLock { $0.append((index, PathText.text(of: clean[index].name), figures.before, figures.after)) }
        }
        let trips = found.withLock { $0.sorted { $0.index < $1.index } }
        guard let before = FigureStatistics(trips.map(\.before)), let after = FigureStatistics(trips.map(\.after))
        else {
            return nil
        }
        return RoundTrip(
            corruption: noise.description, pictures: trips.map(\.name), before: before.mean, after: after.mean)
    }

    private func figures(
        _ truth: PlanarImage, noise: Corruption, by process: any PictureProcess, folder: FilePath, on worker: Worker
    ) throws -> (before: Double, after: Double) {
        var random = RandomState(seed: 0)
        let noisy = try noise.applied(to: truth, random: &random)
        let restored = try process.restored(noisy, spoolFolder: folder, on: worker)
        let comparison = Comparison(reference: truth, protocol: .awgn8Bit)
        return (
            try comparison.scores(of: noisy, .before, ssim: false).psnr,
            try comparison.scores(of: restored, .after, ssim: false).psnr
        )
    }

    /// Returns the middle of a picture, 8 bits, without alpha.
    private func part(of path: FilePath, side: Int) throws -> PlanarImage {
        let reader = try PictureReader(path: path, limits: limits, damaged: plan.request.settings.damaged)
        return try MiddlePart(width: reader.width, height: reader.height, side: side)
            .read(from: reader, channels: reader.info.format.color.channelCount).rounded(toBits: 8)
    }
}
