import Kernels
import Networks
import Tensors

extension TrainingExecutor {
    /// The draws of a dropout, by its number in the graph, for the sample at work.
    func random(ofDropout number: Int, _ context: BatchContext) -> RandomStream { random(2 * number + 1, context) }

    /// The draws of a term, by its number in the graph, for the sample at work.
    func random(ofTerm number: Int, _ context: BatchContext) -> RandomStream { random(2 * number + 2, context) }

    /// Streams of their own beside the patches', which have the bare seed.
    private func random(_ stream: Int, _ context: BatchContext) -> RandomStream {
        RandomStream(
            seed: context.seed &+ UInt64(stream) &* 0x9E37_79B9_7F4A_7C15, context.step, samples[place])
    }

    /// Elements of the result.
    private var resultElements: Int {
        let shape = plan.graph.values[plan.graph.result].shape
        return shape.channels * shape.resolution.side(forPicture: height) * shape.resolution.side(forPicture: width)
    }

    /// What the graph's terms add to the loss of the sample at work, after the forward pass.
    func termValue(_ context: BatchContext) -> Double {
        plan.graph.terms.indices.reduce(0) { sum, number in
            let term = plan.graph.terms[number]
            let means = context.means[number]
            switch term.kind {
            case .sparsity(let penalty): return sum + penalty.value(means: means ?? [])
            case .sampling(let sampling):
                var nats = [Double](repeating: 0, count: term.channels)
                nats.withUnsafeMutableBufferPointer { nats in
                    if let base = nats.baseAddress { blocked(term.value).addDivergences(to: base) }
                }
                let counted = nats.indices.reduce(0) { sum, channel in
                    sum + (sampling.isActive(mean: means?[channel]) ? nats[channel] : Double(sampling.freeBits))
                }
                return sum + sampling.weight(step: context.step, elements: resultElements) * counted
            }
        }
    }

    /// Runs the forward pass and adds to `sums`, for each term that wants means, what is averaged over the batch: the
    /// terms' channels one after the other.
    func measureTerms(sample: Int, noiseLevel: Float, _ context: BatchContext, into sums: UnsafeMutablePointer<Double>)
    {
        place = 0
        samples = [sample]
        self.context = context
        for node in plan.graph.nodes { perform(node, noiseLevel) }
        self.context = nil
        var sums = sums
        for term in plan.graph.terms {
            if term.needsMeans {
                let view = blocked(term.value)
                switch term.kind {
                case .sparsity:
                    view.addSums(to: sums)
                    let pixels = Double(view.height * view.width)
                    for channel in 0..<term.channels { sums[channel] /= pixels }
                case .sampling: view.addDivergences(to: sums)
                }
            }
            sums += term.channels
        }
    }

    /// The gradient through the term of this number.
    func performTerm(_ number: Int, of slot: Int, to target: Int) {
        guard let context else { preconditionFailure("a gradient without a step") }
        let term = plan.graph.terms[number]
        let means = context.means[number]
        switch term.kind {
        case .sparsity(let penalty):
            let view = blockedSlot(target)
            let share = Double(context.samples * view.height * view.width)
            let slopes = (0..<term.channels).map { Float(penalty.slope(mean: means?[$0] ?? 0) / share) }
            view.setSum(blockedSlot(slot), slopes)
        case .sampling(let sampling):
            let weight = sampling.weight(step: context.step, elements: resultElements) / Double(context.samples)
            let nats = (0..<term.channels).map { sampling.isActive(mean: means?[$0]) ? Float(weight) : 0 }
            blockedSlot(target).setSampleGradient(
                input: blocked(term.value), outputGradient: blockedSlot(slot), nats: nats,
                random: random(ofTerm: number, context))
        }
    }
}
