import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Values and gradients of terms, as PyTorch computed them in Float64 (`PyTorch/fixtures/terms.py`).
@Suite struct TermFixtureTests {
    /// A batch of the fixture.
    private struct Batch: SampleSource {
        let picture: Tensor
        let target: Tensor
        /// The name of the target's field.
        let name: String
        let seed: UInt64 = 0

        var fields: [SampleField] {
            [SampleField("picture", channels: picture.shape[1]), SampleField(name, channels: target.shape[1])]
        }

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            for (tensor, view) in zip([picture, target], fields) {
                let count = tensor.elements.count / tensor.shape[0]
                let part = Tensor(
                    shape: Array(tensor.shape.dropFirst()),
                    elements: Array(tensor.elements[sample * count..<(sample + 1) * count]))
                view.copySamples(from: part.image.view)
            }
            return SampleFacts()
        }
    }

    @Test func valuesAndGradientsArePyTorchs() throws {
        let fixture = try PyTorchCases("objective/terms")
        #expect(fixture.cases.count == 7)
        for item in fixture.cases {
            let picture = try fixture.tensor("picture", of: item)
            var graph = Graph(inputChannels: picture.shape[1])
            // The result comes last.
            let layers = try #require(item.layers)
            for layer in layers.filter({ $0 != "result" }) + ["result"] {
                let value = try graph.append(
                    Convolution(
                        weights: fixture.tensor("\(layer)-weight", of: item),
                        bias: fixture.tensor("\(layer)-bias", of: item)), graph.picture, name: layer)
                if layer != "result" { try graph.setOutput(value, named: layer) }
            }
            let text = try #require(item.term)
            let kind = try #require(ObjectiveTerm.Kind(text))
            let isClassed = item.value == "class"
            let term = ObjectiveTerm(
                kind, value: try #require(item.value), target: isClassed ? .sample("label") : nil)
            let gradients = try NetworkGradients(
                Network(graph),
                samples: Batch(
                    picture: picture, target: fixture.tensor("target", of: item), name: isClassed ? "label" : "target"),
                objective: [term], workers: 2, algorithm: .direct)
            let (samples, side) = (picture.shape[0], picture.shape[2])
            let value = try gradients.accumulate(step: 0, stage: .init(share: 1, patch: side, batch: samples)).value
            let expected = try #require(item.loss)
            #expect(abs(value - expected) <= 2e-6 * abs(expected), "\(item.name): \(value), \(expected)")
            for range in gradients.ranges {
                let role = range.name.replacing(".", with: "-") + "-gradient"
                let found = range.range.map { gradients.gradient.base[$0] }
                guard fixture.has(role, of: item) else {
                    #expect(found.allSatisfy { $0 == 0 }, "\(item.name) \(role)")
                    continue
                }
                expectNear(found, try fixture.tensor(role, of: item), tolerance: 1e-5, "\(item.name) \(role)")
            }
        }
    }
}
