public import Autoencoders

/// The settings that decide the result of a training run, as one value: with the same pictures the same configuration
/// gives the same weights, to the bit, with any number of workers.
///
/// In JSON all keys lie side by side, and every one may be left out but `architecture` and `images`; an unknown key is
/// an error. Lengths are in pixels, noise levels in levels of 255. `validate(network:)` checks the ranges.
public struct TrainingConfiguration: Sendable, Equatable {
    /// The length of the run.
    public enum Length: Sendable, Equatable {
        /// A number of steps, 1 to 1000000000.
        case steps(Int)
        /// Megapixels of the network's result, converted to steps by the pixels of the batches.
        case megapixels(Double)
        /// Minutes, converted to steps once, by measuring the speed before the first step; the steps are then stored.
        case minutes(Double)
    }

    /// The arithmetic of the products.
    public enum Precision: String, Codable, Sendable, CaseIterable {
        /// Float32 products and sums.
        case float32
        /// Products of operands rounded to BF16, with Float32 sums, weights and state. The first layer, Winograd's
        /// gradient of the weights and everything that is no convolution stay Float32. A processor without AVX512_BF16
        /// trains in Float32, and the session reports it.
        case bfloat16
    }

    /// The architecture of the network.
    public var architecture: any Architecture
    /// The model whose weights training begins with, by name or folder; nil for fresh weights.
    public var initialModel: String?
    /// The pictures that the network learns from.
    public var source: Source
    /// The patches that are taken from the pictures.
    public var sampling: Sampling
    /// The target that the network learns to make, and the measures of its results.
    public var objective = Objective()
    /// The course of the weights: optimiser, rates and averages.
    public var optimisation = Optimisation()
    /// The pictures that the run is measured on, and when.
    public var validation = Validation()
    /// The length of the run.
    public var length: Length = .steps(30_000)
    /// The seed of all random numbers of the run.
    public var seed: UInt64 = 0
    /// The arithmetic of the products.
    public var precision: Precision = .float32
    /// The steps from one checkpoint to the next, 1 or more.
    public var checkpointEvery = 500

    /// Creates a configuration with the standard values of an architecture and of a kind of pictures.
    ///
    /// Pairs and noisy pictures are not corrupted further, and halves of noisy pictures are compared by squares.
    public init(architecture: any Architecture, pictures: Source.Pictures) {
        self.architecture = architecture
        source = Source(pictures)
        switch pictures {
        case .clean: sampling = Sampling(corruptions: [type(of: architecture).standardCorruption])
        case .pairs: sampling = Sampling(corruptions: [])
        case .noisy:
            sampling = Sampling(corruptions: [])
            objective.loss = .meanSquaredError
        }
    }

    /// Creates a configuration with the standard values of an architecture, on clean pictures.
    ///
    /// - Parameter images: their folders and files.
    public init(architecture: any Architecture, images: [String]) {
        self.init(architecture: architecture, pictures: .clean(images))
    }

    public static func == (a: Self, b: Self) -> Bool {
        // Architectures are compared through their JSON text, as everything else may be.
        (try? a.json()) == (try? b.json())
    }

    /// The terms of the objective: the stated ones, or those that the loss, the teacher, the perceptual distance and
    /// the architecture make.
    public var objectiveTerms: [ObjectiveTerm] { objective.terms(of: architecture) }
}
