import ArgumentParser
import Autoencoders
import Files
import Networks
import SystemPackage
import Training

/// The settings of a classifier that is trained.
struct ClassifierOptions: ParsableArguments {
    @Flag(help: "Train a network that tells the classes of --labels: see retouch classify.")
    var classifier = false

    @Option(
        help: .init(
            "The model whose encoder looks at the pictures; without it a fresh one of --architecture.",
            valueName: "name|folder"), completion: .models())
    var encoder: String?

    @Flag(help: "Leave the encoder as it is: the head alone learns.")
    var freeze = false

    @Option(help: .init("Units of the head's hidden layer; by default none.", valueName: "N"))
    var headUnits: Int?

    func validate() throws {
        guard !classifier else { return }
        for (option, isGiven) in [
            ("--encoder", encoder != nil), ("--freeze", freeze), ("--head-units", headUnits != nil),
        ] where isGiven { throw ValidationError("\(option) goes with --classifier") }
    }

    /// Returns the configuration of the training that these settings and `settings` ask for.
    ///
    /// - Throws: as `TrainingOptions.configuration`, and what `TrainingConfiguration.classifying` throws.
    func configuration(_ settings: TrainingOptions) throws -> TrainingConfiguration {
        guard classifier else { return try settings.configuration() }
        guard encoder == nil || settings.initialModel == nil else {
            throw CommandFailure(status: .usage, message: "--encoder and --from name a model each; expected one")
        }
        guard !freeze || encoder != nil else {
            throw CommandFailure(
                status: .usage, message: "--freeze leaves an encoder as it is; expected --encoder, a trained one")
        }
        // A square as the encoder knows it.
        let side = try encoder.flatMap { name -> Int? in
            let folder = try ModelLibrary.standard().folder(of: name)
            return try ModelCard(reading: folder.appending(Model.cardFileName)).trainingHRSize
        }
        return try TrainingOptions.asked {
            try settings.configuration(initialModel: encoder, standardPatch: side).classifying(
                units: headUnits ?? 0, freezesEncoder: freeze)
        }
    }
}
