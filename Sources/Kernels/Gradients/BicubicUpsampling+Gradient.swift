public import Tensors

extension BicubicUpsampling {
    /// Sets `inputGradient` to the gradient of the input of `apply`: its adjoint, mirrored edges included.
    ///
    /// Shapes: `outputGradient: [C, H * factor, W * factor]`, `inputGradient: [C, H, W]`, not overlapping. Output rows
    /// are summed in order.
    ///
    /// - Complexity: 8 multiplications an output sample.
    public func applyAdjoint(_ outputGradient: PlanarView, to inputGradient: PlanarView) {
        precondition(
            outputGradient.channels == inputGradient.channels && outputGradient.height == factor * inputGradient.height
                && outputGradient.width == factor * inputGradient.width)
        for channel in 0..<inputGradient.channels {
            inputGradient.channels(from: channel, count: 1).fill(with: 0)
            for row in 0..<outputGradient.height {
                let source = outputGradient.row(channel, row)
                for tap in 0..<4 {
                    let target = row / factor + firstTap[row % factor] + tap
                    narrow(
                        source,
                        to: inputGradient.row(channel, Mirroring.place(of: target, count: inputGradient.height)),
                        count: inputGradient.width, weight: weights[row % factor][tap])
                }
            }
        }
    }

    /// Adds a row of the output's gradient to one of the input's, through the horizontal taps.
    private func narrow(
        _ source: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int, weight: Float
    ) {
        for phase in 0..<factor {
            let w = weights[phase] * weight
            for x in 0..<count {
                let g = source[x * factor + phase]
                let first = x + firstTap[phase]
                if first >= 0 && first + 3 < count {
                    for tap in 0..<4 { target[first + tap] += w[tap] * g }
                } else {
                    for tap in 0..<4 { target[Mirroring.place(of: first + tap, count: count)] += w[tap] * g }
                }
            }
        }
    }
}
