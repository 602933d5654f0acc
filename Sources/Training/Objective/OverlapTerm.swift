import Autoencoders
import Foundation
import Tensors

/// The term `ObjectiveTerm.Kind.dice`: the overlap of the softmax of logits with the labels, over a sample's pixels.
struct OverlapTerm: TermEvaluator {
    /// The pixels that are added to both sides of the ratio.
    let smoothing: Double
    let place: GradientPlace
    let target: TargetPlace

    /// Writes the gradient. With p the softmax, t the labels and, for each class k after the first of K, I = Σ p t, S =
    /// Σ p + Σ t over pixels and s the smoothing, the term is the mean over k of 1 - (2 I + s) / (S + s); its slope in
    /// p_k is g_k = ((2 I + s) / (S + s)² - 2 t / (S + s)) / (K - 1), that in the logit c is p_c (g_c - Σ_k g_k p_k).
    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        let (logits, labels) = (sample.values[place.index], target.view(sample, context))
        let channels = logits.channels
        var probabilities = [Double](repeating: 0, count: channels)
        var (overlaps, sums) = (probabilities, probabilities)
        for row in 0..<logits.height {
            for x in 0..<logits.width {
                Self.softmax(logits, row, x, into: &probabilities)
                for channel in 1..<channels {
                    let label = Double(labels.row(channel, row)[x])
                    overlaps[channel] += probabilities[channel] * label
                    sums[channel] += probabilities[channel] + label
                }
            }
        }
        let ratios = (0..<channels).map { (2 * overlaps[$0] + smoothing) / (sums[$0] + smoothing) }
        let share = context.weight / Double((channels - 1) * context.samples)
        let gradients = sample.gradients[place.index]
        var slopes = [Double](repeating: 0, count: channels)
        for row in 0..<logits.height {
            for x in 0..<logits.width {
                Self.softmax(logits, row, x, into: &probabilities)
                var mean = 0.0
                for channel in 1..<channels {
                    let label = Double(labels.row(channel, row)[x])
                    slopes[channel] = (ratios[channel] - 2 * label) / (sums[channel] + smoothing)
                    mean += slopes[channel] * probabilities[channel]
                }
                for channel in 0..<channels {
                    let gradient = Float(probabilities[channel] * (slopes[channel] - mean) * share)
                    let element = gradients.row(channel, row) + x
                    element.pointee = place.adds ? element.pointee + gradient : gradient
                }
            }
        }
        return context.weight * (1 - ratios.dropFirst().reduce(0, +) / Double(channels - 1))
    }

    @inline(__always)
    private static func softmax(_ logits: PlanarView, _ row: Int, _ x: Int, into result: inout [Double]) {
        var (peak, total) = (-Double.infinity, 0.0)
        for channel in result.indices { peak = max(peak, Double(logits.row(channel, row)[x])) }
        for channel in result.indices {
            result[channel] = exp(Double(logits.row(channel, row)[x]) - peak)
            total += result[channel]
        }
        for channel in result.indices { result[channel] /= total }
    }
}
