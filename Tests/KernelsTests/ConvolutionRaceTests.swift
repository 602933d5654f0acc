import Kernels
import Testing

/// What `retouch bench --plan` measures; how fast it is is not judged.
@Suite("The race of algorithms")
struct ConvolutionRaceTests {
    @Test("both ways are timed, for narrow and uneven layers too", arguments: [(3, 5), (16, 16), (20, 3)])
    func figures(inputs: Int, outputs: Int) {
        for operands in [ProductOperands.float32] + (InstructionSet.current.hasBFloat16 ? [.bfloat16] : []) {
            let race = ConvolutionRace.measure(
                inputChannels: inputs, outputChannels: outputs, operands: operands, repeats: 3)
            #expect(race.direct > 1e6 && race.winograd > 1e6)
            // Medians of two quotients and the quotient of medians are not far from each other.
            #expect(race.ratio > 0.2 * race.winograd / race.direct && race.ratio < 5 * race.winograd / race.direct)
            #expect(race.inputChannels == inputs && race.outputChannels == outputs && race.operands == operands)
        }
    }

    @Test("the plan begins with a line for every convolution")
    func plan() {
        for operands in [ProductOperands.float32, .bfloat16] {
            #expect(
                ConvolutionTuning.lines.contains {
                    $0.operands == operands && $0.inputChannels == 1 && $0.outputChannels == 1
                })
        }
    }
}
