import Autoencoders
import Tensors

/// How far a value is from what the data, or another network, have in its place.
struct DistanceTerm: TermEvaluator {
    let kind: Loss.Kind
    let place: GradientPlace
    let target: TargetPlace

    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        context.weight
            * kind.gradient(
                output: sample.values[place.index], target: target.view(sample, context), batch: context.samples,
                weight: context.weight, into: sample.gradients[place.index], adds: place.adds)
    }
}

/// Where a term finds what its value is compared with.
enum TargetPlace: Sendable {
    /// The number of a field of the data.
    case field(Int)
    case model(TeacherNetwork)

    func view(_ sample: SampleViews, _ context: SampleContext) -> PlanarView {
        switch self {
        case .field(let index): sample.fields[index]
        case .model(let teacher): teacher.result(for: sample.fields[0], context)
        }
    }
}
