import Kernels
import Networks
import Tensors

extension TrainingExecutor {
    /// The draws of a step for the sample at work; nil where it draws nothing. Streams of their own beside the patches',
    /// which have the bare seed.
    func random(of step: LoweredGraph.Step) -> RandomStream? {
        guard let context, let stream = step.stream else { return nil }
        return RandomStream(
            seed: context.seed &+ UInt64(stream) &* 0x9E37_79B9_7F4A_7C15, context.step, samples[place])
    }

    /// What the term of the step at `index` depends on; nil where it has none.
    func termContext(ofStep index: Int) -> TermContext? {
        guard let context, let number = plan.graph.termSteps.firstIndex(of: index) else { return nil }
        let shape = plan.graph.values[plan.graph.result].shape
        let elements =
            shape.channels * shape.resolution.side(forPicture: height) * shape.resolution.side(forPicture: width)
        return TermContext(
            step: context.step, samples: context.samples, resultElements: elements, means: context.means[number])
    }

    /// What the graph's terms add to the loss of the sample at work, after the forward pass.
    func termValue() -> Double {
        plan.graph.termSteps.reduce(0) { sum, index in
            let step = plan.graph.steps[index]
            guard let term = step.work.term, let context = termContext(ofStep: index) else { return sum }
            return sum + term.loss(of: value(step.inputs[0]).blocked, context)
        }
    }

    /// Runs the forward pass and adds to `sums`, for each term that wants means, what is averaged over the batch: the
    /// terms' channels one after the other.
    func measureTerms(sample: Int, noiseLevel: Float, _ context: BatchContext, into sums: UnsafeMutablePointer<Double>)
    {
        place = 0
        samples = [sample]
        self.context = context
        for index in plan.graph.steps.indices { perform(index, noiseLevel) }
        self.context = nil
        var sums = sums
        for index in plan.graph.termSteps {
            let step = plan.graph.steps[index]
            if let term = step.work.term, term.needsMeans {
                term.addStatistics(of: value(step.inputs[0]).blocked, to: sums)
            }
            sums += plan.graph.values[step.output].shape.channels
        }
    }
}
