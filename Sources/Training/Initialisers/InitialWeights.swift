public import Autoencoders
public import Networks
import Tensors

/// The weights that training begins with.
public enum InitialWeights {
    /// Returns weights for `architecture` from a seed. Each tensor's numbers are a function of the seed and its name
    /// alone, so they do not change where the order of the graph does.
    public static func source(for architecture: any Architecture, seed: UInt64) -> WeightSource {
        WeightSource { name, shape in
            tensor(architecture.initialisation(of: name, shape: shape), name, shape, seed: seed)
        }
    }

    /// Returns the weights that `file` has, of `architecture` or of a related network: one with other inputs, or a
    /// shallower one. Tensors that only the deeper network has are sampled from the seed.
    public static func source(
        _ file: SafetensorsFile, for architecture: any Architecture, seed: UInt64
    ) -> WeightSource {
        WeightSource(file, adapting: type(of: architecture).adapted) { name, shape in
            architecture.deepening(of: name, shape: shape).map { tensor($0, name, shape, seed: seed) }
        }
    }

    /// Returns the weights of a classifier whose encoder is that of a model: those that `file` has, and a fresh head.
    ///
    /// - Parameter own: the architecture of the model.
    /// - Throws: `ModelFileError.badConfiguration` where the classifier's encoder is another one; what reading the model's
    ///   own network throws.
    static func source(
        encoder own: any Architecture, of file: SafetensorsFile, for classifier: Classifier, seed: UInt64
    ) throws(ModelFileError) -> WeightSource {
        let expected = (try? Architectures.json(own)) ?? ""
        let found = (try? Architectures.json(classifier.encoder)) ?? ""
        guard found == expected else {
            throw .badConfiguration(field: "encoder", found: found, expected: "that of the model, \(expected)")
        }
        // All of the model is checked here: what the file lacks below is the head, and nothing damaged.
        _ = try own.makeNetwork(weights: WeightSource(file))
        let stored = WeightSource(file)
        return WeightSource { name, shape in
            (try? stored.tensor(name, shape: shape))
                ?? tensor(classifier.initialisation(of: name, shape: shape), name, shape, seed: seed)
        }
    }

    private static func tensor(
        _ initialisation: Initialisation, _ name: String, _ shape: [Int], seed: UInt64
    ) -> Tensor {
        // FNV-1a, 64 bits: only has to differ between the names of one network. A seed means what it did in version
        // 0.1.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in WeightSource.formerName(of: name).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var random = RandomStream(seed: seed, Int(truncatingIfNeeded: hash))
        return initialisation.tensor(shape: shape, using: &random)
    }

    /// Makes a fresh network of `architecture`.
    ///
    /// - Throws: `ModelFileError.badConfiguration` for values that make no network.
    public static func network(of architecture: any Architecture, seed: UInt64) throws(ModelFileError) -> Network {
        try architecture.makeNetwork(weights: source(for: architecture, seed: seed))
    }
}
