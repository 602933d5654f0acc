import Tensors
import Testing
import Training

/// Losses and gradients of a step are the same to the bit whatever the number of workers.
func expectSameBits(
    stage: PatchStages.Stage, _ make: (_ workers: Int) throws -> NetworkGradients
) throws {
    let one = try make(1)
    let losses = try one.accumulate(step: 2, stage: stage)
    for workers in [2, 5] {
        let many = try make(workers)
        #expect(try many.accumulate(step: 2, stage: stage) == losses)
        #expect(Array(many.gradient.elements) == Array(one.gradient.elements))
    }
}
