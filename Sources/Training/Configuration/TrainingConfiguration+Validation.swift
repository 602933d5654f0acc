import Autoencoders
public import Networks

extension TrainingConfiguration {
    /// Checks everything that can be known before pictures are read, against the network too.
    ///
    /// - Throws: `TrainingError.setting`.
    public func validate(network: Network) throws(TrainingError) {
        func positive(_ value: Double, _ name: String) throws(TrainingError) {
            try check(value > 0 && value.isFinite, name, value, "a number above 0")
        }
        try checkPictures()
        try positive(rate, "rate")
        try check((0...1_000_000_000).contains(warmup), "warmup", warmup, "0 or more steps")
        switch schedule {
        case .constant: break
        case .cosine(let final):
            try check(final >= 0 && final <= rate, "finalRate", final, "0 to the rate, \(rate)")
        case .step(let every, let factor):
            try check(every >= 1, "schedule", "every=\(every)", "1 step or more")
            try check(factor > 0 && factor <= 1, "schedule", "factor=\(factor)", "above 0, at most 1")
        }
        switch length {
        case .steps(let steps):
            try check((1...1_000_000_000).contains(steps), "steps", steps, "1 to 1000000000")
        case .megapixels(let value): try positive(value, "megapixels")
        case .minutes(let value): try positive(value, "minutes")
        }
        try checkOptimiser()
        try check(!stages.isEmpty, "stages", "empty", "at least one")
        let sum = stages.reduce(0) { $0 + $1.share }
        try check(abs(sum - 1) < 1e-6, "stages", "shares that add up to \(sum)", "1")
        for stage in stages {
            try check(stage.share > 0, "share", stage.share, "above 0")
            try check((1...4096).contains(stage.batch), "batch", stage.batch, "1 to 4096 patches")
            let multiple = network.grid * network.scale
            try check(
                (1...4096).contains(stage.patch) && stage.patch % multiple == 0, "patch", stage.patch,
                "a multiple of \(multiple) (what the network asks for), at most 4096")
        }
        if let clipping { try positive(clipping, "clipping") }
        try check((0..<1).contains(averaging), "averaging", averaging, "0 or more, below 1")
        let shares = [
            (noiseMapShare, "noiseMapShare"), (greyShare, "greyShare"), (toningShare, "toningShare"),
            (generatedShare, "generatedShare"), (insetShare, "insetShare"), (hueShare, "hueShare"),
            (saturationShare, "saturationShare"),
            (textureShare, "textureShare"),
        ]
        for (share, name) in shares { try check((0...1).contains(share), name, share, "0 to 1") }
        if objective != nil {
            try check(loss == nil, "loss", "given beside objective", "one of the two")
            try check(teacher == nil, "teacher", "given beside objective", "a term with a model in its place")
            try check(perceptual == nil, "perceptual", "given beside objective", "a perceptual term in its place")
        }
        try check(teacherWeight > 0 && teacherWeight <= 1, "teacherWeight", teacherWeight, "above 0, at most 1")
        try check(
            perceptualWeight > 0 && perceptualWeight.isFinite, "perceptualWeight", perceptualWeight, "above 0")
        try check(
            goal == .restoration || network.scale == 1, "goal", goal.rawValue,
            "restoration with a network that upscales")
        try check((1...64).contains(textureChoices), "textureChoices", textureChoices, "1 to 64 places")
        try check((0...256).contains(margin), "margin", margin, "0 to 256 pixels")
        try check(validateEvery >= 1, "validateEvery", validateEvery, "1 step or more")
        try check(checkpointEvery >= 1, "checkpointEvery", checkpointEvery, "1 step or more")
        try check(validationSide >= 0, "validationSide", validationSide, "0 (whole pictures) or more")
        if let patience {
            try check(patience >= 1, "patience", patience, "1 validation or more")
            try check(!validation.isEmpty, "patience", patience, "validation pictures to judge by")
        }
    }

    private func check(
        _ isValid: Bool, _ name: String, _ found: Any, _ expected: String
    ) throws(TrainingError) {
        guard isValid else { throw .setting(name: name, found: "\(found)", expected: expected) }
    }

    /// Checks that there is one source of pictures, and that nothing is set that has no meaning for it.
    private func checkPictures() throws(TrainingError) {
        let sources = [!images.isEmpty, hasPairs, !noisyImages.isEmpty].count(where: \.self)
        try check(sources > 0, "images", "empty", "folders or pictures (or inputs and targets, or noisyImages)")
        try check(sources == 1, "images", "given beside inputs, targets or noisyImages", "one of the three")
        try check(labels == nil || !images.isEmpty, "labels", labels ?? "", "none but for images")
        try check(inputs != nil || targets == nil, "inputs", "missing", "a folder, beside targets")
        try check(targets != nil || inputs == nil, "targets", "missing", "a folder, beside inputs")
        try check(
            neighborWeight >= 0 && neighborWeight.isFinite, "neighborWeight", neighborWeight, "a number, 0 or more")
        if let validationInputs {
            try check(
                validation.count == 1, "validation", "\(validation.count) folders",
                "one, whose pictures have those of \(validationInputs) as inputs")
            try check(
                validationCorruptions.isEmpty, "validationCorruptions", validationCorruptions.joined(separator: ", "),
                "none beside validationInputs")
        }
        if goal == .damageMask {
            try check(noisyImages.isEmpty, "goal", goal.rawValue, "restoration where nobody has clean pictures")
        }
        guard images.isEmpty else { return try check(!corruptions.isEmpty, "corruptions", "empty", "at least one") }
        let kind = hasPairs ? "pairs" : "noisy pictures"
        try check(corruptions.isEmpty, "corruptions", corruptions.joined(separator: ", "), "none for \(kind)")
        try check(!downscaling, "downscaling", downscaling, "false for \(kind)")
        let changing = [
            (greyShare, "greyShare"), (toningShare, "toningShare"), (generatedShare, "generatedShare"),
            (insetShare, "insetShare"), (hueShare, "hueShare"), (saturationShare, "saturationShare"),
        ]
        for (share, name) in changing { try check(share == 0, name, share, "0 for \(kind)") }
        try check(textureChoices == 1, "textureChoices", textureChoices, "1 for \(kind)")
        try check(margin == 0, "margin", margin, "0 for \(kind)")
        try check(
            noisyImages.isEmpty || loss == .meanSquaredError, "loss", loss.map(\.description) ?? "the architecture's",
            "mse for noisy pictures: other losses do not have the clean picture as their best answer")
        try check(
            validation.isEmpty || validationInputs != nil || !validationCorruptions.isEmpty, "validation",
            "given without what its pictures go through", "validationInputs or validationCorruptions beside it")
    }

    private func checkOptimiser() throws(TrainingError) {
        switch optimiser {
        case .momentum(let sgd):
            try check((0..<1).contains(sgd.momentum), "momentum", sgd.momentum, "0 or more, below 1")
            try check((0..<1).contains(sgd.weightDecay), "weightDecay", sgd.weightDecay, "0 or more, below 1")
        case .adam(let adam), .adamW(let adam):
            try check((0..<1).contains(adam.beta1), "beta1", adam.beta1, "0 or more, below 1")
            try check((0..<1).contains(adam.beta2), "beta2", adam.beta2, "0 or more, below 1")
            try check(adam.epsilon > 0 && adam.epsilon.isFinite, "epsilon", adam.epsilon, "above 0")
            try check((0..<1).contains(adam.weightDecay), "weightDecay", adam.weightDecay, "0 or more, below 1")
        }
    }
}
