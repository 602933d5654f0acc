import Autoencoders
import Foundation
import Tensors

/// The term `ObjectiveTerm.Kind.gaussian`: a normal likelihood whose deviation is learnt.
struct GaussianTerm: TermEvaluator {
    let mean: GradientPlace
    /// The logarithm of the deviation.
    let scale: GradientPlace
    let target: TargetPlace

    /// Writes the gradients; with n elements, d = mean - target and p = exp(-2 s) they are d p / n for the mean and
    /// (1 - d² p) / n for s.
    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        let weight = context.weight
        let (means, scales) = (sample.values[mean.index], sample.values[scale.index])
        let targets = target.view(sample, context)
        let share = Float(weight / Double(means.elementCount * context.samples))
        var sum = 0.0
        for channel in 0..<means.channels {
            for row in 0..<means.height {
                let (m, s, t) = (means.row(channel, row), scales.row(channel, row), targets.row(channel, row))
                var part = 0.0
                for x in 0..<means.width {
                    let d = Double(m[x]) - Double(t[x])
                    part += d * d * exp(-2 * Double(s[x])) / 2 + Double(s[x])
                }
                sum += part
            }
        }
        mean.write(sample) { channel, row, x in
            let d = means.row(channel, row)[x] - targets.row(channel, row)[x]
            return d * exp(-2 * scales.row(channel, row)[x]) * share
        }
        scale.write(sample) { channel, row, x in
            let d = means.row(channel, row)[x] - targets.row(channel, row)[x]
            return (1 - d * d * exp(-2 * scales.row(channel, row)[x])) * share
        }
        return weight * sum / Double(means.elementCount)
    }
}

/// The term `ObjectiveTerm.Kind.classes`: softmax and cross-entropy over the channels of each pixel that has a label.
struct ClassesTerm: TermEvaluator {
    let place: GradientPlace
    let target: TargetPlace

    /// Writes the gradient; with y the softmax of the logits it is (Σ_k t_k) y_c - t_c over the number of pixels.
    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        let weight = context.weight
        let (logits, labels) = (sample.values[place.index], target.view(sample, context))
        let pixels = logits.height * logits.width
        let share = weight / Double(pixels * context.samples)
        let gradients = sample.gradients[place.index]
        let channels = logits.channels
        var sum = 0.0
        for row in 0..<logits.height {
            for x in 0..<logits.width {
                func logit(_ channel: Int) -> Double { Double(logits.row(channel, row)[x]) }
                func label(_ channel: Int) -> Double { Double(labels.row(channel, row)[x]) }
                var (peak, total, mass) = (-Double.infinity, 0.0, 0.0)
                for channel in 0..<channels { peak = max(peak, logit(channel)) }
                for channel in 0..<channels {
                    total += exp(logit(channel) - peak)
                    mass += label(channel)
                }
                let logTotal = log(total)
                for channel in 0..<channels {
                    let logarithm = logit(channel) - peak - logTotal
                    sum -= label(channel) * logarithm
                    let gradient = Float((mass * exp(logarithm) - label(channel)) * share)
                    let element = gradients.row(channel, row) + x
                    element.pointee = place.adds ? element.pointee + gradient : gradient
                }
            }
        }
        return weight * sum / Double(pixels)
    }
}
