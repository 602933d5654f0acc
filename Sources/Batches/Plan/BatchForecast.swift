import Files
public import Imaging
public import Reports
import Restoration
import SystemPackage

/// The cost of restoring a picture.
public struct PictureCost: Sendable, Equatable {
    /// The multiply-adds of the network, what is computed twice included.
    public var multiplyAdds: Double
    /// The bytes of one worker.
    public var byteCount: Int

    /// Creates a cost.
    public init(multiplyAdds: Double, byteCount: Int) {
        self.multiplyAdds = multiplyAdds
        self.byteCount = byteCount
    }
}

/// The forecast of a run, made without doing it: headers are read, no pixel is decoded, nothing is written.
public struct BatchForecast: Sendable {
    /// One picture of the plan.
    public struct Item: Sendable {
        /// The picture.
        public var picture: BatchPlan.Picture
        /// The action that a run would take.
        public var action: Action
    }

    /// The actions that a run takes with pictures.
    public enum Action: Sendable {
        /// The picture, its pages where it has several, would be restored at this cost.
        case restore([PictureInfo], PictureCost)
        /// The picture would be decoded by this program and restored, at a cost that is known then.
        case decode(program: String)
        /// The picture would be skipped.
        case skip
        /// The picture would fail, for this reason.
        case fail(String)
    }

    /// The pictures of the plan, in their order.
    public private(set) var items: [Item] = []
    /// The records of inputs whose outcome is known from the plan.
    public let settled: [PictureRecord]
    /// The millions of input pixels to restore.
    public private(set) var megapixels = 0.0
    /// The multiply-adds of all pictures to restore.
    public private(set) var multiplyAdds = 0.0
    /// The bytes of all workers together at the costliest picture.
    public private(set) var byteCount = 0
    /// The median of the millions of pixels a second and worker that the folder's ledger knows of this model and these
    /// settings; nil where it knows none.
    public private(set) var knownMegapixelsPerSecond: Double?

    /// Forecasts a run; the model is loaded where there is a picture to restore.
    ///
    /// - Parameter mending: what mends, where the plan's request has that; as if each picture had damage.
    /// - Throws: `FileError` where the ledger cannot be read, and what `model.load` throws.
    public init(
        _ plan: BatchPlan, model: BatchModel, mending: MendingMethod? = nil, workers: Int, maximumPixels: Int,
        pictureBytes: Int
    ) throws {
        settled = plan.settled
        let ledger = plan.request.outputStream == nil ? try Ledger(inFolder: plan.root) : nil
        let settings = try plan.settingsDigest(of: model, mending: mending)
        let judge = ledger.map { ResumePolicy(plan: plan, ledger: $0, settings: settings, model: model.sha256) }
        var process: (any PictureProcess)?
        var known: [Double] = []
        for picture in plan.pictures {
            for entry in ledger?.entries(of: picture.output) ?? [] {
                if entry.model == model.sha256, entry.settings == settings, let rate = entry.record.megapixelsPerSecond
                {
                    known.append(rate)
                }
            }
            let action: Action
            switch try judge?.decision(for: picture) ?? .toDo {
            case .done: action = .skip
            case .refused(let reason, _): action = .fail(reason)
            case .toDo:
                let loaded = try process ?? model.load()
                process = loaded
                if let decoder = picture.decoder {
                    action = .decode(program: decoder.program)
                    break
                }
                do {
                    let limits = PictureLimits(maximumPixels: maximumPixels, maximumBytes: pictureBytes)
                    var pages: [PictureInfo] = []
                    var sum = PictureCost(multiplyAdds: 0, byteCount: 0)
                    for page in try Self.pages(of: picture) {
                        let info = try PictureReader(
                            path: picture.path, limits: limits, damaged: plan.request.settings.damaged, page: page
                        ).info
                        var cost = try loaded.cost(
                            width: info.width, height: info.height, channels: info.format.channelCount,
                            workers: workers)
                        pages.append(info)
                        let pixels = Double(info.width) * Double(info.height)
                        if let mending = try mending?.loaded() {
                            cost.multiplyAdds += mending.multiplyAddsPerPixel * pixels
                        }
                        megapixels += pixels / 1e6
                        sum.multiplyAdds += cost.multiplyAdds
                        // One page at a time.
                        sum.byteCount = max(sum.byteCount, cost.byteCount)
                        byteCount = max(byteCount, cost.byteCount * workers + (info.isWhole ? info.decodingBytes : 0))
                    }
                    multiplyAdds += sum.multiplyAdds
                    action = .restore(pages, sum)
                } catch { action = .fail("\(error)") }
            }
            items.append(Item(picture: picture, action: action))
        }
        known.sort()
        knownMegapixelsPerSecond = known.isEmpty ? nil : known[known.count / 2]
    }

    /// Returns the pages that a picture is made of, from 0.
    private static func pages(of picture: BatchPlan.Picture) throws(PictureError) -> [Int] {
        if let page = picture.page { return [page] }
        return picture.container == .tiff ? Array(try TIFFPages(of: picture.path).pages.indices) : [0]
    }

    /// Returns the seconds that the work will take: by what earlier runs into this folder measured, else by the
    /// machine's multiply-adds a second.
    public func seconds(multiplyAddsPerSecond: Double, workers: Int) -> Double {
        if let rate = knownMegapixelsPerSecond { return megapixels / (rate * Double(workers)) }
        return multiplyAdds / multiplyAddsPerSecond
    }

    /// The numbers of pictures that would be restored, skipped and fail.
    public var counts: (restore: Int, skip: Int, fail: Int) {
        var counts = (restore: 0, skip: 0, fail: settled.count { $0.outcome.kind == .failed })
        for item in items {
            switch item.action {
            case .restore, .decode: counts.restore += 1
            case .skip: counts.skip += 1
            case .fail: counts.fail += 1
            }
        }
        return counts
    }
}
