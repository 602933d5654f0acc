import Corruptions
import Foundation
package import Imaging
package import Quality
import Synchronization
import SystemPackage
import Tensors
package import Workers

/// Measures ways to mend on pictures with damage whose place is known: drawn on clean pictures by corruptions
/// (`Corruption.damaged`); real damage with a mask that others made; or none at all, where what a finder flags is wrong.
///
/// A picture's damage follows from the set's seed and its name, by `RandomState(seed:name:)`. Damaged pictures have 8
/// bits. What fills is given the mask dilated by 3x3.
package struct MendEvaluation: Sendable {
    /// The sets; corruptions of a set that has none of its own are those of the plan.
    package let plan: EvaluationPlan
    /// The methods, each in its turn.
    package let methods: [MendMethod]
    /// The limits on the pictures that are read.
    package let limits: PictureLimits

    /// One picture under one corruption, mended by one method.
    package struct Record: Sendable, Codable {
        /// The name of the set.
        package var set: String
        /// The text of the corruption; nil for pictures without damage.
        package var corruption: String?
        /// The name of the method.
        package var method: String
        /// The picture's name in the set.
        package var picture: String
        /// The reason why it could not be measured; nil where it was.
        package var failure: String?
        /// The agreement of the method's mask with the true one; nil where the true one is given.
        package var mask: MaskFigures?
        /// The number of pixels within the true mask, dilated by 3x3.
        package var insidePixels = 0
        /// PSNR in dB of the pixels within the true mask, dilated by 3x3; nil where there are none or all are equal.
        package var inside: Double?
        /// PSNR in dB of the whole picture; nil where it is as it was.
        package var whole: Double?
        /// True where a pixel outside of the method's mask has changed.
        package var changesOutside = false
    }

    /// Creates an evaluation.
    package init(plan: EvaluationPlan, methods: [MendMethod], limits: PictureLimits = PictureLimits()) {
        (self.plan, self.methods, self.limits) = (plan, methods, limits)
    }

    private struct Subject: Sendable {
        var set: EvaluationSet
        var corruption: Corruption?
        var picture: EvaluationSet.Picture
    }

    /// Measures every picture, each on one worker of `team`. The result does not depend on the number of workers.
    ///
    /// - Parameter progress: called after each picture, one at a time.
    /// - Returns: one record a set, corruption, method and picture, in this order; of pictures that were not begun when
    ///   `isCancelled` became true there are none.
    package func run(
        on team: WorkerTeam, progress: @escaping @Sendable () -> Void = {},
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> [Record] {
        let subjects = plan.sets.flatMap { set in
            let corruptions = plan.corruptions(of: set).map(Optional.some)
            return (corruptions.isEmpty ? [nil] : corruptions).flatMap { corruption in
                set.pictures.map { Subject(set: set, corruption: corruption, picture: $0) }
            }
        }
        let records = Mutex([[Record]](repeating: [], count: subjects.count))
        team.forEach(subjects.count) { worker, index in
            if isCancelled() { return }
            let made = self.records(of: subjects[index], on: worker)
            records.withLock {
                $0[index] = made
                progress()
            }
        }
        let byPicture = records.withLock { $0 }.joined()
        // By method within each set and corruption, as tables have it.
        var order: [String] = []
        var groups: [String: [Record]] = [:]
        for record in byPicture {
            let key = [record.set, record.corruption ?? "", record.method].joined(separator: "\n")
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(record)
        }
        return order.flatMap { groups[$0] ?? [] }
    }

    private func records(of subject: Subject, on worker: Worker) -> [Record] {
        let name = subject.picture.name
        func record(_ method: MendMethod) -> Record {
            Record(
                set: subject.set.name, corruption: subject.corruption?.description, method: method.name,
                picture: name.string)
        }
        do {
            let stored = try Picture(reading: subject.picture.path, limits: limits).image
            let clean = try subject.picture.cropped(stored.withoutAlpha().rounded(toBits: 8))
            var random = RandomState(seed: subject.set.seed ?? plan.seed, name: Array(name.string.utf8))
            var (damaged, truth) = (clean, PixelMask(height: clean.height, width: clean.width))
            if let corruption = subject.corruption { (damaged, truth) = try corruption.damaged(clean, random: &random) }
            if let path = subject.picture.mask {
                let image = try subject.picture.cropped(
                    Picture(reading: path, limits: limits).image.converted(toChannels: 1))
                guard image.height == clean.height, image.width == clean.width else {
                    throw PixelMaskError.size(
                        foundWidth: image.width, foundHeight: image.height, expectedWidth: clean.width,
                        expectedHeight: clean.height)
                }
                let known = PixelMask(
                    height: image.height, width: image.width,
                    values: image.samples.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) })
                truth = truth.union(known)
            }
            damaged = damaged.rounded(toBits: 8)
            return methods.map { method in
                var result = record(method)
                do { try measure(method, clean, damaged, truth, into: &result, on: worker) } catch {
                    result.failure = "\(error)"
                }
                return result
            }
        } catch {
            return methods.map { method in
                var result = record(method)
                result.failure = "\(error)"
                return result
            }
        }
    }

    private func measure(
        _ method: MendMethod, _ clean: PlanarImage, _ damaged: PlanarImage, _ truth: PixelMask,
        into record: inout Record, on worker: Worker
    ) throws {
        let found = try method.finder?.mask(of: damaged, on: worker)
        record.mask = try found.map { try MaskFigures(of: $0, truth: truth) }
        let mask = (found ?? truth).dilated()
        let inner = truth.dilated()
        let mended = try method.filler?.fill(damaged, where: mask, on: worker) ?? damaged
        let after = mended.rounded(toBits: 8)
        var (inside, whole) = (0.0, 0.0)
        for channel in 0..<clean.channels {
            for y in 0..<clean.height {
                let (expected, given, found) = (
                    clean.view.row(channel, y), damaged.view.row(channel, y), after.view.row(channel, y)
                )
                for x in 0..<clean.width {
                    let square = Double(found[x] - expected[x]) * Double(found[x] - expected[x])
                    whole += square
                    if inner.isSet(y, x) { inside += square }
                    if found[x] != given[x], !mask.isSet(y, x) { record.changesOutside = true }
                }
            }
        }
        record.insidePixels = inner.setCount
        record.inside = Self.psnr(inside, samples: clean.channels * inner.setCount)
        record.whole = Self.psnr(whole, samples: clean.sampleCount)
    }

    private static func psnr(_ squares: Double, samples: Int) -> Double? {
        squares > 0 && samples > 0 ? -10 * log10(squares / Double(samples)) : nil
    }
}
