import Autoencoders
import Networks
import Quality
import Testing
import Training

@Suite struct ConfigurationTests {
    private static let network = #"{"architecture": "unet", "widths": [8, 16], "blocks": 1}"#

    private static func configuration(_ more: String = "") throws -> TrainingConfiguration {
        try TrainingConfiguration(json: #"{"architecture": \#(network), "images": ["a"]\#(more)}"#)
    }

    private static func validate(_ configuration: TrainingConfiguration) throws {
        try configuration.validate(
            network: InitialWeights.network(of: configuration.architecture, seed: configuration.seed))
    }

    @Test func whatIsLeftOutIsStandard() throws {
        let configuration = try Self.configuration()
        #expect(configuration == TrainingConfiguration(architecture: UNet(widths: [8, 16], blocks: 1), images: ["a"]))
        try Self.validate(configuration)
    }

    /// Two standard values follow from others, and what is stated stays.
    @Test func standardsFollowTheData() throws {
        func loss(_ more: String) throws -> Loss? { try Self.configuration(", " + more).objective.loss }
        #expect(try loss(#""corruptions": ["saltpepper:0-0.2"]"#) == .peakSignalToNoise)
        #expect(try loss(#""corruptions": ["gaussian:5", "gaussian:5+mask:0.25"]"#) == .peakSignalToNoise)
        #expect(try loss(#""corruptions": ["gaussian:5"]"#) == nil)
        #expect(try loss(#""corruptions": ["saltpepper:0.1"], "loss": null"#) == nil)
        #expect(try loss(#""corruptions": ["saltpepper:0.1"], "loss": "l1""#) == .absoluteError)
        let conv = try TrainingConfiguration(
            json: #"{"architecture": {"architecture": "conv"}, "images": ["a"], "corruptions": ["mask:0.25"]}"#)
        #expect(conv.objective.loss == nil)
        func flips(_ images: String, _ more: String = "") throws -> Bool {
            try TrainingConfiguration(
                json: #"{"architecture": \#(Self.network), "images": [\#(images)]\#(more)}"#
            ).sampling.augmentation.flips
        }
        for array in ["a.npy", "a.npy.gz", "t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz", "a.idx"] {
            #expect(try !flips("\"\(array)\""), "\(array)")
        }
        #expect(try flips(#""a""#) && flips(#""a.npy", "b""#) && flips(#""a.npy""#, #", "flips": true"#))
    }

    @Test func everyValueSurvives() throws {
        var configuration = try Self.configuration(#", "minutes": 1.5, "clipping": null, "seed": 18446744073709551615"#)
        #expect(configuration.length == .minutes(1.5))
        #expect(configuration.optimisation.clipping == nil)
        #expect(configuration.seed == .max)
        configuration.architecture = PlainStack.upscaling2
        configuration.objective.goal = .damageMask
        configuration.optimisation.optimiser = .adamW(.init(beta1: 0.8, weightDecay: 0.1))
        configuration.optimisation.schedule = .step(every: 10, factor: 0.25)
        configuration.objective.loss = .charbonnier(eps: 0.02)
        configuration.sampling.stages = [
            .init(share: 0.25, patch: 32, batch: 2), .init(share: 0.75, patch: 48, batch: 1),
        ]
        configuration.validation.patience = 3
        configuration.sampling.corruptions = ["3*film:0-1", "none"]
        configuration.sampling.augmentation.greyShare = 0.1
        configuration.sampling.augmentation.toningShare = 0.4
        configuration.source.generatedShare = 0.2
        configuration.source.insetShare = 0.25
        configuration.sampling.augmentation.hueShare = 0.3
        configuration.sampling.augmentation.saturationShare = 0.6
        configuration.sampling.textureChoices = 3
        configuration.sampling.textureShare = 0.5
        configuration.sampling.margin = 12
        configuration.validation.pictures = ["b"]
        configuration.precision = .bfloat16
        configuration.initialModel = "1x-Denoise-S"
        configuration.validation.inputs = "c"
        configuration.source.trainingData = [.init(name: "mine", licence: "CC0", note: "12 pictures")]
        let again = try TrainingConfiguration(json: configuration.json())
        #expect(again == configuration)
        #expect(again.validation.inputs == "c" && again.source.trainingData == configuration.source.trainingData)
        #expect(
            again.optimisation.optimiser == configuration.optimisation.optimiser && again.objective.goal == .damageMask)
        #expect((again.sampling.textureChoices, again.sampling.margin) == (3, 12))
        #expect(again.sampling.augmentation == configuration.sampling.augmentation)
        #expect((again.sampling.augmentation.greyShare, again.sampling.textureShare) == (0.1, 0.5))
        #expect(again.source == configuration.source && again.source.insetShare == 0.25)
        #expect(again.sampling.corruptions == ["3*film:0-1", "none"])
        #expect(again.optimisation.schedule == configuration.optimisation.schedule)
        #expect(again.optimisation.clipping == nil)
    }

    static let tasks: [(corruptions: [String], task: ModelCard.Task?)] = [
        (["gaussian:0-75", "2*gaussian:5"], .denoise), (["bicubic:2"], .upscale), (["grain:5-20", "none"], .scan),
        (["jpeg:5-50", "jpeg:10-95+jpeg:10-95:dy=0-7", "0.5*none"], .jpeg), (["gaussian:0-75+quantise:8"], .scan),
        (["none"], nil),
    ]

    @Test(arguments: tasks) func theCardsTaskFollowsFromTheCorruptions(
        corruptions: [String], task: ModelCard.Task?
    ) throws {
        var configuration = try Self.configuration()
        configuration.sampling.corruptions = corruptions
        #expect(try configuration.task == task)
    }

    @Test func theProtocolFollowsFromTheCorruption() throws {
        let configuration = try Self.configuration()
        let names = [
            "gaussian:25", "jpeg:30:dy=3", "jpeg:30+jpeg:50", "grain:15", "none", "bicubic:2", "gaussian:0-75",
        ]
        #expect(
            names.map { configuration.validationProtocol(of: $0).name }
                == ["awgn", "jpeg", "synthetic", "synthetic", "synthetic", "sr-rgb", "synthetic"])
    }

    @Test func picturesThatComeCorrupted() throws {
        let pairs = try TrainingConfiguration(
            json: #"{"architecture": \#(Self.network), "inputs": "a", "targets": "b"}"#)
        #expect(
            pairs.source.pictures == .pairs(inputs: "a", targets: "b") && pairs.sampling.corruptions.isEmpty
                && pairs.objective.loss == nil)
        #expect(pairs.objectiveTerms == .init(.charbonnier(eps: 1e-3)))
        try Self.validate(pairs)
        #expect(try TrainingConfiguration(json: pairs.json()) == pairs)
        #expect(try pairs.task == nil)
        #expect(pairs.cardData(pictureCount: 7).map(\.name) == ["a", "b"])
        var marked = pairs
        marked.objective.goal = .damageMask
        try Self.validate(marked)
        #expect(try marked.task == .damage)
        let noisy = try TrainingConfiguration(
            json: #"{"architecture": \#(Self.network), "noisyImages": ["x/scans"], "neighborWeight": 1}"#)
        #expect(noisy.sampling.corruptions.isEmpty && noisy.objective.loss == .meanSquaredError)
        #expect(noisy.source.neighborWeight == 1)
        try Self.validate(noisy)
        #expect(try TrainingConfiguration(json: noisy.json()) == noisy)
        #expect(noisy.cardData(pictureCount: 7) == [.init(name: "scans", note: "7 pictures")])
    }

    @Test(arguments: [
        (#""inputs": "a""#, "targets"), (#""targets": "a""#, "inputs"),
        (#""images": ["a"], "inputs": "a", "targets": "b""#, "images"),
        (#""noisyImages": ["a"], "inputs": "a", "targets": "b""#, "images"),
        (#""noisyImages": ["a"], "loss": "l1""#, "loss"),
        (#""noisyImages": ["a"], "neighborWeight": -1"#, "neighborWeight"),
        (#""noisyImages": ["a"], "corruptions": ["gaussian:5"]"#, "corruptions"),
        (#""noisyImages": ["a"], "downscaling": true"#, "downscaling"),
        (#""noisyImages": ["a"], "greyShare": 0.1"#, "greyShare"),
        (#""noisyImages": ["a"], "generatedShare": 0.1"#, "generatedShare"),
        (#""noisyImages": ["a"], "hueShare": 0.1"#, "hueShare"),
        (#""noisyImages": ["a"], "validation": ["b"]"#, "validation"),
        (#""inputs": "a", "targets": "b", "margin": 4"#, "margin"),
        (#""noisyImages": ["a"], "goal": "marks""#, "goal"),
        (#""inputs": "a", "targets": "b", "validation": ["c", "d"], "validationInputs": "e""#, "validation"),
        (
            #""images": ["a"], "validation": ["c"], "validationInputs": "e", "validationCorruptions": ["jpeg:5"]"#,
            "validationCorruptions"
        ),
    ])
    func picturesThatDoNotGoTogether(keys: String, field: String) throws {
        let error = #expect(throws: TrainingError.self) {
            try Self.validate(TrainingConfiguration(json: "{\"architecture\": \(Self.network), \(keys)}"))
        }
        guard case .setting(field, _, _)? = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test(arguments: [
        #", "imges": ["b"]"#, #", "seed": 1, "seed": 2"#, #", "steps": 10, "minutes": 1"#, #", "seed": "x""#,
        #", "loss": "l3""#, #", "optimiser": "sgdm""#, #", "optimiser": {"name": "sgd", "beta1": 0.9}"#,
        #", "schedule": "cosine:end=1""#, #", "precision": "float64""#, "]", #", "stages": [{"share": 1}]"#,
    ])
    func wrongTexts(more: String) {
        #expect(throws: TrainingError.self) { try Self.configuration(more) }
    }

    @Test(arguments: [
        #"{"images": ["a"]}"#, #"{"architecture": {"architecture": "gan"}, "images": ["a"]}"#,
        #"{"architecture": {"architecture": "unet", "depth": 3}, "images": ["a"]}"#,
        #"{"architecture": {"architecture": "unet", "widths": []}, "images": ["a"]}"#,
    ])
    func wrongArchitectures(text: String) {
        #expect(throws: (any Error).self) { try TrainingConfiguration(json: text) }
    }

    @Test(arguments: [
        (#", "steps": 0"#, "steps"), (#", "rate": 0"#, "rate"),
        (#", "stages": [{"share": 0.5, "patch": 64, "batch": 1}]"#, "stages"),
        (#", "stages": [{"share": 1, "patch": 66, "batch": 1}]"#, "patch"),
        (#", "stages": [{"share": 1, "patch": 64, "batch": 0}]"#, "batch"), (#", "clipping": 0"#, "clipping"),
        (#", "averaging": 1"#, "averaging"), (#", "patience": 3"#, "patience"), (#", "minutes": -1"#, "minutes"),
        (#", "corruptions": []"#, "corruptions"), (#", "optimiser": {"name": "adam", "beta2": 1}"#, "beta2"),
        (#", "noiseMapShare": 1.5"#, "noiseMapShare"), (#", "greyShare": -0.1"#, "greyShare"),
        (#", "generatedShare": 1.5"#, "generatedShare"), (#", "hueShare": -1"#, "hueShare"),
        (#", "insetShare": 2"#, "insetShare"), (#", "saturationShare": 1.1"#, "saturationShare"),
        (#", "toningShare": 2"#, "toningShare"), (#", "textureShare": 1.01"#, "textureShare"),
        (#", "textureChoices": 0"#, "textureChoices"), (#", "margin": -1"#, "margin"),
        (#", "schedule": "step:every=0:factor=1""#, "schedule"),
    ])
    func valuesOutsideTheirRange(more: String, field: String) throws {
        let configuration = try Self.configuration(more)
        let error = #expect(throws: TrainingError.self) { try Self.validate(configuration) }
        guard case .setting(field, _, _)? = error else {
            Issue.record("\(error as Any)")
            return
        }
    }
}
