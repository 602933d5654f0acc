import Files
public import Imaging
import Reports
public import Restoration
import Synchronization
public import SystemPackage

/// Looks at pictures: files, and folders walked as a run of restoring walks them.
public struct InspectionRun: Sendable {
    /// A picture's figures, or why it has none.
    public typealias Outcome = Result<PictureInspection, PictureFault>

    private let pictures: [InputScan.Found]
    /// Inputs that are no pictures or cannot be read, each with the reason.
    public let failures: [String]
    public let warnings: [String]
    private let limits: PictureLimits
    private let damaged: DamagePolicy
    private let budget: MemoryBudget
    private let interruption: Interruption

    /// - Parameter byteLimit: memory that the pictures may take which are under way together.
    public init(
        _ inputs: [FilePath], byteLimit: Int, maximumPixels: Int = PictureLimits().maximumPixels,
        damaged: DamagePolicy = .reject, interruption: Interruption = .init()
    ) {
        let scan = InputScan(inputs, excluding: [])
        pictures = scan.pictures
        failures = scan.settled.filter { $0.outcome == .failed }.map {
            "\"\(PathText.text(of: $0.input))\": \($0.error ?? "unreadable")"
        }
        warnings = scan.warnings
        limits = PictureLimits(maximumPixels: maximumPixels, maximumBytes: byteLimit)
        self.damaged = damaged
        budget = MemoryBudget(byteCount: byteLimit)
        self.interruption = interruption
    }

    public var count: Int { pictures.count }

    /// One outcome for each picture that an interruption did not leave out, in their order; `observe` gets each when those
    /// before it are known.
    public func outcomes(on team: WorkerTeam, observe: @escaping @Sendable (Outcome) -> Void = { _ in }) -> [Outcome] {
        let state = Mutex((outcomes: [Outcome?](repeating: nil, count: pictures.count), next: 0))
        team.forEach(pictures.count) { _, index in
            if interruption.isRequested { return }
            let picture = pictures[index]
            let outcome = Result { try inspect(picture) }.mapError {
                PictureFault("\"\(PathText.text(of: picture.name))\": \($0)")
            }
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

    private func inspect(_ picture: InputScan.Found) throws -> PictureInspection {
        let info = try PictureReader(path: picture.path, limits: limits, damaged: damaged).info
        let pixels = info.width * info.height
        // The picture, its levels, and half of that at half size.
        let bytes = (info.format.channelCount * 2 + 4) * pixels * MemoryLayout<Float>.stride + info.decodingBytes
        try budget.check(bytes, because: "the picture is held whole")
        return try budget.withBytes(bytes) {
            try PictureInspection(
                Picture(reading: picture.path, limits: limits, damaged: damaged),
                name: PathText.text(of: picture.name), info: info)
        }
    }
}
