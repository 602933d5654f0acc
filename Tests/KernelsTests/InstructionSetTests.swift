import Kernels
import Testing

@Suite("Choice of the instruction set")
struct InstructionSetTests {
    @Test("Names choose, wrong ones are told")
    func names() throws {
        for isa in InstructionSet.available { #expect(try InstructionSet.selected(by: isa.rawValue) == isa) }
        #expect(try InstructionSet.selected(by: nil) == InstructionSet.best)
        #expect(try InstructionSet.selected(by: "") == InstructionSet.best)
        #expect(throws: InstructionSet.Error.unknown("sse9")) { try InstructionSet.selected(by: "sse9") }
        for isa in InstructionSet.allCases where !InstructionSet.available.contains(isa) {
            #expect(throws: InstructionSet.Error.unavailable(isa)) { try InstructionSet.selected(by: isa.rawValue) }
        }
        let message = InstructionSet.Error.unknown("sse9").description
        #expect(message.hasPrefix("RETOUCH_ISA=sse9 is not known; this processor has baseline"))
    }

    @Test("Every processor has the baseline")
    func baseline() { #expect(InstructionSet.available.first == .baseline) }

    @Test("The roof grows with the instruction set")
    func roof() {
        let rates = InstructionSet.available.map {
            FMARoof.measure(isa: $0, seconds: 0.01, repeats: 2).operationsPerSecond
        }
        // A busy machine may halve a figure; a roof that the compiler emptied would be a thousand times too high.
        #expect(rates.allSatisfy { $0 > 1e8 && $0 < 1e12 })
    }
}
