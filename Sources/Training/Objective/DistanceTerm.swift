import Autoencoders
import Tensors

/// How far a value is from what the data, or another network, have in its place.
struct DistanceTerm: TermEvaluator {
    let kind: Loss.Kind
    let term: ObjectiveTerm
    let place: GradientPlace
    let target: TargetPlace

    func prepare(height: Int, width: Int, workers: Int) {
        target.prepare(height: height, width: width, workers: workers)
    }

    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        let weight = term.weight * term.share(atStep: context.step)
        return weight
            * kind.gradient(
                output: sample.values[place.index], target: target.view(sample, context), batch: context.samples,
                weight: weight, into: sample.gradients[place.index], adds: place.adds)
    }
}

/// Where a term finds what its value is compared with.
enum TargetPlace: Sendable {
    /// The number of a field of the data.
    case field(Int)
    case model(TeacherNetwork)

    func prepare(height: Int, width: Int, workers: Int) {
        if case .model(let teacher) = self { teacher.prepare(height: height, width: width, workers: workers) }
    }

    func view(_ sample: SampleViews, _ context: SampleContext) -> PlanarView {
        switch self {
        case .field(let index): sample.fields[index]
        case .model(let teacher): teacher.result(for: sample.fields[0], context)
        }
    }
}
