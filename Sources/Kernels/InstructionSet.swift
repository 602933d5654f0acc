internal import CKernels
internal import Foundation

/// The vector instructions that the compute kernels are made for.
///
/// Results agree between instruction sets within rounding, not to the bit: with FMA a product is not rounded before it
/// is added.
public enum InstructionSet: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The instructions of every processor of the architecture (SSE2 on x86-64).
    case baseline
    /// AVX2 and FMA.
    case avx2
    /// AVX-512 F, BW, DQ and VL.
    case avx512

    /// The environment variable that forces one, by its raw value.
    public static let environmentVariable = "RETOUCH_ISA"

    /// The reasons for which the environment's choice cannot be taken.
    public enum Error: Swift.Error, Equatable, Sendable, CustomStringConvertible {
        /// The environment names an instruction set that Retouch does not know.
        case unknown(String)
        /// The environment names one that this processor does not have.
        case unavailable(InstructionSet)

        public var description: String {
            let names = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
            switch self {
            case .unknown(let name):
                return "\(InstructionSet.environmentVariable)=\(name) is not known; this processor has \(names)"
            case .unavailable(let isa):
                return "\(InstructionSet.environmentVariable)=\(isa) is not available; this processor has \(names)"
            }
        }
    }

    /// The instruction sets that this processor has, slowest first.
    public static let available: [InstructionSet] = allCases.filter { $0.kernels != nil }

    /// The fastest instruction set that this processor has.
    public static var best: InstructionSet { available.last ?? .baseline }

    /// The one that the environment forces, else the fastest.
    ///
    /// - Throws: `InstructionSet.Error` when the forced one is unknown or unavailable.
    public static func selected() throws -> InstructionSet {
        try selected(by: ProcessInfo.processInfo.environment[environmentVariable])
    }

    /// The one called `name`, or the fastest when there is no name or an empty one.
    package static func selected(by name: String?) throws -> InstructionSet {
        guard let name, !name.isEmpty else { return best }
        guard let isa = InstructionSet(rawValue: name) else { throw Error.unknown(name) }
        guard available.contains(isa) else { throw Error.unavailable(isa) }
        return isa
    }

    /// The result of `selected()`, computed once; the fastest where that throws. Programs call `selected()` first and
    /// report.
    public static let current: InstructionSet = (try? selected()) ?? best

    public var description: String { rawValue }

    /// The micro-kernels, nil where the processor has not got these instructions.
    var kernels: UnsafePointer<f32_kernels>? {
        switch self {
        case .baseline: f32_kernels_for(f32_isa_baseline)
        case .avx2: f32_kernels_for(f32_isa_avx2)
        case .avx512: f32_kernels_for(f32_isa_avx512)
        }
    }

    /// True where there are kernels on BF16 operands beside those of this instruction set: with AVX-512, where the
    /// processor has AVX512_BF16.
    public var hasBFloat16: Bool { self == .avx512 && bf16_kernels_for(f32_isa_avx512) != nil }

    /// The reason why there are no kernels on BF16 operands, in words; nil where there are.
    public var hindranceOfBFloat16: String? { hasBFloat16 ? nil : "\(self) has no BF16 products here" }

    /// The micro-kernels on BF16 operands; `hasBFloat16`.
    var bfloat16Kernels: UnsafePointer<bf16_kernels> {
        guard hasBFloat16, let kernels = bf16_kernels_for(f32_isa_avx512) else {
            preconditionFailure("\(self) has no BF16 here")
        }
        return kernels
    }
}
