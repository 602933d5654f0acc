import Foundation
import Imaging
import Restoration
import Tensors
import Workers

/// The correction of a picture's tone.
struct PictureTone: Sendable {
    /// Nil where colours are taken out alone.
    var correction: ToneCorrection?
    var isNeutral: Bool

    /// The note on it.
    var note: String {
        var parts: [String] = []
        if let correction {
            func list(_ values: [Double]) -> String {
                values.map { String(format: "%.2f", $0) }.joined(separator: ", ")
            }
            parts.append(
                "fading corrected: densities times \(list(correction.gains)), stains of \(list(correction.stains))")
        }
        if isNeutral { parts.append("made neutral") }
        return parts.joined(separator: "; ")
    }
}

extension PictureRun.OpenedPicture {
    /// Returns rows of the picture with its tone corrected.
    func toned(_ source: any RowSource, hasAlpha: Bool) -> any RowSource {
        tone.map { TonedRowSource(source, hasAlpha: hasAlpha, $0.correction, isNeutral: $0.isNeutral) } ?? source
    }
}

extension PictureRun {
    /// Estimates how faded a picture is, where its tone is to be corrected.
    ///
    /// - Returns: nil where it stays as it is.
    func tone(_ opened: OpenedPicture, on worker: Worker) throws -> PictureTone? {
        guard let settings = plan.request.settings.tone else { return nil }
        let info = opened.info
        let colours = info.format.color.channelCount
        let estimate = try opened.input.read(taking: 0, keepingRows: info.height, on: worker) { reader in
            var estimate = FadingEstimate(height: info.height, width: info.width, channels: colours)
            let rows = PlanarImage(channels: reader.channels, height: min(32, info.height), width: info.width)
            for first in stride(from: 0, to: info.height, by: rows.height) {
                if interruption.isRequested { throw RestorationError.cancelled }
                let part = rows.view.cropped(
                    rows: 0..<min(rows.height, info.height - first), columns: 0..<info.width)
                try reader.readRows(into: part)
                estimate.add(part, leavingOut: opened.mending?.mask)
            }
            return estimate
        }
        let correction = settings.amount > 0 ? estimate.correction?.scaled(by: settings.amount) : nil
        let isNeutral = settings.isNeutral && colours == 3 && estimate.isMonochrome
        return correction == nil && !isNeutral ? nil : PictureTone(correction: correction, isNeutral: isNeutral)
    }
}
