import Kernels
import Tensors

/// A value, or a part of it, in the layout that it has.
enum ValueView {
    case blocked(BlockedView)
    case planar(PlanarView)

    var blocked: BlockedView {
        guard case .blocked(let view) = self else { preconditionFailure("a planar value where a blocked one goes") }
        return view
    }

    var planar: PlanarView {
        guard case .planar(let view) = self else { preconditionFailure("a blocked value where a planar one goes") }
        return view
    }
}

extension Plan.Step {
    /// Does the step's work on views of its values, or on parts of them that belong together: those of a 3x3 convolution
    /// stand within the rows and columns that it reads besides.
    ///
    /// One thread, no allocation.
    ///
    /// - Parameters:
    ///   - other: what the work reads besides its input, of the output's shape.
    ///   - workspace: as `Plan.workspaceCount` tells.
    func perform(
        _ input: ValueView, other: ValueView?, to output: ValueView, noiseLevel: Float,
        workspace: UnsafeMutableBufferPointer<Float>, isa: InstructionSet
    ) {
        switch work {
        case .load:
            output.blocked.load(input.planar)
        case .unshuffle(let factor, let appendsNoiseLevel):
            output.blocked.unshuffle(
                input.planar, factor: factor, appending: appendsNoiseLevel ? noiseLevel : nil)
        case .convolution(let kernel, let activation, _):
            kernel.apply(
                input.blocked, to: output.blocked, activation: activation, residual: other?.blocked,
                workspace: workspace)
        case .depthwise(let kernel):
            kernel.apply(input.blocked, to: output.blocked)
        case .shuffle(let factor, let joining):
            let combination: ShuffleCombination =
                switch (joining, other) {
                case (.adding, let other?): .add(other.planar)
                case (.subtractingFrom, let other?): .subtract(from: other.planar)
                default: .replace
                }
            input.blocked.shuffle(to: output.planar, factor: factor, combining: combination)
        case .activation(let activation):
            output.blocked.activate(input.blocked, activation)
        case .sigmoid:
            output.blocked.setSigmoid(input.blocked)
        case .firstChannels:
            output.blocked.setFirstChannels(input.blocked)
        case .sum(_, let subtracts):
            guard let other else { preconditionFailure("a sum of one value") }
            switch output {
            case .planar(let sum): sum.setSum(input.planar, other.planar, subtracts: subtracts)
            case .blocked(let sum) where subtracts: sum.setDifference(input.blocked, other.blocked)
            case .blocked(let sum): sum.add(input.blocked, other.blocked, isa: isa)
            }
        case .nearest(let factor):
            switch output {
            case .blocked(let larger): larger.upsampleNearest(input.blocked)
            case .planar(let larger): larger.upsampleNearest(input.planar, factor: factor)
            }
        case .bicubic(let bicubic):
            bicubic.apply(input.planar, to: output.planar)
        }
    }
}
