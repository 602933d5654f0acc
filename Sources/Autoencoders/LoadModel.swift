public import Networks
public import SystemPackage

/// Loads the model in `folder`: its card, its weights, and the network of the architecture that they name.
///
/// Every name and shape of the weights is checked in both directions, the card's scale and channels against the
/// network, and the file's digest against the card's where it has one. The model for grey pictures that the card names
/// is loaded too, where it lies beside this one.
///
/// - Throws: `ModelFileError`.
/// - Complexity: reads the whole file; weights are packed when the first executor is made.
public func loadModel(at folder: FilePath) throws(ModelFileError) -> Model {
    try loadModel(at: folder, bringsGreyModel: true)
}

/// Loads the model in `folder`. A model that is loaded as another one's model for grey loads none itself, so two that
/// name each other, or one that names itself, end.
private func loadModel(at folder: FilePath, bringsGreyModel: Bool) throws(ModelFileError) -> Model {
    let weightsPath = folder.appending(Model.weightsFileName)
    let (file, sha256) = try SafetensorsFile.readingWithDigest(weightsPath)
    let card = try ModelCard(reading: folder.appending(Model.cardFileName))
    let network = try loadNetwork(from: file, path: weightsPath)

    if card.scale != network.scale {
        throw .cardMismatch(field: "scale", found: "\(card.scale)", expected: "\(network.scale)")
    }
    if card.inputChannels != network.inputChannels {
        throw .cardMismatch(
            field: "inputChannels", found: "\(card.inputChannels)", expected: "\(network.inputChannels)")
    }
    if card.outputChannels != network.outputChannels {
        throw .cardMismatch(
            field: "outputChannels", found: "\(card.outputChannels)", expected: "\(network.outputChannels)")
    }
    try card.checkWeights(sha256: sha256)
    var greyModel: Model?
    if bringsGreyModel, let place = card.greyFolder(beside: folder) {
        greyModel = try loadModel(at: place, bringsGreyModel: false)
    }
    if let greyModel, greyModel.network.inputChannels != 1 || greyModel.network.scale != network.scale {
        throw .cardMismatch(
            field: "greyModel",
            found: "\(greyModel.name) of \(greyModel.network.inputChannels) channels, scale "
                + "\(greyModel.network.scale)", expected: "a model of 1 channel, scale \(network.scale)")
    }
    return Model(
        folder: folder, name: folder.lastComponent?.string ?? card.name, card: card, network: network, sha256: sha256,
        greyModel: greyModel)
}

/// Reads the configuration of the model in `folder`, without its weights' values.
///
/// - Throws: `ModelFileError`.
public func loadArchitecture(at folder: FilePath) throws(ModelFileError) -> any Architecture {
    let path = folder.appending(Model.weightsFileName)
    return try configuration(of: SafetensorsFile.readingWithDigest(path).file, path: path)
}

/// Makes the network in a model file, without a card.
///
/// - Parameter path: for messages.
/// - Throws: `ModelFileError`.
public func loadNetwork(from file: SafetensorsFile, path: FilePath) throws(ModelFileError) -> Network {
    try configuration(of: file, path: path).makeNetwork(weights: WeightSource(file))
}

private func configuration(of file: SafetensorsFile, path: FilePath) throws(ModelFileError) -> any Architecture {
    guard file.metadata["format"] == Model.formatName else {
        throw .unknownFormat(path: path.string, found: file.metadata["format"], expected: Model.formatName)
    }
    guard let text = file.metadata["configuration"] else {
        throw .badConfiguration(field: "configuration", found: "missing", expected: "a JSON text in the metadata")
    }
    return try Architectures.configuration(json: text)
}
