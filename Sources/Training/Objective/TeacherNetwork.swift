import Networks
import Tensors

/// A trained network whose results another one learns: knowledge distillation (Hinton, Vinyals and Dean 2015; for
/// restoring as in Hui et al. 2018). It runs the forward pass alone, on the same sample and conditioned on the same
/// noise level.
///
/// Contract: each worker asks for its own samples; `prepare` is not called meanwhile.
final class TeacherNetwork: @unchecked Sendable {
    let network: Network
    private var places: [Place] = []

    private struct Place {
        let executor: Executor
        let result: PlanarImage
        /// The sample whose result is there.
        var sample: Int?
    }

    init(_ network: Network) { self.network = network }

    func prepare(height: Int, width: Int, workers: Int) {
        if let first = places.first, places.count == workers, first.executor.maximumHeight == height,
            first.executor.maximumWidth == width
        {
            for index in places.indices { places[index].sample = nil }
            return
        }
        places = (0..<workers).map { _ in
            Place(
                executor: Executor(network: network, maximumHeight: height, maximumWidth: width),
                result: PlanarImage(
                    channels: network.outputChannels, height: network.scale * height, width: network.scale * width))
        }
    }

    /// Returns the teacher's result for `picture`, computed once for a sample however many terms ask.
    func result(for picture: PlanarView, _ context: SampleContext) -> PlanarView {
        let result = places[context.worker].result.view
        if places[context.worker].sample != context.sample {
            places[context.worker].executor.run(input: picture, output: result, noiseLevel: context.noiseLevel)
            places[context.worker].sample = context.sample
        }
        return result
    }
}
