import Files
public import Imaging
public import Quality
public import Reports
import Synchronization
public import SystemPackage
public import Workers

/// The figures of two pictures that were measured against each other.
public struct ComparedPicture: Sendable {
    /// The name of the pair.
    public var name: FilePath
    /// The page, from 0, where there are several.
    public var page: Int?
    /// The width in pixels.
    public var width: Int
    /// The height in pixels.
    public var height: Int
    /// The figures by channels: `RGB` or `grey`, then `Y` where there is colour.
    public var parts: [(channels: MeasuredChannels, protocol: MeasurementProtocol, figures: Figures)]

    /// The name for people, with the page where there are several.
    public var title: String { PathText.text(of: name) + PathText.text(ofPage: page) }

    /// The figures as reports hold them, `after` alone: PSNR also of R, G and B.
    public var measurements: [Measurement] {
        parts.flatMap { channels, measured, figures in
            Measurement.measurements(
                after: figures, metrics: Metric.allCases, channels: channels, protocol: measured.name)
        }
    }
}

/// Measures the pairs of a plan.
public struct ComparisonRun: Sendable {
    private let plan: ComparisonPlan
    private let limits: PictureLimits
    private let damaged: DamagePolicy
    private let budget: MemoryBudget
    private let decoders: ExternalDecoders?
    private let interruption: Interruption

    /// Creates a run.
    ///
    /// - Parameter byteLimit: the bytes that the pictures may take which are under way together.
    public init(
        _ plan: ComparisonPlan, byteLimit: Int, maximumPixels: Int = PictureLimits().maximumPixels,
        damaged: DamagePolicy = .reject, decoders: ExternalDecoders? = nil, interruption: Interruption = .init()
    ) {
        self.plan = plan
        self.decoders = decoders
        self.damaged = damaged
        self.interruption = interruption
        limits = PictureLimits(maximumPixels: maximumPixels, maximumBytes: byteLimit)
        budget = MemoryBudget(byteCount: byteLimit)
    }

    /// Measures the pairs; one result for each, in the plan's order, and the error is one line. Pairs that an
    /// interruption left out have none.
    public func results(on team: WorkerTeam) -> [Result<ComparedPicture, PictureFault>] {
        let results = Mutex([Result<ComparedPicture, PictureFault>?](repeating: nil, count: plan.pairs.count))
        team.forEach(plan.pairs.count) { worker, index in
            if interruption.isRequested { return }
            let result = Result {
                try compare(plan.pairs[index], memory: limits.maximumBytes / team.workerCount, on: worker)
            }.mapError { PictureFault("\($0)") }
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap(\.self) }
    }

    private func compare(
        _ pair: ComparisonPlan.Pair, memory: Int, on worker: Worker
    ) throws -> ComparedPicture {
        func file(_ path: FilePath, _ decoder: ExternalDecoder?) throws -> ReadableFile {
            try ReadableFile(
                path, page: pair.page, decoder: decoder, seconds: decoders?.seconds ?? 0, memory: memory,
                maximumPixels: limits.maximumPixels, isCancelled: { interruption.isRequested })
        }
        let clean = try ofReference(pair) { try file(pair.reference, pair.referenceDecoder) }
        let measured = try file(pair.picture, pair.pictureDecoder)
        let headers = [
            try ofReference(pair) { try clean.reader(limits: limits, damaged: damaged).info },
            try measured.reader(limits: limits, damaged: damaged).info,
        ]
        // Before anything is decoded: a picture of another size is refused at once.
        guard headers[0].width == headers[1].width, headers[0].height == headers[1].height else {
            throw QualityError.size(
                foundWidth: headers[1].width, foundHeight: headers[1].height, expectedWidth: headers[0].width,
                expectedHeight: headers[0].height)
        }
        let pixels = headers[0].width * headers[0].height
        let samples = headers.reduce(0) { $0 + $1.format.channelCount } * pixels
        // And for MS-SSIM a plane of each at half, a quarter, ... of the size.
        let bytes = (samples + pixels) * MemoryLayout<Float>.stride + headers.map(\.decodingBytes).reduce(0, max)
        try budget.check(bytes, because: "both pictures are held whole")
        return try budget.withBytes(bytes) {
            let reference = try ofReference(pair) { try read(clean) }
            let picture = try read(measured)
            let base = MeasurementProtocol.stored(
                bitDepth: min(reference.format.bitDepth, picture.format.bitDepth))
            let colours = reference.format.color.channelCount
            let parts = try (colours == 1 ? [base] : [base, base.on(.luma)]).map { measured in
                let comparison = Comparison(reference: reference.image, protocol: measured)
                let figures = try comparison.figures(of: picture.image, .after, sharing: worker.loop)
                return (measured.measuredChannels(colourChannels: colours), measured, figures)
            }
            return ComparedPicture(
                name: pair.name, page: pair.page, width: reference.width, height: reference.height, parts: parts)
        }
    }

    /// Runs `body` and names the reference in its errors, which are told as the picture's.
    private func ofReference<Result>(_ pair: ComparisonPlan.Pair, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            throw PictureFault("its reference \"\(plan.text(of: pair.reference))\": \(error)")
        }
    }

    private func read(_ file: ReadableFile) throws -> Picture {
        try Picture(reading: file.reader(limits: limits, damaged: damaged), limits: limits)
    }
}

/// The reason why a picture has no figures, in one line.
public struct PictureFault: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    /// Creates a fault from one line of text.
    public init(_ description: String) { self.description = description }
}
