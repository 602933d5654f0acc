public import Autoencoders
public import Networks
import Tensors

/// Fresh networks: the numbers that training begins with.
public enum FreshWeights {
    /// Weights for `architecture` from a seed. Each tensor's numbers are a function of the seed and its name alone, so they
    /// do not change where the order of the graph does.
    public static func source(for architecture: any Architecture, seed: UInt64) -> WeightSource {
        WeightSource { name, shape in
            // FNV-1a, 64 bits: only has to differ between the names of one network.
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            var random = RandomStream(seed: seed, Int(truncatingIfNeeded: hash))
            return architecture.initialisation(of: name, shape: shape).tensor(shape: shape, using: &random)
        }
    }

    /// A fresh network of `architecture`.
    ///
    /// - Throws: `ModelFileError.badConfiguration` for values that make no network.
    public static func network(of architecture: any Architecture, seed: UInt64) throws(ModelFileError) -> Network {
        try architecture.makeNetwork(weights: source(for: architecture, seed: seed))
    }
}
