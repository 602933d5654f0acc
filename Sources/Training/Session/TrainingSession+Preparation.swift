import Autoencoders
import Kernels
import Networks

extension TrainingSession {
    /// The parts of a session that are ready before a run is made: the network, the pictures, the objective and the
    /// validation.
    struct Preparation {
        let network: Network
        let pictures: TrainingPictures
        let validator: Validator?
        let trainable: TrainableNetwork
        private let objective: Objective
        private let groups: ParameterGroups

        /// Reads the pictures and binds the objective.
        ///
        /// - Parameter network: with the weights that training begins with.
        init(
            _ configuration: TrainingConfiguration, network: Network, resources: Resources,
            observe: (Event) throws -> Void
        ) throws {
            self.network = network
            try configuration.validate(network: network)
            let workers = resources.workers
            pictures = try TrainingPictures(
                configuration, network: network, maximumBytes: resources.memoryLimit / 2, workers: workers)
            for picture in pictures.skipped { try observe(.skipped(picture)) }
            validator =
                configuration.validation.pictures.isEmpty
                ? nil
                : try Validator(
                    configuration, network: network, workers: workers, memoryLimit: resources.memoryLimit / 2)
            let algorithm = (configuration.precision == .bfloat16 ? ConvolutionAlgorithm.winogradBFloat16 : .winograd)
                .on(.current)
            objective = try Objective(
                configuration.objectiveTerms, network: network, fields: pictures.samples(steps: nil).fields,
                groups: configuration.optimisation.groupNames, algorithm: algorithm
            ) { name in try loadModel(at: resources.models.folder(of: name)).network }
            try objective.check(configuration.sampling.stages)
            trainable = TrainableNetwork(network, for: objective, workers: workers, algorithm: algorithm)
            groups = try ParameterGroups(configuration.optimisation.groups, of: trainable.parameters)
        }

        /// Returns the gradients of a run of so many steps; nil where they are not known yet, for measuring.
        func source(steps: Int?) -> NetworkGradients {
            NetworkGradients(
                trainable, samples: pictures.samples(steps: steps), objective: objective, groups: groups)
        }

        /// Returns the steps that the configuration's length stands for; minutes are measured, with those of
        /// validations.
        func steps(of configuration: TrainingConfiguration) throws -> Int {
            let pixels = PatchStages(configuration.sampling.stages, steps: 1).meanPixels
            switch configuration.length {
            case .steps(let steps): return steps
            case .megapixels(let megapixels): return max(1, Int(megapixels * 1e6 / pixels))
            case .minutes(let minutes):
                let start = ContinuousClock.now
                _ = try validator?.validate(network)
                let validation = (ContinuousClock.now - start) / .seconds(1) / Double(configuration.validation.every)
                let seconds = try TrainingRun.secondsPerPixel(
                    of: source(steps: nil), stage: configuration.sampling.stages[0], seconds: min(10, minutes * 3))
                // A hundredth for the steps' updates and checkpoints.
                return max(1, Int(minutes * 60 * 0.99 / (seconds * pixels + validation)))
            }
        }
    }
}
