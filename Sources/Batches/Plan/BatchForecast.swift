import Files
public import Imaging
public import Reports
import Restoration
import SystemPackage

/// What a picture will take.
public struct PictureCost: Sendable, Equatable {
    /// Multiply-adds of the network, what is computed twice included.
    public var multiplyAdds: Double
    /// Memory of one worker.
    public var byteCount: Int

    public init(multiplyAdds: Double, byteCount: Int) {
        self.multiplyAdds = multiplyAdds
        self.byteCount = byteCount
    }
}

/// What a run would do, told without doing it: headers are read, no pixel is decoded, nothing is written.
public struct BatchForecast: Sendable {
    /// One picture of the plan.
    public struct Item: Sendable {
        public var picture: BatchPlan.Picture
        public var action: Action
    }

    public enum Action: Sendable {
        case restore(PictureInfo, PictureCost)
        case skip
        /// It would fail, for this reason.
        case fail(String)
    }

    public private(set) var items: [Item] = []
    /// Inputs whose outcome is known from the plan.
    public let settled: [PictureRecord]
    /// Millions of input pixels to restore.
    public private(set) var megapixels = 0.0
    public private(set) var multiplyAdds = 0.0
    /// Memory of all workers together at the costliest picture.
    public private(set) var byteCount = 0
    /// Millions of pixels a second and worker that the folder's ledger knows of this model and these settings.
    public private(set) var knownMegapixelsPerSecond: Double?

    /// - Throws: `FileError` where the ledger cannot be read, and what `model.load` throws.
    public init(
        _ plan: BatchPlan, model: BatchModel, workers: Int, maximumPixels: Int, pictureBytes: Int
    ) throws {
        settled = plan.settled
        let ledger = try Ledger(inFolder: plan.root)
        let settings = try plan.request.settings.digest(
            roundedOperations: model.roundedOperations, greyModel: model.greyModelSHA256)
        let judge = ResumePolicy(plan: plan, ledger: ledger, settings: settings, model: model.sha256)
        var process: (any PictureProcess)?
        var known: [Double] = []
        for picture in plan.pictures {
            for entry in ledger.entries(of: picture.output) {
                if entry.model == model.sha256, entry.settings == settings, let rate = entry.record.megapixelsPerSecond
                {
                    known.append(rate)
                }
            }
            let action: Action
            switch try judge.decision(for: picture) {
            case .done: action = .skip
            case .refused(let reason): action = .fail(reason)
            case .toDo:
                let loaded = try process ?? model.load()
                process = loaded
                do {
                    let limits = PictureLimits(maximumPixels: maximumPixels, maximumBytes: pictureBytes)
                    let info = try PictureReader(
                        path: picture.path, limits: limits, damaged: plan.request.settings.damaged
                    ).info
                    let cost = try loaded.cost(
                        width: info.width, height: info.height, channels: info.format.channelCount, workers: workers)
                    megapixels += Double(info.width) * Double(info.height) / 1e6
                    multiplyAdds += cost.multiplyAdds
                    byteCount = max(byteCount, cost.byteCount * workers + (info.isWhole ? info.decodingBytes : 0))
                    action = .restore(info, cost)
                } catch { action = .fail("\(error)") }
            }
            items.append(Item(picture: picture, action: action))
        }
        known.sort()
        knownMegapixelsPerSecond = known.isEmpty ? nil : known[known.count / 2]
    }

    /// Seconds that the work will take: by what earlier runs into this folder measured, else by the machine's
    /// multiply-adds a second.
    public func seconds(multiplyAddsPerSecond: Double, workers: Int) -> Double {
        if let rate = knownMegapixelsPerSecond { return megapixels / (rate * Double(workers)) }
        return multiplyAdds / multiplyAddsPerSecond
    }

    /// How many pictures would be restored, skipped and fail.
    public var counts: (restore: Int, skip: Int, fail: Int) {
        var counts = (restore: 0, skip: 0, fail: settled.count { $0.outcome == .failed })
        for item in items {
            switch item.action {
            case .restore: counts.restore += 1
            case .skip: counts.skip += 1
            case .fail: counts.fail += 1
            }
        }
        return counts
    }
}
