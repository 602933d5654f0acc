import Networks
import Tensors
import Training

/// The smallest thing that can be trained: y = a · x + b with a known answer; batches are a function of the step.
final class LinearRegression: GradientSource {
    let ranges: [ParameterRange]
    let weights = AlignedBuffer<Float>(repeating: 0, count: 4)
    let gradient = AlignedBuffer<Float>(repeating: 0, count: 4)
    let waitingSeconds = 0.0
    let workers = 1
    /// Puts something that is not a number into the gradient of the bias at this step.
    var failingStep: Int?
    /// Multiplies losses from this step on.
    var explodingStep: Int?
    private(set) var calls = 0

    /// - Parameter keeping: makes the bias a buffer, which keeps so much of itself and moves towards 1.
    init(keeping: Float? = nil) {
        ranges = [
            ParameterRange(name: "line.weight", shape: [3], range: 0..<3),
            ParameterRange(name: "line.bias", shape: [1], range: 3..<4, keeping: keeping),
        ]
    }

    static let answer: [Float] = [0.5, -0.25, 1, 0.125]

    func accumulate(step: Int, stage: PatchStages.Stage) throws -> BatchLosses {
        calls += 1
        gradient.elements.update(repeating: 0)
        let source = WeightSource(seed: UInt64(step) + 1)
        var losses: [Double] = []
        for _ in 0..<stage.batch {
            let x = try source.tensor("x", shape: [3, 1]).elements + [1]
            let error = (0..<4).reduce(Float(0)) { $0 + (weights.base[$1] - Self.answer[$1]) * x[$1] }
            losses.append(Double(error * error))
            for i in 0..<4 { gradient.base[i] += 2 * error * x[i] / Float(stage.batch) }
        }
        if ranges[1].keeping != nil { gradient.base[3] = Float(stage.batch) }
        if step == failingStep { gradient.base[3] = .nan }
        if let explodingStep, step >= explodingStep { losses = losses.map { $0 + 1e9 } }
        return BatchLosses(samples: losses)
    }

    func multiplyAdds(of stage: PatchStages.Stage) -> Double { Double(8 * stage.batch) }
}
