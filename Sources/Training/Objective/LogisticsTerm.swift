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
        var sum = 0.0
        for channel in 0..<targets.channels {
            let first = 3 * components * channel
            for row in 0..<targets.height {
                let t = targets.row(channel, row)
                for x in 0..<targets.width {
                    func part(_ kind: Int) -> [Double] {
                        (0..<components).map { Double(values.row(first + kind * components + $0, row)[x]) }
                    }
                    let mixture = LogisticMixture(logits: part(0), means: part(1), logScales: part(2))
                    let level = Int((min(max(t[x], 0), 1) * 255).rounded())
                    let found = mixture.negativeLogarithm(ofLevel: level)
                    sum += found.value
                    for (kind, slopes) in [found.logits, found.means, found.logScales].enumerated() {
                        for (component, slope) in slopes.enumerated() {
                            let element = gradients.row(first + kind * components + component, row) + x
                            let gradient = Float(slope * share)
                            element.pointee = place.adds ? element.pointee + gradient : gradient
                        }
                    }
                }
            }
        }
        return weight * sum / Double(targets.elementCount)
    }
}
