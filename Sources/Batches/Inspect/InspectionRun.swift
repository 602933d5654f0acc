import Files
public import Imaging
import Reports
public import Restoration
import Synchronization
public import SystemPackage
public import Workers

/// Inspects pictures: files, and folders walked as a run of restoring walks them.
public struct InspectionRun: Sendable {
    /// The finding on a picture, or why there is none.
    public typealias Outcome<Finding> = Result<Finding, PictureFault>

    private let pictures: [InputScan.Found]
    private let decoders: ExternalDecoders?
    /// Open as long as its picture may be read.
    private let stream: StreamInput?
    /// The inputs that are no pictures or cannot be read, each with the reason.
    public let failures: [String]
    /// The warnings of the search through the inputs.
    public let warnings: [String]
    private let limits: PictureLimits
    private let damaged: DamagePolicy
    private let budget: MemoryBudget
    private let interruption: Interruption

    /// Searches the inputs for pictures, by their first bytes.
    ///
    /// - Parameters:
    ///   - eachPage: true where each page of a TIFF or a document counts as a picture, else the first one is looked at.
    ///   - stream: the input that `StreamInput.placeholder` among the inputs stands for.
    ///   - byteLimit: the bytes that the pictures may take which are under way together.
    ///   - decoders: the programs that decode formats that are not read; nil where these fail.
    public init(
        _ inputs: [FilePath], eachPage: Bool = false, stream: StreamInput? = nil, byteLimit: Int,
        maximumPixels: Int = PictureLimits().maximumPixels,
        damaged: DamagePolicy = .reject, decoders: ExternalDecoders? = nil, interruption: Interruption = .init()
    ) {
        let scan = InputScan(inputs, excluding: [], stream: stream, decoders: decoders)
        self.stream = stream
        self.decoders = decoders
        pictures = eachPage ? scan.pictures.flatMap(Self.pages(of:)) : scan.pictures
        failures = scan.settled.compactMap { record in
            record.outcome.failure.map { "\"\(PathText.text(of: record.input))\": \($0)" }
        }
        warnings = scan.warnings
        limits = PictureLimits(maximumPixels: maximumPixels, maximumBytes: byteLimit)
        self.damaged = damaged
        budget = MemoryBudget(byteCount: byteLimit)
        self.interruption = interruption
    }

    /// Returns the pages of a picture, each as a picture.
    private static func pages(of picture: InputScan.Found) -> [InputScan.Found] {
        // A file that cannot be read fails later, with its reason.
        let count =
            picture.container == .tiff ? (try? TIFFPages(of: picture.path))?.pages.count ?? 1 : picture.pageCount
        guard count > 1 else { return [picture] }
        return (0..<count).map { page in
            var found = picture
            found.page = page
            return found
        }
    }

    /// The number of pictures found.
    public var count: Int { pictures.count }

    /// The names of the pictures, relative to the folder that was searched where there is one.
    public var names: [FilePath] { pictures.map(\.name) }

    /// Inspects each picture that an interruption does not leave out, in their order; `observe` gets each outcome when
    /// those before it are known.
    ///
    /// - Parameters:
    ///   - finder: looks for damage too; nil where nothing does.
    ///   - sensitivity: how readily it takes something for damage, 0...1.
    public func outcomes(
        on team: WorkerTeam, finder: DamageFinder? = nil, sensitivity: Double = MendingRequest.standardSensitivity,
        observe: @escaping @Sendable (Outcome<PictureInspection>) -> Void = { _ in }
    ) -> [Outcome<PictureInspection>] {
        // Its levels, and half of that at half size.
        outcomes(
            on: team, bytes: { ($0.format.channelCount + 4) * $0.width * $0.height * MemoryLayout<Float>.stride },
            observe: observe,
            looking: { picture, name, info, worker in
                var inspection = try PictureInspection(picture, name: name, info: info)
                inspection.damage = try finder.flatMap { finder in
                    guard !Advice.isDrawing(picture.image) else { return MendedDamage(share: 0, pieces: 0) }
                    let odds = try finder.odds(
                        in: ImageRowSource(picture.image), hasAlpha: picture.format.hasAlpha, on: worker,
                        isCancelled: { interruption.isRequested })
                    return MendedDamage(found: odds, .init(sensitivity: sensitivity))
                }
                return inspection
            })
    }

