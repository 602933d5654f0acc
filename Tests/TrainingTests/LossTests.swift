import Autoencoders
import Foundation
import Networks
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

func fixture(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(reading: fixtureFolder.appending("training/\(name).safetensors"))
}

@Suite struct LossTests {
    static let mixed = Loss([.init(.charbonnier(eps: 0.02), weight: 0.7), .init(.edge(eps: 0.1)), .init(.crossEntropy)])

    static func pictures(
        seed: UInt64, _ c: Int, _ h: Int, _ w: Int
    ) throws -> (output: PlanarImage, target: PlanarImage) {
        let source = WeightSource(seed: seed)
        let target = PlanarImage(
            channels: c, height: h, width: w, samples: try source.tensor("a", shape: [c, h, w]).elements)
        let noise = try source.tensor("b", shape: [c, h, w]).elements
        // Inside 0...1, where the tests differentiate cross-entropy.
        let output = PlanarImage(
            channels: c, height: h, width: w,
            samples: zip(target.samples, noise).map { min(max($0 + $1, 0.02), 0.97) })
        return (output, target)
    }

    /// Central differences in Float64: error O(h²) and 1e-16 / h, so 1e-6 of the largest element is far above both.
    @Test(arguments: Loss.all + [.charbonnier(eps: 0.05), .edge(eps: 0.2), mixed])
    func gradientAgainstCentralDifferences(loss: Loss) throws {
        let (output, target) = try Self.pictures(seed: 3, 2, 3, 5)
        let gradient = PlanarImage(channels: 2, height: 3, width: 5)
        let value = loss.gradient(output: output.view, target: target.view, batch: 4, into: gradient.view)
        let (o, t) = (output.samples.map(Double.init), target.samples.map(Double.init))
        func reference(_ output: [Double]) -> Double {
            loss.reference(output: output, target: t, height: 3, width: 5)
        }
        #expect(abs(value - reference(o)) <= 1e-12 * abs(value))
        #expect(value == loss.value(output: output.view, target: target.view))
        let step = 1e-6
        let expected = o.indices.map { i in
            var (more, less) = (o, o)
            more[i] += step
            less[i] -= step
            return (reference(more) - reference(less)) / (2 * step) / 4
        }
        let tolerance = 2e-6 * (expected.map(abs).max() ?? 0)
        for (found, expected) in zip(gradient.samples, expected) {
            #expect(abs(Double(found) - expected) <= tolerance, "\(loss): \(found), expected \(expected)")
        }
    }

    /// A batch's loss and gradient as PyTorch has them in Float64. Ours divide in Float32: some roundings of 6e-8.
    @Test func batchesAgainstPyTorch() throws {
        let file = try fixture("losses")
        let values = try JSONDecoder().decode(
            [String: Double].self, from: Data(file.metadata["values", default: ""].utf8))
        let output = try #require(file.tensor(named: "output"))
        let target = try #require(file.tensor(named: "target"))
        let (n, c, h, w) = (output.shape[0], output.shape[1], output.shape[2], output.shape[3])
        let size = c * h * w
        for (name, expectedLoss) in values {
            let loss = try #require(Loss(name))
            #expect(loss.description == name)
            let expected = try #require(file.tensor(named: "\(name)/gradient")).elements
            var mean = 0.0
            for sample in 0..<n {
                let range = sample * size..<(sample + 1) * size
                func image(_ tensor: Tensor) -> PlanarImage {
                    PlanarImage(channels: c, height: h, width: w, samples: Array(tensor.elements[range]))
                }
                // The gradient may take the output's place.
                let result = image(output)
                mean +=
                    loss.gradient(
                        output: result.view, target: image(target).view, batch: n, into: result.view) / Double(n)
                // Sums over neighbours cancel.
                let peak = name.contains("edge") ? expected[range].reduce(0) { max($0, abs($1)) } : 0
                for (found, expected) in zip(result.samples, expected[range]) {
                    let tolerance = 1e-6 * abs(expected) + 3e-6 * peak
                    #expect(abs(found - expected) <= tolerance, "\(name): \(found), expected \(expected)")
                }
            }
            // The floor of the PSNR loss, 1e-12, against a squared error of 0.01.
            #expect(abs(mean - expectedLoss) <= 1e-9 * max(1e-3, abs(expectedLoss)), "\(name)")
        }
        #expect(
            Set(values.keys.compactMap { Loss($0)?.terms[0].kind.name }) == Set(Loss.all.map { $0.terms[0].kind.name }),
            "a loss has no fixture")
    }

    @Test func equalPicturesHaveFiniteLossAndGradient() throws {
        let (picture, _) = try Self.pictures(seed: 1, 1, 2, 3)
        for loss in Loss.all {
            let gradient = PlanarImage(channels: 1, height: 2, width: 3)
            let value = loss.gradient(output: picture.view, target: picture.view, batch: 1, into: gradient.view)
            #expect(value.isFinite)
            #expect(gradient.samples.allSatisfy { abs($0) < 1e-6 }, "\(loss)")
        }
    }

    @Test func names() {
        for loss in Loss.all { #expect(Loss(loss.description) == loss) }
        #expect(Loss("charbonnier") == .charbonnier(eps: 1e-3))
        #expect(Loss("charbonnier:eps=0.02") == .charbonnier(eps: 0.02))
        let sum = Loss("0.5*l1+edge:eps=0.01+1e+1*mse")
        #expect(
            sum?.terms == [
                .init(.absoluteError, weight: 0.5), .init(.edge(eps: 0.01)), .init(.meanSquaredError, weight: 10),
            ])
        #expect(sum.flatMap { Loss($0.description) } == sum)
        #expect(Loss.gaussian(deviation: 0.1).description.hasSuffix("*mse"))
        for text in [
            "", "l1+", "+l1", "0*l1", "-1*l1", "a*l1", "2*3*l1", "inf*l1", "edge:eps=2", "bce:eps=1", "l2", "mse:eps=1",
            "charbonnier:eps=0", "charbonnier:eps=x", "charbonnier:a=1", "psnr:",
        ] {
            #expect(Loss(text) == nil, "\(text)")
        }
    }

    @Test func explosion() {
        #expect(![ObjectiveTerm](Loss.meanSquaredError).hasExploded(0.9, first: 0.01))
        #expect([ObjectiveTerm](Loss.meanSquaredError).hasExploded(1.1, first: 0.01))
        #expect([ObjectiveTerm](Loss.absoluteError).hasExploded(0.11, first: 0.01))
        #expect([ObjectiveTerm](Loss.peakSignalToNoise).hasExploded(-9, first: -30))
        #expect(![ObjectiveTerm](Loss.peakSignalToNoise).hasExploded(-11, first: -30))
        let mixed = [ObjectiveTerm](Self.mixed)
        #expect(mixed.hasExploded(101, first: 1) && !mixed.hasExploded(99, first: 1))
        for value in [Double.nan, .infinity] {
            #expect(Loss.all.allSatisfy { [ObjectiveTerm]($0).hasExploded(value, first: 1) })
        }
        let likelihood = [ObjectiveTerm(.gaussian(scale: "scale"))]
        #expect(likelihood.hasExploded(99, first: -2) == false && likelihood.hasExploded(199, first: -2))
    }
}
