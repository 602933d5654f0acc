import Batches
import Foundation
import Reports

/// An assessment as tables, each with its protocol below.
struct AssessmentText {
    private let assessment: ModelAssessment

    init(_ assessment: ModelAssessment) { self.assessment = assessment }

    /// The tables, one after the other.
    var text: String {
        let count =
            assessment.pictures == assessment.ofPictures
            ? "\(assessment.pictures)" : "\(assessment.pictures) of \(assessment.ofPictures)"
        let pictures = assessment.ofPictures == 1 ? "picture" : "pictures"
        var text = "\(assessment.model) on \"\(assessment.data)\": \(count) \(pictures), seed \(assessment.seed)\n"
        text += block(reconstruction, assessment.reconstruction.protocol, 1..<3)
        if let evidence = assessment.evidence { text += block(rows(of: evidence), evidence.protocol, 1..<3) }
        if let use = assessment.use { text += block(rows(of: use), use.protocol, 0..<3) }
        if let classes = assessment.classes {
            text += block(rows(of: classes), classes.protocol, 1..<7)
            text += "\(classes.pictures) labelled pictures, \(classes.count) classes, the most frequent one "
            text += String(format: "%.4f\n", classes.baseline)
        }
        if let factors = assessment.factors { text += block(rows(of: factors), factors.protocol, 1..<5) }
        for remark in assessment.remarks { text += "\n\(remark)\n" }
        return text
    }

    private func block(_ rows: [[String]], _ protocolText: String, _ right: Range<Int>) -> String {
        "\n" + TextTable(rows, rightColumns: right).text + "protocol: \(protocolText)\n"
    }

    private var reconstruction: [[String]] {
        func row(_ name: String, _ error: ModelAssessment.ReconstructionError) -> [String] {
            [name, String(format: "%.4e", error.squaredError), Text.decibels(error.psnr)]
        }
        let found = assessment.reconstruction
        var rows = [["RECONSTRUCTION", "SQUARED ERROR", "PSNR"], row("raw", found.raw), row("8 bits", found.eightBit)]
        if let principal = found.principalComponents {
            rows.append(row("\(found.componentCount) principal components, raw", principal))
        }
        return rows
    }

    private func rows(of evidence: ModelAssessment.Evidence) -> [[String]] {
        func row(_ name: String, _ mean: ModelAssessment.Mean) -> [String] {
            [name, String(format: "%.3f", mean.mean), String(format: "%.3f", mean.standardError)]
        }
        var rows = [
            ["EVIDENCE", "NATS", "STANDARD ERROR"], row("evidence bound", evidence.bound),
            row("  likelihood", evidence.reconstruction), row("  divergence", evidence.divergence),
        ]
        rows += evidence.importanceWeighted.map {
            row("importance-weighted bound, \($0.samples) sample\($0.samples == 1 ? "" : "s")", $0.bound)
        }
        if let bits = evidence.bitsPerDimension {
            rows.append(["bits a dimension", String(format: "%.4f", bits), ""])
        }
        return rows
    }

    /// The most units that are listed.
    private static let listedUnits = 32

    private func rows(of use: ModelAssessment.Use) -> [[String]] {
        let order = use.divergences.indices.sorted { use.divergences[$0] > use.divergences[$1] }
        var rows = [["UNIT", "DIVERGENCE", "VARIANCE OF MEANS"]]
        rows += order.prefix(Self.listedUnits).map {
            ["\($0)", String(format: "%.4f", use.divergences[$0]), String(format: "%.4f", use.variances[$0])]
        }
        let rest = order.dropFirst(Self.listedUnits)
        if !rest.isEmpty {
            let sum = rest.reduce(0) { $0 + use.divergences[$1] }
            rows.append(["\(rest.count) more", String(format: "%.4f", sum), ""])
        }
        rows.append(["active", "\(use.activeUnits) of \(use.divergences.count)", ""])
        return rows
    }

    private func rows(of classes: ModelAssessment.Classes) -> [[String]] {
        [["LABELS", "NUMBERS", "NEIGHBOURS", "+-", "PROBE", "+-", "NMI OF CLUSTERS"]]
            + classes.representations.map { found in
                [found.name, "\(found.dimension)"]
                    + [found.neighbours, found.probe].flatMap {
                        [String(format: "%.4f", $0.mean), String(format: "%.4f", $0.deviation)]
                    } + [String(format: "%.4f", found.mutualInformation)]
            }
    }

    private func rows(of factors: ModelAssessment.Factors) -> [[String]] {
        [["FACTOR", "GAP", "BEST UNIT", "INFORMATION", "ENTROPY"]]
            + factors.factors.map {
                [$0.name, String(format: "%.4f", $0.gap), "\($0.number)"]
                    + [$0.information, $0.entropy].map { String(format: "%.4f", $0) }
            } + [["mutual-information gap", String(format: "%.4f", factors.mutualInformationGap), "", "", ""]]
    }
}