    /// Calls `body` with each picture, and returns its findings in the pictures' order.
    ///
    /// - Parameters:
    ///   - bytes: the bytes that `body` needs beside the picture.
    ///   - body: gets the picture, its name, its header, and the worker that it is called on.
    public func outcomes<Finding: Sendable>(
        on team: WorkerTeam, bytes: @escaping @Sendable (PictureInfo) -> Int,
        observe: @escaping @Sendable (Outcome<Finding>) -> Void = { _ in },
        looking body: @escaping @Sendable (Picture, String, PictureInfo, Worker) throws -> Finding
    ) -> [Outcome<Finding>] {
        let state = Mutex((outcomes: [Outcome<Finding>?](repeating: nil, count: pictures.count), next: 0))
        team.forEach(pictures.count) { worker, index in
            if interruption.isRequested { return }
            let outcome = outcome(of: index, on: (team, worker), bytes: bytes, body)
            state.withLock { state in
                state.outcomes[index] = outcome
                while state.next < state.outcomes.count, let outcome = state.outcomes[state.next] {
                    observe(outcome)
                    state.next += 1
                }
            }
        }
        return state.withLock { $0.outcomes.compactMap(\.self) }
    }

    /// Calls `body` with each picture, and `observe` with the picture's place and finding, in the pictures' order; keeps
    /// no finding that was observed. An interruption leaves out what has not begun, and findings behind it.
    ///
    /// - Parameters:
    ///   - places: the places of the pictures that are looked at, in order; nil for all.
    ///   - bytes: the bytes that `body` needs beside the picture.
    ///   - body: gets the picture, its name, its header, and the worker that it is called on.
    public func forEach<Finding: Sendable>(
        _ places: [Int]? = nil, on team: WorkerTeam, bytes: @escaping @Sendable (PictureInfo) -> Int,
        observe: @escaping @Sendable (Int, Outcome<Finding>) -> Void,
        looking body: @escaping @Sendable (Picture, String, PictureInfo, Worker) throws -> Finding
    ) {
        let state = Mutex((waiting: [Int: Outcome<Finding>](), next: 0))
        let places = places ?? Array(0..<pictures.count)
        team.forEach(places.count) { worker, index in
            if interruption.isRequested { return }
            let outcome = outcome(of: places[index], on: (team, worker), bytes: bytes, body)
            state.withLock { state in
                state.waiting[index] = outcome
                while let outcome = state.waiting.removeValue(forKey: state.next) {
                    observe(places[state.next], outcome)
                    state.next += 1
                }
            }
        }
    }

    private func outcome<Finding>(
        of index: Int, on place: (team: WorkerTeam, worker: Worker), bytes: (PictureInfo) -> Int,
        _ body: (Picture, String, PictureInfo, Worker) throws -> Finding
    ) -> Outcome<Finding> {
        let picture = pictures[index]
        return Result {
            try look(
                at: picture, memory: limits.maximumBytes / place.team.workerCount, bytes: bytes, on: place.worker, body)
        }.mapError { PictureFault("\"\(picture.nameOfPage)\": \($0)") }
    }

    private func look<Finding>(
        at picture: InputScan.Found, memory: Int, bytes: (PictureInfo) -> Int, on worker: Worker,
        _ body: (Picture, String, PictureInfo, Worker) throws -> Finding
    ) throws -> Finding {
        let file = try ReadableFile(
            picture.path, page: picture.page, decoder: picture.decoder, seconds: decoders?.seconds ?? 0, memory: memory,
            maximumPixels: limits.maximumPixels, isCancelled: { interruption.isRequested })
        let info = try file.reader(limits: limits, damaged: damaged).info
        let samples = info.format.channelCount * info.width * info.height
        let bytes = samples * MemoryLayout<Float>.stride + info.decodingBytes + bytes(info)
        try budget.check(bytes, because: "the picture is held whole")
        return try budget.withBytes(bytes) {
            try body(
                Picture(reading: file.reader(limits: limits, damaged: damaged), limits: limits), picture.nameOfPage,
                info, worker)
        }
    }
}

extension MendedDamage {
    /// Counts the damage that odds tell of, without a margin; nil where it is in too many pieces.
    fileprivate init?(found odds: PixelMask, _ thresholds: DamageFinder.Thresholds) {
        guard odds.pieceCount(thresholds) <= MendingRequest.largestPieceCount else { return nil }
        var thresholds = thresholds
        thresholds.margin = 0
        let mask = odds.damage(thresholds)
        self.init(share: mask.setShare, pieces: mask.componentCount())
    }
}

extension InputScan.Found {
    /// The name for people, with the page where there are several.
    fileprivate var nameOfPage: String { PathText.text(of: name) + PathText.text(ofPage: page) }
}
