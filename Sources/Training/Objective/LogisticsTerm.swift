import Autoencoders
import Tensors

/// The term `ObjectiveTerm.Kind.logistics`: a discretised mixture of logistic distributions for each sample of the
/// target.
struct LogisticsTerm: TermEvaluator {
    let components: Int
    let place: GradientPlace
    let target: TargetPlace

    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        let weight = context.weight
        let (values, targets) = (sample.values[place.index], target.view(sample, context))
        let gradients = sample.gradients[place.index]
        let share = weight / Double(targets.elementCount * context.samples)
        var mixture = LogisticMixture(components: components)
        var sum = 0.0
        for channel in 0..<targets.channels {
            let first = 3 * components * channel
            for row in 0..<targets.height {
                let t = targets.row(channel, row)
                for x in 0..<targets.width {
                    for index in 0..<3 * components {
                        mixture.parameters[index] = Double(values.row(first + index, row)[x])
                    }
                    let level = Int((min(max(t[x], 0), 1) * 255).rounded())
                    sum += mixture.negativeLogarithm(ofLevel: level)
                    for index in 0..<3 * components {
                        let element = gradients.row(first + index, row) + x
                        let gradient = Float(mixture.slopes[index] * share)
                        element.pointee = place.adds ? element.pointee + gradient : gradient
                    }
                }
            }
        }
        return weight * sum / Double(targets.elementCount)
    }
}
