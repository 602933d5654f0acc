import Autoencoders
import Networks
import Testing
import Training

@Suite struct ConfigurationTests {
    private static let network = #"{"architecture": "unet", "widths": [8, 16], "blocks": 1}"#

    private static func configuration(_ more: String = "") throws -> TrainingConfiguration {
        try TrainingConfiguration(json: #"{"architecture": \#(network), "images": ["a"]\#(more)}"#)
    }

    private static func validate(_ configuration: TrainingConfiguration) throws {
        try configuration.validate(
            network: FreshWeights.network(of: configuration.architecture, seed: configuration.seed))
    }

    @Test func whatIsLeftOutIsStandard() throws {
        let configuration = try Self.configuration()
        #expect(configuration == TrainingConfiguration(architecture: UNet(widths: [8, 16], blocks: 1), images: ["a"]))
        try Self.validate(configuration)
    }

    @Test func everyValueSurvives() throws {
        var configuration = try Self.configuration(#", "minutes": 1.5, "clipping": null, "seed": 18446744073709551615"#)
        #expect(configuration.length == .minutes(1.5))
        #expect(configuration.clipping == nil)
        #expect(configuration.seed == .max)
        configuration.architecture = PlainStack.enlarging2
        configuration.optimiser = .adamW(.init(beta1: 0.8, weightDecay: 0.1))
        configuration.schedule = .step(every: 10, factor: 0.25)
        configuration.loss = .charbonnier(eps: 0.02)
        configuration.stages = [.init(share: 0.25, patch: 32, batch: 2), .init(share: 0.75, patch: 48, batch: 1)]
        configuration.patience = 3
        configuration.corruptions = ["3*film:0-1", "none"]
        configuration.greyShare = 0.1
        configuration.toningShare = 0.4
        configuration.textureChoices = 3
        configuration.textureShare = 0.5
        configuration.margin = 12
        configuration.validation = ["b"]
        configuration.precision = .bfloat16
        configuration.initialModel = "1x-Denoise-S"
        let again = try TrainingConfiguration(json: configuration.json())
        #expect(again == configuration)
        #expect(again.optimiser == configuration.optimiser)
        #expect((again.textureChoices, again.margin) == (3, 12))
        #expect((again.greyShare, again.toningShare, again.textureShare) == (0.1, 0.4, 0.5))
        #expect(again.corruptions == ["3*film:0-1", "none"])
        #expect(again.schedule == configuration.schedule)
        #expect(again.clipping == nil)
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
        (#", "steps": 0"#, "steps"), (#", "rate": 0"#, "rate"), (#", "steps": 10"#, "warmup"),
        (#", "stages": [{"share": 0.5, "patch": 64, "batch": 1}]"#, "stages"),
        (#", "stages": [{"share": 1, "patch": 66, "batch": 1}]"#, "patch"),
        (#", "stages": [{"share": 1, "patch": 64, "batch": 0}]"#, "batch"), (#", "clipping": 0"#, "clipping"),
        (#", "averaging": 1"#, "averaging"), (#", "patience": 3"#, "patience"), (#", "minutes": -1"#, "minutes"),
        (#", "corruptions": []"#, "corruptions"), (#", "optimiser": {"name": "adam", "beta2": 1}"#, "beta2"),
        (#", "noiseMapShare": 1.5"#, "noiseMapShare"), (#", "greyShare": -0.1"#, "greyShare"),
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
