import Files
import Latents
import Networks
import Restoration
import SystemPackage
import Tensors
import Workers

extension AssessmentRun {
    /// The most components that are computed.
    static let mostComponents = 256
    /// The most vectors that principal components are computed of, and the most numbers of these.
    private static let mostVectors = (count: 20_000, numbers: 20_000_000)

    /// The part of pictures that is measured, and that a vector of principal components stands for: whole pictures where
    /// one latent does, else the squares that a pixel of the latent stands for, without what is left over.
    struct Parts: Sendable {
        var side: Int
        /// True where vectors are whole pictures.
        var isWhole: Bool

        init(_ pictures: [PlanarImage], side: Int) {
            self.side = side
            let first = pictures[0]
            isWhole =
                first.height <= side && first.width <= side
                && pictures.allSatisfy { $0.height == first.height && $0.width == first.width }
        }

        /// Returns the vectors of a picture, one after the other.
        func vectors(of image: PlanarImage) -> [Float] { isWhole ? image.samples : image.squares(side: side) }

        var text: String { isWhole ? "whole pictures" : "squares of \(side)x\(side) pixels" }
    }

    /// Measures what the decoder makes of the latents' means.
    func reconstruction(
        of subjects: [Subject], reference: [PlanarImage]?, on team: WorkerTeam, _ remarks: inout [String]
    ) throws -> ModelAssessment.Reconstruction {
        let parts = Parts(subjects.map(\.image), side: encoder.side)
        let latents = latents
        struct Sums: Sendable {
            var raw = 0.0
            var eightBit = 0.0
            var count = 0
        }
        let sums = try results(of: subjects, on: team) { subject in
            let decoded = try latents.encode(subject.image).result
            var sums = Sums()
            for (x, y) in zip(parts.vectors(of: subject.image), parts.vectors(of: decoded)) {
                sums.raw += (Double(x) - Double(y)) * (Double(x) - Double(y))
                let difference = Double(Self.level(x)) - Double(Self.level(y))
                sums.eightBit += difference * difference / (255 * 255)
                sums.count += 1
            }
            return sums
        }
        let count = sums.reduce(0) { $0 + $1.count }
        guard count > 0 else {
            throw LatentError.setting(
                name: "the pictures",
                found: "all smaller than \(parts.side)x\(parts.side) pixels, and of several sizes",
                expected: "of one size, or larger")
        }
        let components = encoder.channels
        let principal = principalError(
            components, parts, of: subjects.map(\.image), fittedTo: reference ?? subjects.map(\.image), &remarks)
        return ModelAssessment.Reconstruction(
            protocol: "\(parts.text), means of latents, \(model.network.inputChannels == 1 ? "grey" : "RGB")"
                + "; components of "
                + (reference == nil ? "the data themselves" : "\"\(request.reference?.printed ?? "")\"")
                + binarisationText,
            raw: .init(squaredError: sums.reduce(0) { $0 + $1.raw } / Double(count)),
            eightBit: .init(squaredError: sums.reduce(0) { $0 + $1.eightBit } / Double(count)),
            principalComponents: principal.map { .init(squaredError: $0) }, componentCount: components)
    }

    private static func level(_ sample: Float) -> Float { (max(0, min(1, sample)) * 255 + 0.5).rounded(.down) }

    /// Returns the mean squared error of pictures that are rebuilt from principal components.
    private func principalError(
        _ components: Int, _ parts: Parts, of pictures: [PlanarImage], fittedTo reference: [PlanarImage],
        _ remarks: inout [String]
    ) -> Double? {
        let dimension =
            parts.isWhole
            ? pictures[0].sampleCount : model.network.inputChannels * parts.side * parts.side
        guard components <= Self.mostComponents, components < dimension else {
            remarks.append(
                "no principal components: \(components) numbers for \(dimension) samples; expected at most "
                    + "\(min(Self.mostComponents, dimension - 1))")
            return nil
        }
        let usable = reference.filter {
            !parts.isWhole || ($0.height == pictures[0].height && $0.width == pictures[0].width)
        }
        // As many of each picture, so that no more than needed are laid side by side.
        let most = max(components, min(Self.mostVectors.count, Self.mostVectors.numbers / dimension))
        let share = max(1, most / max(1, usable.count))
        var vectors: [Float] = []
        for (index, picture) in usable.enumerated() {
            let own = parts.vectors(of: picture)
            for row in Sampling.rows(of: own.count / dimension, sample: share, seed: request.seed &+ UInt64(index)) {
                vectors += own[row * dimension..<(row + 1) * dimension]
            }
        }
        guard vectors.count / dimension > components else {
            remarks.append(
                "no principal components: \(vectors.count / dimension) vectors; expected more than \(components)")
            return nil
        }
        let found = PrincipalComponents(vectors, dimension: dimension, count: components, seed: request.seed)
        var (sum, count) = (0.0, 0)
        for picture in pictures {
            let own = parts.vectors(of: picture)
            sum += found.error(of: own, components: components) * Double(own.count)
            count += own.count
        }
        return sum / Double(max(1, count))
    }
}
