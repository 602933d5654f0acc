import Autoencoders
import Tensors

/// The term `ObjectiveTerm.Kind.distance`: the distance of a value from a field of the data or from the result of
/// another network.
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

/// The source of the target that a value is compared with.
enum TargetPlace: Sendable {
    /// The index of a field of the data.
    case field(Int)
    case model(TeacherNetwork)

    func view(_ sample: SampleViews, _ context: SampleContext) -> PlanarView {
        switch self {
        case .field(let index): sample.fields[index]
        case .model(let teacher): teacher.result(for: sample.fields[0], context)
        }
    }
}
