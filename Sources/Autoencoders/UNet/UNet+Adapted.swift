public import Tensors

extension UNet {
    /// The initialisation of the blocks after the first of each level: the last convolution of a block is zero, so the
    /// block is the identity.
    public func deepening(of name: String, shape: [Int]) -> Initialisation? {
        guard name.contains(".block"), !name.contains(".block0.") else { return nil }
        return name.hasSuffix(lastOfBlock) || name.hasSuffix(lastOfBlock.replacing(".weight", with: ".bias"))
            ? Initialisation(.constant(0)) : initialisation(of: name, shape: shape)
    }

    /// Returns the first layer's weights without the noise level, as if that were 0, or the first and the last layer's
    /// weights for grey in place of colour: the network for grey then computes the average of the three channels that
    /// the one for colour makes of three equal channels.
    public static func adapted(_ weights: Tensor, of name: String, to shape: [Int]) -> Tensor? {
        guard weights.shape.count == 4, shape.count == 4, weights.shape[2...] == shape[2...] else { return nil }
        // The unshuffled picture's channels: colour by colour, the four pixels of each. The noise level comes last.
        let (found, expected) = (weights.shape, shape)
        func colours(_ index: Int) -> [Int] { (0..<3).map { 4 * $0 + index } }
        switch name {
        case "input.weight" where found[0] == expected[0]:
            switch (found[1], expected[1]) {
            case (13, 12), (5, 4): return weights.summed(to: shape, inputs: { [$0] })
            case (12, 4), (13, 4): return weights.summed(to: shape, inputs: colours)
            case (13, 5): return weights.summed(to: shape, inputs: { $0 == 4 ? [12] : colours($0) })
            default: return nil
            }
        case "output.weight" where found[0] == 12 && expected[0] == 4 && found[1] == expected[1]:
            return weights.summed(to: shape, outputs: colours, factor: 1.0 / 3)
        default: return nil
        }
    }
}

extension Tensor {
    /// Returns weights of a convolution, each the sum of those of several outputs and inputs, times `factor`.
    fileprivate func summed(
        to shape: [Int], outputs: (Int) -> [Int] = { [$0] }, inputs: (Int) -> [Int] = { [$0] }, factor: Float = 1
    ) -> Tensor {
        let size = shape[2] * shape[3]
        var result = Tensor(shape: shape)
        for output in 0..<shape[0] {
            for input in 0..<shape[1] {
                for from in outputs(output) {
                    for source in inputs(input) {
                        for k in 0..<size {
                            result.elements[(output * shape[1] + input) * size + k] +=
                                factor * elements[(from * self.shape[1] + source) * size + k]
                        }
                    }
                }
            }
        }
        return result
    }
}
