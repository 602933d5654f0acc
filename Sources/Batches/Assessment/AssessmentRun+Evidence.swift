import Foundation
import Latents
import Networks
import Restoration
import Tensors
import Workers

extension AssessmentRun {
    /// Estimates the bounds on the pictures' evidence, and the use of the latent's numbers; nil where the latent is not
    /// sampled or the pictures are not those of whole latents.
    func evidence(
        of subjects: [Subject], on team: WorkerTeam, _ remarks: inout [String]
    ) throws -> (ModelAssessment.Evidence, ModelAssessment.Use)? {
        guard latents.isVariational else {
            if request.likelihood != nil || request.binarisation != .none {
                remarks.append("no bounds on the evidence, since the model's latents are not sampled")
            }
            return nil
        }
        guard let likelihood else {
            remarks.append("no bounds on the evidence, since the model names no likelihood")
            return nil
        }
        let estimator = try EvidenceEstimator(model.network, likelihood: likelihood)
        let side = estimator.side
        guard subjects.allSatisfy({ $0.image.height % side == 0 && $0.image.width % side == 0 }) else {
            remarks.append(
                "no bounds on the evidence, since a latent stands for \(side)x\(side) pixels and pictures are no "
                    + "multiples of that")
            return nil
        }
        let (counts, seed) = (request.samples.sorted(), request.seed)
        let estimates = try results(of: subjects, on: team) { subject in
            let columns = subject.image.width / side
            return try (0..<columns * (subject.image.height / side)).map { index in
                try estimator.estimate(
                    subject.image.cropped(
                        top: index / columns * side, left: index % columns * side, height: side, width: side),
                    counts: counts, random: RandomStream(seed: seed, subject.row, index))
            }
        }.flatMap(\.self)
        var use = LatentUse(channels: estimator.channels)
        for estimate in estimates { use.add(estimate.latent) }
        func mean(_ value: (EvidenceEstimator.Estimate) -> Double) -> ModelAssessment.Mean {
            .init(estimates.map(value))
        }
        let weighted = counts.enumerated().map { place, samples in
            ModelAssessment.WeightedBound(samples: samples, bound: mean { $0.weighted[place] })
        }
        let bound = mean(\.bound)
        let dimension = Double(estimator.pictureChannels * side * side)
        let best = max(bound.mean, weighted.map(\.bound.mean).max() ?? bound.mean)
        let isDiscrete = likelihood.isDiscrete && request.binarisation != .none
        let levels =
            switch (likelihood.isDiscrete, request.binarisation) {
            case (true, .none): "grey levels taken for chances, which is no likelihood"
            case (false, .none): "a density of samples on 0...1"
            default: "\(request.binarisation.rawValue) binarisation"
            }
        let divergences = use.divergences
        return (
            ModelAssessment.Evidence(
                protocol: "nats a picture of \(side)x\(side), \(estimates.count) of them; likelihood \(likelihood), "
                    + "\(levels); standard normal prior; expectation over \(counts.last ?? 1) samples of each",
                bound: bound, reconstruction: mean(\.reconstruction), divergence: mean(\.divergence),
                importanceWeighted: weighted, bitsPerDimension: isDiscrete ? -best / dimension / log(2) : nil),
            ModelAssessment.Use(
                protocol: "Burda et al. 2016: a unit is active where the variance of its mean over the data is above "
                    + "\(LatentUse.activeVariance)" + binarisationText,
                activeUnits: use.activeCount, divergences: divergences, variances: use.variances)
        )
    }
}
