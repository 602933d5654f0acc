import Kernels

extension ConvolutionWork {
    var gradient: GradientRule {
        GradientRule(
            companion == .addition ? [.computed, .passed(negates: false)] : [.computed], parametersRead: [0],
            isRectified: companion == .relu, gatesAndAdds: true)
    }

    func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel { ConvolutionTraining(self, packing) }

    /// Returns the algorithm of the layer, or of the gradient of its input, for inputs of this size where `algorithm`
    /// is asked for.
    fileprivate func algorithm(isGradient: Bool, _ packing: TrainingPacking) -> ConvolutionAlgorithm {
        packing.algorithm.ofConvolution(
            inputChannels: isGradient ? outputChannels : inputChannels,
            outputChannels: isGradient ? inputChannels : outputChannels,
            allowsWinograd: kind == .threeByThree
                && WinogradConvolution.isWorthwhile(height: packing.height, width: packing.width))
    }

    /// The algorithm of the gradient of the weights: Winograd's has Float32 products alone.
    fileprivate func weightAlgorithm(_ packing: TrainingPacking) -> ConvolutionAlgorithm {
        let prefersWinograd = ConvolutionGradient.prefersWinograd(
            kind: kind, inputChannels: inputChannels, outputChannels: outputChannels, height: packing.height,
            width: packing.width)
        return if packing.algorithm.takesWinograd && prefersWinograd {
            .winograd
        } else {
            packing.algorithm.operands == .bfloat16 ? .bfloat16 : .direct
        }
    }
}

/// A convolution in training: forward, the gradient of its input (a convolution too), that of its weights and bias.
struct ConvolutionTraining: TrainingKernel {
    private let work: ConvolutionWork
    private let forward: ConvolutionStep
    /// Computes the gradient of the input from that of the result; nil where the input needs none.
    private let backward: ConvolutionKernel?
    private let gradient: ConvolutionGradient
    private let gradientAlgorithm: ConvolutionAlgorithm

    init(_ work: ConvolutionWork, _ packing: TrainingPacking) {
        self.work = work
        let isa = packing.instructionSet
        let weights = packing.parameters[0]
        forward = ConvolutionStep(
            kernel: ConvolutionKernel(
                kind: work.kind, weights: weights, bias: work.hasBias ? packing.parameters[1] : nil,
                algorithm: work.algorithm(isGradient: false, packing), isa: isa),
            activation: work.companion == .relu ? .relu : .none)
        backward =
            packing.inputNeedsGradient
            ? ConvolutionKernel(
                gradientOf: work.kind, weights: weights, algorithm: work.algorithm(isGradient: true, packing), isa: isa)
            : nil
        gradient = ConvolutionGradient(
            kind: work.kind, inputChannels: work.inputChannels, outputChannels: work.outputChannels, isa: isa)
        gradientAlgorithm = work.weightAlgorithm(packing)
    }

    func run(_ operands: Operands) { forward.run(operands) }

    func workspaceCount(height: Int, width: Int) -> Int { forward.workspaceCount(height: height, width: width) }

    func gradientWorkspaceCount(height: Int, width: Int) -> Int {
        let size = work.kind.outputSize(height: height, width: width)
        return max(
            backward?.workspaceCount(height: size.height, width: size.width) ?? 0,
            gradient.workspaceCount(gradientAlgorithm, height: height, width: width))
    }

    var gradientCount: Int { gradient.elementCount }

    func repack(_ parameters: [UnsafePointer<Float>]) {
        forward.kernel.repack(weights: parameters[0], bias: work.hasBias ? parameters[1] : nil)
        backward?.repack(weights: parameters[0])
    }

    func unpack(_ packed: UnsafePointer<Float>, to gradients: [UnsafeMutablePointer<Float>]) {
        gradient.unpack(packed, weights: gradients[0], bias: work.hasBias ? gradients[1] : nil)
        guard let mask = work.mask else { return }
        for index in 0..<gradient.weightCount where !mask[index % mask.count] { gradients[0][index] = 0 }
    }

    func addParameterGradients(_ operands: GradientOperands) {
        let (input, result) = (operands.inputs[0].blocked, operands.gradient.blocked)
        if operands.begins { operands.shard.update(repeating: 0, count: gradient.elementCount) }
        switch gradientAlgorithm {
        case .direct: gradient.accumulateWeights(input: input, outputGradient: result, into: operands.shard)
        case .winograd, .winogradBFloat16:
            gradient.accumulateWeightsByWinograd(
                input: input, outputGradient: result, into: operands.shard, workspace: operands.workspace)
        case .bfloat16:
            gradient.accumulateWeightsByBFloat16(
                input: input, outputGradient: result, into: operands.shard, workspace: operands.workspace)
        }
        if work.hasBias { gradient.accumulateBias(outputGradient: result, into: operands.shard) }
    }

    func setInputGradients(_ operands: GradientOperands) {
        guard let backward, let target = operands.targets[0] else { return }
        backward.apply(
            operands.gradient.blocked, to: target.blocked, activation: operands.gate.map { .gate($0) } ?? .none,
            residual: operands.addend, workspace: operands.workspace)
    }
}
