import Autoencoders
public import Networks
import SystemPackage

extension TrainingConfiguration {
    /// Creates the configuration of a run that begins with the weights of a model, with its architecture.
    ///
    /// - Parameter initialModel: a name that `models` knows, or a folder.
    /// - Throws: `ModelFileError`.
    public init(
        from initialModel: String, images: [String], models: ModelLibrary = .standard()
    ) throws(ModelFileError) {
        let file = try SafetensorsFile(reading: models.weights(of: initialModel))
        self.init(
            architecture: try Architectures.configuration(json: file.metadata["configuration", default: ""]),
            images: images)
        self.initialModel = initialModel
    }

    /// Makes the network that training begins with: fresh, or with the weights of the initial model.
    ///
    /// - Throws: `ModelFileError`.
    func firstNetwork(from models: ModelLibrary) throws(ModelFileError) -> Network {
        guard let initialModel else { return try InitialWeights.network(of: architecture, seed: seed) }
        let file = try SafetensorsFile(reading: models.weights(of: initialModel))
        let own = try Architectures.configuration(json: file.metadata["configuration", default: ""])
        if let classifier = architecture as? Classifier, !(own is Classifier) {
            return try classifier.makeNetwork(
                weights: InitialWeights.source(encoder: own, of: file, for: classifier, seed: seed))
        }
        return try architecture.makeNetwork(weights: InitialWeights.source(file, for: architecture, seed: seed))
    }
}

extension ModelLibrary {
    /// Returns the path of the file with the weights of a model.
    fileprivate func weights(of name: String) throws(ModelFileError) -> FilePath {
        try folder(of: name).appending(Model.weightsFileName)
    }
}
