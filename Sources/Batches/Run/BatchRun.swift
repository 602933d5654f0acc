import Files
import Foundation
public import Imaging
public import Reports
import Synchronization
public import SystemPackage
import Workers

/// A run, which carries out a plan.
public struct BatchRun: Sendable {
    /// The resources that a run may use, and the name that it calls itself.
    public struct Resources: Sendable {
        /// The number of workers.
        public var workers: Int
        /// The bytes that pictures may take which have to be held whole; the process has its own limit for tiles.
        public var pictureBytes: Int
        /// The most pixels that a picture may have.
        public var maximumPixels: Int
        /// The bytes that a program which decodes a picture may take beside a gigabyte for itself; there are no more
        /// such programs at a time than workers.
        public var decoderBytes: Int
        /// The text of the Software tag of the outputs.
        public var software: String

        /// Creates resources.
        public init(
            workers: Int, pictureBytes: Int, maximumPixels: Int = PictureLimits().maximumPixels,
            decoderBytes: Int? = nil, software: String
        ) {
            self.decoderBytes = decoderBytes ?? pictureBytes
            self.workers = workers
            self.pictureBytes = pictureBytes
            self.maximumPixels = maximumPixels
            self.software = software
        }
    }

    let plan: BatchPlan
    let model: BatchModel
    let mending: MendingMethod?
    let resources: Resources
    let interruption: Interruption
    let observe: @Sendable (BatchEvent) -> Void

    /// Creates a run of a plan.
    ///
    /// - Parameters:
    ///   - mending: what mends, where the plan's request has that; else nothing is mended.
    ///   - observe: called with one event at a time, from any thread.
    public init(
        _ plan: BatchPlan, model: BatchModel, mending: MendingMethod? = nil, resources: Resources,
        interruption: Interruption = .init(),
        observe: @escaping @Sendable (BatchEvent) -> Void = { _ in }
    ) {
        self.plan = plan
        self.model = model
        self.mending = mending
        self.resources = resources
        self.interruption = interruption
        self.observe = observe
    }

    /// Restores what there is to restore.
    ///
    /// A picture that fails is recorded and the rest goes on. Where everything was done before, the model is not
    /// loaded and no picture is opened.
    ///
    /// - Throws: `FileError` where the output folder cannot be made or its ledger not be read; what loading the model
    ///   throws. Then nothing was restored.
    public func run() throws -> BatchResult {
        let team = WorkerTeam(workers: resources.workers)
        if plan.request.outputStream != nil { return try runToStream(on: team) }
        let ledger = try Ledger(inFolder: plan.root)
        let settings = try plan.settingsDigest(of: model, mending: mending)
        let policy = ResumePolicy(plan: plan, ledger: ledger, settings: settings, model: model.sha256)
        let decisions = decisions(policy, on: team)

        var toDo: [BatchPlan.Picture] = []
        var toMeasure: [(picture: BatchPlan.Picture, entry: LedgerEntry)] = []
        var toCarry: [(picture: BatchPlan.Picture, entry: LedgerEntry)] = []
        var settled = plan.settled
        var isSystemAtFault = false
        for (picture, decision) in zip(plan.pictures, decisions) {
            switch decision {
            case .toDo: toDo.append(picture)
            case .done(let entry?) where picture.reference != nil && !Self.isMeasured(picture, by: entry):
                toMeasure.append((picture, entry))
            case .done(let entry?) where !picture.sidecars.isEmpty: toCarry.append((picture, entry))
            case .done(let entry): settled.append(Self.skipped(picture, entry?.record))
            case .refused(let reason, let isOutputSide):
                isSystemAtFault = isSystemAtFault || isOutputSide
                settled.append(PictureRecord(input: picture.name, outcome: .failed(reason: reason)))
            }
        }
        let tally = RunTally(byteCounts: toDo.map(\.stamp.byteCount), observe: observe)
        let hasWork = !toDo.isEmpty && !interruption.isRequested
        let process = hasWork ? try model.load() : nil
        if hasWork { try createFolders(at: plan.root) }
        observe(.began(toDo: toDo.count, total: plan.pictures.count))
        for warning in plan.warnings { tally.warn(warning) }
        if ledger.unreadableLineCount > 0 {
            tally.warn("\(ledger.unreadableLineCount) unreadable line(s) in \"\(ledger.path.printed)\" passed over")
        }
        for record in settled { tally.settle(record, isOutputSide: isSystemAtFault && record.outcome.kind == .failed) }
        let work = try pictureRun(by: process, ledger: ledger, workers: team.workerCount)
        if hasWork {
            removeAbandoned(for: toDo)
            let claims = PictureClaims(on: ledger.path)
            SharedWork(
                pictures: toDo, policy: policy, claims: claims, work: work, interruption: interruption, tally: tally
            ).run(on: team)
        }
        let carried = toCarry
        team.forEach(carried.count) { _, index in
            if interruption.isRequested { return }
            let outcome = work.carrySidecars(of: carried[index].picture, restoredAs: carried[index].entry)
            tally.settle(outcome.record, isOutputSide: outcome.isOutputSide)
        }
        let measured = toMeasure
        team.forEach(measured.count) { worker, index in
            if interruption.isRequested { return }
            let (picture, entry) = measured[index]
            if let record = work.measure(picture, restoredBy: entry, on: worker) {
                var entry = entry
                entry.record = record
                let outcome = work.carrySidecars(of: picture, restoredAs: entry)
                tally.settle(outcome.record, isOutputSide: outcome.isOutputSide)
            }
        }
        return result(tally)
    }

