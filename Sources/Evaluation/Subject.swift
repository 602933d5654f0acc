import Corruptions
import Imaging
import Quality
import SystemPackage
import Tensors

/// One picture under one corruption, which every method is given.
struct Subject: Sendable {
    /// The picture's number in the plan.
    let ordinal: Int
    let set: EvaluationSet
    let picture: EvaluationSet.Picture
    /// The picture's name in records: with the set's before it where there are several.
    let name: FilePath
    /// The corruption; nil where pictures that others restored are only compared with the clean ones.
    let corruption: Corruption?
    let plan: EvaluationPlan
    let limits: PictureLimits

    var seed: UInt32 { self.set.seed ?? plan.seed }
    var inputForm: EvaluationPlan.InputForm { self.set.inputForm ?? plan.inputForm }

    /// Returns true where `other` is the same picture under the same corruption, of one plan.
    func isSame(as other: Subject) -> Bool {
        ordinal == other.ordinal && corruption?.description == other.corruption?.description
    }

    /// The clean and the corrupted picture.
    struct Views {
        /// The original, 8 bits, without alpha, cut to a multiple of the corruption's reduction; without colour where
        /// the corruption leaves none.
        var clean: PlanarImage
        var corrupted: PlanarImage?
    }

    /// The protocol by which pictures that keep their size are measured.
    var `protocol`: MeasurementProtocol {
        guard let corruption else { return .stored(bitDepth: 8) }
        return .ofCorruption(
            isWhiteNoise: corruption.isWhiteNoise, isJPEG: corruption.isJPEG, in8Bits: inputForm == .eightBit)
    }

    /// Decodes the picture and corrupts it.
    func views() throws -> Views {
        let stored = try Picture(reading: picture.path, limits: limits).image
        // Protocols are made for 8 bits; a deeper original becomes its own 8-bit version first.
        let original = try picture.cropped(stored.withoutAlpha().rounded(toBits: 8))
        guard let corruption else { return Views(clean: original) }
        guard let clean = original.cut(toMultipleOf: corruption.reduction).map(corruption.clean(of:)) else {
            throw CorruptionError.tooSmall(
                kind: corruption.description, width: original.width, height: original.height)
        }
        var random = RandomState(seed: seed)
        var corrupted = try corruption.applied(to: clean, random: &random)
        if inputForm == .eightBit { corrupted = corrupted.rounded(toBits: 8) }
        return Views(clean: clean, corrupted: corrupted)
    }

    /// The pictures, and the figures before restoring as far as they were asked for: they are the same for every
    /// method, so they are made once. For one worker at a time.
    final class Findings {
        let subject: Subject
        private var opened: Result<Views, any Error>?
        private var figures: [MeasurementProtocol: Figures] = [:]

        init(of subject: Subject) { self.subject = subject }

        func views() throws -> Views {
            let result = opened ?? Result { try subject.views() }
            opened = result
            return try result.get()
        }

        /// Returns the figures before restoring under `measured`, made by `measure` where nobody asked before.
        func figures(
            under measured: MeasurementProtocol, measure: () throws -> Figures?
        ) rethrows -> Figures? {
            if let known = figures[measured] { return known }
            let made = try measure()
            figures[measured] = made
            return made
        }
    }
}

extension PlanarImage {
    /// Returns the image without its alpha channel, the second of two or the fourth of four.
    func withoutAlpha() -> PlanarImage {
        guard AlphaChannel.isLast(of: channels) else { return self }
        let result = PlanarImage(channels: channels - 1, height: height, width: width)
        result.view.base.update(from: view.base, count: result.sampleCount)
        return result
    }
}
