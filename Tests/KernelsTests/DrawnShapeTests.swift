import Foundation
import Kernels
import TestFolders
import Testing

/// Layers whose kind, channels, sides and ending are drawn: a fixed few each time, and as many new ones as 30 seconds
/// hold in the long tests. A failure tells the seed, which `RETOUCH_SHAPE_SEED` repeats.
@Suite("Layers of drawn shapes equal the plain loops")
struct DrawnShapeTests {
    /// What went wrong in a layer drawn from `seed`.
    static func check(seed: UInt64) -> String? {
        var numbers = Numbers(seed: seed)
        // Channels: few, around the blocks of 16, or anything.
        func channels() -> Int {
            switch Int.random(in: 0..<3, using: &numbers) {
            case 0: Int.random(in: 1...8, using: &numbers)
            case 1: 16 * Int.random(in: 1...8, using: &numbers) + Int.random(in: -1...1, using: &numbers)
            default: Int.random(in: 1...150, using: &numbers)
            }
        }
        let (inputs, outputs) = (channels(), channels())
        // Sides so that the plain loops take some ten milliseconds.
        let pixels = max(1, min(3000, 2_000_000 / (inputs * outputs)))
        let width = Int.random(in: 0...min(pixels, 200), using: &numbers)
        let height = Int.random(in: 0...max(1, min(70, pixels / max(1, width))), using: &numbers)
        let variant = Int.random(in: 0..<5, using: &numbers)
        let failure: String?
        if Bool.random(using: &numbers), let kernels = KernelVariant.available.randomElement(using: &numbers) {
            // The last pixel of a tile has ten times the error of the first, since its row and column of the transform
            // end in 8 and -8: 1.6e-5 at 96 inputs (root mean square), 1.55e-4 the largest that a draw has met.
            failure = WinogradTests.check(
                kernels, inputs: inputs, outputs: outputs, height: height, width: width, variant: variant,
                allowance: kernels.operands == .float32 ? 2 : 1)
        } else {
            let kind = PackedConvolution.Kind.allCases.randomElement(using: &numbers) ?? .threeByThree
            let isa = InstructionSet.available.randomElement(using: &numbers) ?? .baseline
            failure = ConvolutionTests.check(
                kind, isa, inputs: inputs, outputs: outputs, height: height, width: width, variant: variant)
        }
        return failure.map { "seed \(seed): \($0)" }
    }

    @Test("The same few each time")
    func few() {
        for seed in 1...60 { #expect(Self.check(seed: UInt64(seed)) == nil) }
    }

    @Test(
        "New ones for 30 seconds", .enabled(if: areTestsLong))
    func many() {
        let given = ProcessInfo.processInfo.environment["RETOUCH_SHAPE_SEED"].flatMap { UInt64($0) }
        var seed = given ?? UInt64(Date().timeIntervalSince1970 * 1000)
        let end = ContinuousClock.now + .seconds(30)
        repeat {
            if let failure = Self.check(seed: seed) {
                Issue.record("\(failure)")
                return
            }
            seed += 1
        } while given == nil && ContinuousClock.now < end
    }
}
