import Batches
import Foundation
import Imaging
import Quality
import Reports

/// The report that `retouch inspect` prints of a picture.
struct InspectReport {
    let picture: PictureInspection

    static let heading =
        "noise  grain   JPEG  blocks   blur  clipped  dust/MP  picture: what to do"

    /// The report in one line, in the columns of `heading`.
    var line: String {
        let noise = picture.noise
        let fields = [
            String(format: "%5.1f", noise.sigma), column(grain, 5), column(quality ?? "-", 5),
            column(picture.blocks.map { String(format: "%.2f", $0.strength) } ?? "-", 6),
            column(picture.blurEffect.map { String(format: "%.2f", $0) } ?? "-", 5),
            column(Self.percent(picture.clipped.black + picture.clipped.white), 7),
            String(format: "%7.0f", picture.specksPerMegapixel),
        ]
        return fields.joined(separator: "  ") + "  \(picture.name): \(action)"
    }

    /// The report in a block of lines.
    var details: String {
        let noise = picture.noise
        var lines = [
            "\(picture.name)  \(picture.width)x\(picture.height), \(picture.format), \(picture.container.rawValue.uppercased())"
        ]
        func add(_ label: String, _ text: String) {
            lines.append("  " + label.padding(toLength: 12, withPad: " ", startingAt: 0) + text)
        }
        add(
            "noise",
            String(format: "sigma %.1f of 255", noise.sigma)
                + (noise.blur > 0
                    ? String(
                        format: "; neighbours share it (as if blurred by %.1f px, correlation %.2f); white part %.1f",
                        noise.blur, noise.neighbourCorrelation, noise.whiteSigma)
                    : "; white") + String(format: "; Immerkaer's estimate %.1f", noise.immerkaerSigma))
        if noise.channelSigmas.count == 3 {
            add(
                "",
                "red \(one(noise.channelSigmas[0])), green \(one(noise.channelSigmas[1])), blue \(one(noise.channelSigmas[2]))"
            )
        }
        if !noise.byBrightness.isEmpty {
            add(
                "",
                "by brightness: "
                    + noise.byBrightness.map { "\($0.from)-\($0.to): \(one($0.sigma))" }.joined(separator: ", "))
        }
        if let profile = picture.noiseProfile {
            for (index, text) in Self.lines(of: profile).enumerated() { add(index == 0 ? "profile" : "", text) }
        }
        if let quality = picture.jpegQuality {
            add(
                "JPEG",
                "quality \(quality.value)\(quality.isExact ? "" : ", about: not the IJG's tables")"
                    + (picture.earlierJPEGQuality.map { "; saved before at about \($0)" } ?? ""))
        }
        if let blocks = picture.blocks {
            add(
                "blocks",
                String(format: "%.2f", blocks.strength)
                    + (blocks.areVisible
                        ? " from column \(blocks.column) and row \(blocks.row) on" : ": none seen"))
        }
        if let blur = picture.blurEffect { add("blur", String(format: "%.2f (0 sharp, 1 blurred)", blur)) }
        add("clipped", "\(Self.percent(picture.clipped.black)) at 0, \(Self.percent(picture.clipped.white)) at 255")
        add("dust", String(format: "%.0f specks in a million pixels", picture.specksPerMegapixel))
        if let damage = picture.damage { add("damage", Self.text(of: damage)) }
        add("what to do", action)
        return lines.joined(separator: "\n")
    }

    /// The profile of the noise, by which a model is chosen, in two lines: its kind and curve, and how it is shared.
    private static func lines(of profile: NoiseProfile) -> [String] {
        let kind =
            switch profile.kind {
            case .none: profile.isPattern ? "a pattern, taken for no noise" : "no noise that can be told from texture"
            case .white: "white noise"
            case .correlated: "noise that neighbours share"
            }
        let curve = zip(NoiseProfile.knots, profile.curve).map { String(format: "%.0f: %.1f", $0, $1) }
        var shared = [String(format: "neighbours %.2f", profile.neighbourCorrelation)]
        if profile.hasColour {
            shared.append(String(format: "channels %.2f", profile.channelCorrelation))
            shared.append(String(format: "neighbours in colour %.2f", profile.colourCorrelation))
        }
        return [
            "\(kind); sigma by level: " + curve.joined(separator: ", "),
            "correlation of " + shared.joined(separator: ", ")
                + String(format: "; smooth blocks %.0f %%", profile.smoothShare * 100),
        ]
    }

    private var action: String {
        let task = picture.advice.task
        let model = AutomaticModels.shipped[1]?.name(for: task)
        let damage = picture.damage.map { $0.pieces == 0 ? "" : "; --mend auto: \(Self.text(of: $0))" } ?? ""
        return (model.map { "--model \($0)" } ?? "nothing") + ": \(picture.advice.reason)" + damage
    }

    private static func text(of damage: MendedDamage) -> String {
        switch damage.pieces {
        case 0: "none found"
        case 1: String(format: "damaged in 1 place, %.3f %% of it", 100 * damage.share)
        default: String(format: "damaged in %d places, %.3f %% of it", damage.pieces, 100 * damage.share)
        }
    }

    private var grain: String { picture.noise.blur > 0 ? String(format: "%.1f", picture.noise.blur) : "-" }

    /// The quality as `75`, `~75` for other tables than the IJG's, `40/75` where it was saved at 40 before.
    private var quality: String? {
        picture.jpegQuality.map {
            (picture.earlierJPEGQuality.map { "\($0)/" } ?? "") + ($0.isExact ? "" : "~") + "\($0.value)"
        }
    }

    private func one(_ value: Double) -> String { String(format: "%.1f", value) }

    private func column(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    /// Returns all pictures as JSON: `{"pictures": [...], "schemaVersion": 1}`, keys sorted.
    static func json(_ pictures: [PictureInspection]) throws -> String {
        struct Document: Encodable {
            var schemaVersion = 1
            var pictures: [PictureInspection]
        }
        return try Text.json(Document(pictures: pictures))
    }
}
