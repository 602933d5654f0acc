import Autoencoders
import Latents
public import Networks

extension TrainingConfiguration {
    /// Checks everything that can be known before pictures are read, against the network too.
    ///
    /// - Throws: `TrainingError.setting`.
    public func validate(network: Network) throws(TrainingError) {
        try source.check()
        try validation.check()
        try checkPictures()
        if network.graph.classes != nil {
            try TrainingError.check(
                validation.pictures.isEmpty, "validation", "given", "none for a classifier, which makes no pictures")
            try TrainingError.check(source.labels != nil, "labels", "missing", "labels, which a classifier learns")
        }
        try optimisation.check()
        switch length {
        case .steps(let steps):
            try TrainingError.check((1...1_000_000_000).contains(steps), "steps", steps, "1 to 1000000000")
        case .megapixels(let value): try TrainingError.checkPositive(value, "megapixels")
        case .minutes(let value): try TrainingError.checkPositive(value, "minutes")
        }
        if network.inputChannels == 1 {
            let augmentation = sampling.augmentation
            for (share, name) in [
                (augmentation.hueShare, "hueShare"), (augmentation.saturationShare, "saturationShare"),
            ] { try TrainingError.check(share == 0, name, share, "0 for a network of one channel") }
        }
        try sampling.check(patchMultiple: network.grid * network.scale)
        try objective.check()
        try TrainingError.check(
            objective.goal == .restoration || network.scale == 1, "goal", objective.goal.rawValue,
            "restoration with a network that upscales")
        try TrainingError.check(checkpointEvery >= 1, "checkpointEvery", checkpointEvery, "1 step or more")
    }

    /// Checks that nothing is set that has no meaning for the kind of pictures.
    private func checkPictures() throws(TrainingError) {
        let kind: String
        switch source.pictures {
        case .clean:
            if let binarisation = sampling.binarisation {
                let found = binarisation.rawValue
                try TrainingError.check(
                    sampling.corruptions == ["none"] && source.masks == nil && source.generatedShare == 0
                        && objective.goal == .restoration, "binarise", found, "left out beside corruptions and masks")
                try TrainingError.check(
                    validation.pictures.isEmpty, "validation", "given beside binarise", "none: assess measures bounds")
            }
            if let masks = source.masks {
                try TrainingError.check(
                    validation.pictures.isEmpty, "validation", "given beside masks (\(masks))", "none")
                try TrainingError.check(
                    objective.goal == .restoration, "goal", objective.goal.rawValue, "restoration beside masks")
            }
            return try TrainingError.check(!sampling.corruptions.isEmpty, "corruptions", "empty", "at least one")
        case .pairs: kind = "pairs"
        case .noisy: kind = "noisy pictures"
        }
        try sampling.checkUncorrupted(kind)
        try TrainingError.check(
            sampling.binarisation == nil, "binarise", sampling.binarisation?.rawValue ?? "", "left out for \(kind)")
        for (share, name) in [(source.generatedShare, "generatedShare"), (source.insetShare, "insetShare")] {
            try TrainingError.check(share == 0, name, share, "0 for \(kind)")
        }
        if case .noisy = source.pictures {
            try TrainingError.check(
                objective.goal == .restoration, "goal", objective.goal.rawValue,
                "restoration where nobody has clean pictures")
            try TrainingError.check(
                objective.loss == .meanSquaredError, "loss", objective.loss.map(\.description) ?? "the architecture's",
                "mse for noisy pictures: other losses do not have the clean picture as their best answer")
        }
        try TrainingError.check(
            validation.pictures.isEmpty || validation.inputs != nil || !validation.corruptions.isEmpty, "validation",
            "given without what its pictures go through", "validationInputs or validationCorruptions beside it")
    }
}

extension TrainingError {
    /// - Throws: `TrainingError.setting` unless `isValid`.
    static func check(
        _ isValid: Bool, _ name: String, _ found: Any, _ expected: String
    ) throws(TrainingError) {
        guard isValid else { throw .setting(name: name, found: "\(found)", expected: expected) }
    }

    static func checkPositive(_ value: Double, _ name: String) throws(TrainingError) {
        try check(value > 0 && value.isFinite, name, value, "a number above 0")
    }

    static func checkShares(_ shares: [(value: Double, name: String)]) throws(TrainingError) {
        for (value, name) in shares { try check((0...1).contains(value), name, value, "0 to 1") }
    }
}