    /// Returns what takes the pictures of the plan from their files to their outputs.
    func pictureRun(by process: (any PictureProcess)?, ledger: Ledger?, workers: Int) throws -> PictureRun {
        PictureRun(
            plan: plan, process: process, model: model, mending: process == nil ? nil : try mending?.loaded(),
            settings: try plan.settingsDigest(of: model, mending: mending), ledger: ledger,
            maximumPixels: resources.maximumPixels, budget: MemoryBudget(byteCount: resources.pictureBytes),
            // Three quarters of the bytes stay for work under way.
            keptByteLimit: resources.pictureBytes / (4 * workers), decoderBytes: resources.decoderBytes,
            software: resources.software, interruption: interruption)
    }

    /// Returns what came of a run.
    func result(_ tally: RunTally) -> BatchResult {
        let (records, outputSideFailed, progress) = tally.result
        return BatchResult(
            records: records.sorted { $0.input.precedes($1.input) }, outputSideFailed: outputSideFailed,
            wasInterrupted: interruption.isRequested, notDone: notDone(after: records), progress: progress)
    }

    /// Returns the names of the pictures that have no record, in the plan's order.
    private func notDone(after records: [PictureRecord]) -> [FilePath] {
        guard records.count < plan.pictures.count + plan.settled.count else { return [] }
        // Pages share the name of their file.
        var counts: [FilePath: Int] = [:]
        for record in records { counts[record.input, default: 0] += 1 }
        for record in plan.settled { counts[record.input, default: 0] -= 1 }
        return plan.pictures.map(\.name).filter { name in
            let count = counts[name] ?? 0
            counts[name] = count - 1
            return count <= 0
        }
    }

    static func skipped(_ picture: BatchPlan.Picture, _ record: PictureRecord?) -> PictureRecord {
        var result = record?.outcome.result ?? PictureResult()
        result.output = picture.output
        // Figures of another run's reference are not this run's.
        if picture.reference == nil { result.measurements = [] }
        var record = record ?? PictureRecord(input: picture.name, outcome: .skipped(result))
        (record.input, record.outcome) = (picture.name, .skipped(result))
        return record
    }

    /// Returns true where the ledger's figures are about the picture's reference as it is now.
    static func isMeasured(_ picture: BatchPlan.Picture, by entry: LedgerEntry) -> Bool {
        guard let reference = picture.reference, let found = try? LedgerEntry.Reference(of: reference) else {
            return false
        }
        return entry.reference == found
    }

    private func decisions(_ judge: ResumePolicy, on team: WorkerTeam) -> [ResumeDecision] {
        let results = Mutex([ResumeDecision](repeating: .toDo, count: plan.pictures.count))
        team.forEach(plan.pictures.count) { _, index in
            if interruption.isRequested { return }
            let decision: ResumeDecision
            do throws(FileError) { decision = try judge.decision(for: plan.pictures[index]) } catch {
                decision = .refused("\(error)", isOutputSide: PictureRun.isOfSystem(error))
            }
            results.withLock { $0[index] = decision }
        }
        return results.withLock { $0 }
    }

    /// Removes the temporary files of killed runs, in the folders that this one writes to.
    func removeAbandoned(for pictures: [BatchPlan.Picture]) {
        let now = Int64(Date().timeIntervalSince1970) * 1_000_000_000
        for folder in Set(pictures.map { plan.outputPath(of: $0).removingLastComponent() }) {
            _ = AtomicFile.removeAbandoned(in: folder.isEmpty ? "." : folder, now: now)
        }
    }
}

/// The result of a run.
public struct BatchResult: Sendable {
    /// The records, one for each input, by the bytes of the inputs' names; none for pictures that an interruption left
    /// out.
    public let records: [PictureRecord]
    /// True where a picture failed because its output could not be written.
    public let outputSideFailed: Bool
    /// True where the run was interrupted.
    public let wasInterrupted: Bool
    /// The names of the pictures that an interruption left undone, one for each page that would be an output.
    public let notDone: [FilePath]
    /// The progress at the end.
    public let progress: RunProgress

    /// Creates the result of a run that ended with these records.
    public init(
        records: [PictureRecord], outputSideFailed: Bool = false, wasInterrupted: Bool, notDone: [FilePath] = [],
        progress: RunProgress
    ) {
        self.records = records
        self.outputSideFailed = outputSideFailed
        self.wasInterrupted = wasInterrupted
        self.notDone = notDone
        self.progress = progress
    }

    /// Returns the number of inputs with this outcome.
    public func count(of outcome: Outcome.Kind) -> Int { records.count { $0.outcome.kind == outcome } }
}
