import Files
import Foundation
import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Workers

/// The damage of a picture, and what fills it.
struct PictureMending: Sendable {
    var mask: MaskRuns
    var mender: Mender
    /// The grain of the picture, which goes on where it is filled; nil where it has none.
    var grain: GrainModel?
    /// The bytes that filling takes.
    var byteCount: Int
    var figures: MendedDamage
    /// The note on it; nil where there was nothing to mend.
    var note: String?
    /// Reasons for review.
    var remarks: [String] = []

    var isClear: Bool { mask.isClear }
}

extension PictureRun.OpenedPicture {
    /// Returns rows of the picture as they are to be restored: with its damage filled, its tone corrected.
    func prepared(_ source: any RowSource, hasAlpha: Bool) -> any RowSource {
        toned(
            mending.map { $0.mender.mended(source, hasAlpha: hasAlpha, mask: $0.mask, grain: $0.grain) } ?? source,
            hasAlpha: hasAlpha)
    }

    /// True where what is restored are not the picture's own samples.
    var isPrepared: Bool { tone != nil || !(mending?.isClear ?? true) }

    /// The bytes that preparing takes.
    var preparationBytes: Int { mending?.byteCount ?? 0 }
}

extension PictureRun {
    /// The depth of a hole, in pixels from its edge, from which on a network sees too little of what lies around it.
    private static let deepHole = 24

    /// Finds the damage of a picture, or reads its mask, and writes the mask where that is asked for: the second stage.
    ///
    /// - Parameters:
    ///   - page: the page, of several of one output; else nil.
    ///   - infrared: the file and the page whose infrared tells of dust; nil where there is none.
    /// - Returns: nil where nothing is to be mended.
    func mend(
        _ opened: OpenedPicture, page: Int? = nil, infrared: (path: FilePath, page: Int)? = nil, on worker: Worker
    ) throws -> PictureMending? {
        guard let request = plan.request.mending, let mending else { return nil }
        let info = opened.info
        let (height, width) = (info.height, info.width)
        let maskBytes = DamageFinder.maskByteCount(height: height, width: width)
        try budget.check(maskBytes, because: "the mask of what is mended is held whole")
        var found: PixelMask?
        var isDrawing = false
        switch request.masks {
        case .found(let sensitivity):
            guard let finder = mending.finder else { return nil }
            // Letters, dots and lines are what specks and scratches look like.
            isDrawing = try infrared == nil && withMiddleRows(of: opened, on: worker) { Advice.isDrawing($0) }
            if isDrawing {
                found = PixelMask(height: height, width: width)
                break
            }
            let folder = plan.outputPath(of: opened.picture).removingLastComponent()
            try writing(folder) { try createFolders(at: folder) }
            let spool = SampleSpool(folder: folder, source: info.format, result: PixelFormat(color: .rgb))
            found = try opened.input.read(taking: maskBytes, keepingRows: height, on: worker) { reader in
                let thresholds = DamageFinder.Thresholds(sensitivity: sensitivity)
                if let infrared, let seen = try damage(seenIn: infrared, thresholds) { return seen }
                let odds = try finder.odds(
                    in: reader, hasAlpha: info.format.hasAlpha, spool: spool, on: worker,
                    isCancelled: { interruption.isRequested })
                // What is held of each piece is much where a picture is nothing but pieces.
                guard odds.pieceCount(thresholds) <= MendingRequest.largestPieceCount else { return nil }
                return (consume odds).damage(thresholds)
            }
        case .folder(let folder):
            let path = page == nil ? opened.picture.mask : opened.picture.mask(in: folder, page: page)
            guard let path else { return nil }
            found = try PixelMask(reading: path, width: width, height: height, limits: limits)
        }
        guard let mask = found.take() else {
            var result = PictureMending(
                mask: MaskRuns(height: height, width: width), mender: mending.mender, byteCount: 0,
                figures: MendedDamage(share: 0, pieces: 0))
            result.remarks.append(
                "not mended, since more than \(MendingRequest.largestPieceCount) places of it look damaged")
            return result
        }
        if let folder = request.maskOutput, let name = opened.picture.maskNames(page: opened.picture.page ?? page).first
        {
            let path = folder.pushing(name)
            try writing(path) {
                try createFolders(at: path.removingLastComponent())
                try mask.write(to: path)
            }
        }
        var result = decision(on: consume mask, info, mending.mender)
        if isDrawing { result.note = "not searched for damage, since it is a drawing of few colours" }
        if !result.isClear { result.grain = try withMiddleRows(of: opened, on: worker) { GrainModel(of: $0) } }
        return result
    }

    /// Returns the damage that infrared tells of; nil where it tells of so much that the film must stop infrared itself,
    /// as silver does.
    private func damage(
        seenIn infrared: (path: FilePath, page: Int), _ thresholds: DamageFinder.Thresholds
    ) throws -> PixelMask? {
        let damaged = plan.request.settings.damaged
        let odds = try PixelMask(infraredRows: {
            guard
                let reader = try PictureReader(
                    infraredOf: infrared.path, page: infrared.page, limits: limits, damaged: damaged)
            else { throw InputChanged() }
            return reader
        })
        guard odds.pieceCount(thresholds) <= MendingRequest.largestPieceCount else { return nil }
        let mask = (consume odds).damage(thresholds)
        return mask.setShare <= MendingRequest.reviewedShare ? mask : nil
    }

    /// Returns what is made of a mask: too large a one is not filled.
    private func decision(
        on mask: consuming PixelMask, _ info: PictureInfo, _ mender: Mender
    ) -> PictureMending {
        let pieces = mask.componentCount()
        let share = mask.setShare
        let percent = String(format: "%.2f %%", 100 * share)
        let isMended = share <= MendingRequest.largestShare
        let runs = isMended ? MaskRuns(copy mask) : MaskRuns(height: info.height, width: info.width)
        let depth = mask.depth(upTo: Self.deepHole + 1)
        var result = PictureMending(
            mask: runs, mender: mender,
            byteCount: runs.isClear
                ? 0
                : mender.byteCount(height: info.height, width: info.width, channels: info.format.channelCount),
            figures: MendedDamage(share: isMended ? share : 0, pieces: isMended ? pieces : 0))
        if !isMended {
            result.remarks.append("not mended, since \(percent) of it are marked as damaged")
        } else if pieces > 0 {
            result.note = "mended in \(pieces) place\(pieces == 1 ? "" : "s"), \(percent) of it"
            if share > MendingRequest.reviewedShare {
                result.remarks.append("\(percent) of it were taken for damage and filled")
            }
            if depth > Self.deepHole {
                result.remarks.append("a hole of more than \(2 * Self.deepHole) pixels was filled smoothly")
            }
        }
        return result
    }
}
