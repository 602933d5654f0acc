import Foundation
import Kernels
import Reports

/// The report that `retouch bench --plan` prints: for each width both ways' speed here, beside what the plan chooses.
struct ConvolutionTuningReport {
    let races: [ConvolutionRace]
    let instructionSet: InstructionSet

    /// The input and output channels to race; the plan's lines lie among them.
    private static let widths = [
        (3, 48), (12, 48), (48, 3), (48, 12), (3, 3), (4, 4), (8, 8), (12, 12), (16, 16), (24, 24), (32, 32), (48, 48),
        (64, 64),
        (96, 96), (128, 128),
    ]

    static func measured(repeats: Int, isa: InstructionSet = .current) -> ConvolutionTuningReport {
        let operands: [ProductOperands] = isa.hasBFloat16 ? [.float32, .bfloat16] : [.float32]
        let races = operands.flatMap { operands in
            widths.map {
                ConvolutionRace.measure(
                    inputChannels: $0.0, outputChannels: $0.1, operands: operands, isa: isa, repeats: repeats)
            }
        }
        return ConvolutionTuningReport(races: races, instructionSet: isa)
    }

    var text: String {
        var rows = [["products", "in", "out", "direct", "Winograd", "ratio", "chosen", "here"]]
        for race in races {
            let chosen = ConvolutionTuning.takesWinograd(
                inputChannels: race.inputChannels, outputChannels: race.outputChannels, operands: race.operands)
            // A tenth is what neighbours on the machine make.
            let differs = chosen ? race.ratio < 0.9 : race.ratio > 1.1
            rows.append([
                race.operands == .float32 ? "Float32" : "BF16", "\(race.inputChannels)", "\(race.outputChannels)",
                String(format: "%.0f", race.direct / 1e9), String(format: "%.0f", race.winograd / 1e9),
                String(format: "%.2f", race.ratio), chosen ? "Winograd" : "direct",
                differs ? "the other is faster" : "as planned",
            ])
        }
        return "\(instructionSet), 3x3 convolutions on one thread; GFLOP/s count the operations of direct sums\n"
            + TextTable(rows, rightColumns: 1..<6).text
    }
}
