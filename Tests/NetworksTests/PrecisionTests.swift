import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// Which products are BF16, and where there are none.
@Suite struct PrecisionTests {
    private static func network() throws -> Network {
        try UNet(widths: [16, 24, 32], blocks: 1).makeNetwork(weights: WeightSource(seed: 31))
    }

    private static let picture = noise([3, 40, 56], seed: 32).image

    @Test func everyConvolutionButTheFirstMayMultiplyBFloat16() throws {
        let network = try UNet.small.makeNetwork(weights: WeightSource(seed: 1))
        let operations = network.operations(multiplyingBFloat16By: .winogradBFloat16)
        #expect(operations.count == 21)
        #expect(!operations.map(\.name).contains("input") && operations.map(\.name).contains("output"))
        let rest = network.multiplyAddsPerPixel - operations.reduce(0) { $0 + $1.multiplyAddsPerPixel }
        // The first layer: 13 channels of a quarter of the pixels to 48.
        #expect(rest == 13 * 48 * 9 / 4)
        #expect(network.operations(multiplyingBFloat16By: .winograd).isEmpty)
    }

    @Test func whereTheProcessorHasNoneFloat32IsMultiplied() throws {
        let network = try Self.network()
        for isa in InstructionSet.available where !isa.hasBFloat16 {
            for (fast, plain) in [(ConvolutionAlgorithm.winogradBFloat16, .winograd), (.bfloat16, .direct)]
                as [(ConvolutionAlgorithm, ConvolutionAlgorithm)]
            {
                let expected = result(of: network.computed(by: plain), on: Self.picture, isa: isa)
                let found = result(of: network.computed(by: fast), on: Self.picture, isa: isa)
                // Winograd takes fewer layers where BF16 was asked for; else the bits are the same.
                let tolerance: Float = plain == .direct ? 0 : 1e-4
                #expect(zip(found.samples, expected.samples).allSatisfy { abs($0 - $1) <= tolerance }, "\(isa)")
            }
        }
    }

    @Test(.enabled(if: InstructionSet.current.hasBFloat16)) func operationByOperation() throws {
        let network = try Self.network()
        let names = network.operations(multiplyingBFloat16By: .winogradBFloat16).map(\.name)
        let expected = result(of: network, on: Self.picture)
        let none = network.computed(by: .winogradBFloat16, float32: Set(names))
        #expect(bitDifference(result(of: none, on: Self.picture).samples, expected.samples) == nil)
        #expect((none.bitRadius, none.tileGrid) == (network.bitRadius, network.tileGrid))
        for name in names {
            let one = network.computed(by: .winogradBFloat16, float32: Set(names).subtracting([name]))
            let found = result(of: one, on: Self.picture)
            #expect(bitDifference(found.samples, expected.samples) != nil, "\(name)")
            #expect(difference(found.tensor, expected.tensor, tolerance: 0.1) == nil, "\(name)")
        }
    }

    @Test func aModelIsFastWhereItsCardSaysSo() throws {
        let network = try Self.network()
        let names = network.operations(multiplyingBFloat16By: .winogradBFloat16).map(\.name)
        var card = ModelCard(name: "1x-Test")
        let plain = Model(name: "1x-Test", card: card, network: network)
        #expect(plain.fast == nil && card.fastUnavailability?.contains("1x-Test") == true)
        card.fast = .init(
            operations: [names[0], "no such operation"],
            quality: [.init(set: "a", protocol: "awgn", corruption: "gaussian:15", psnr: 30.25, before: 30.5)])
        #expect(card.fast?.loss == 0.25)
        let model = Model(name: "1x-Test", card: card, network: network)
        #expect((model.fast != nil) == InstructionSet.current.hasBFloat16)
        #expect((card.fastUnavailability == nil) == InstructionSet.current.hasBFloat16)
        if let fast = model.fast { #expect(fast.network.float32Operations == Set(names.dropFirst())) }
    }
}
