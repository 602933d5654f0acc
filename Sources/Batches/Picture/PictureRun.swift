import Files
import Imaging
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors
import Workers

/// Takes one picture from its file to its output and into the ledger.
struct PictureRun: Sendable {
    let plan: BatchPlan
    /// Nil where no picture is to be restored.
    let process: (any PictureProcess)?
    let model: BatchModel
    /// Nil where nothing is mended.
    let mending: MendingMethod.Loaded?
    let settings: SHA256Digest
    /// Nil where the output is a stream.
    let ledger: Ledger?
    let maximumPixels: Int
    let budget: MemoryBudget
    /// The most bytes that rows of one picture are kept in, from one stage to the next.
    let keptByteLimit: Int
    /// The bytes of memory of a worker, which a program that decodes a picture may take in its place.
    let decoderBytes: Int
    let software: String
    let interruption: Interruption

    /// An error of the side that is written to: a full disk, a folder without rights.
    struct OutputFailure: Error, CustomStringConvertible {
        var underlying: any Error
        var path: FilePath

        var description: String {
            // A file error names its path, a picture error knows none.
            underlying is FileError ? "\(underlying)" : "writing \"\(path.printed)\": \(underlying)"
        }
    }

    /// - Parameters:
    ///   - begin: called with the picture's pixels once they are known.
    /// - Returns: the record, and whether the output side failed; nil where the run was interrupted meanwhile.
    func run(
        _ picture: BatchPlan.Picture, on worker: Worker, begin: (Int) -> Void,
        progress: @escaping @Sendable (Int) -> Void, warn: (String) -> Void
    ) -> (record: PictureRecord, isOutputSide: Bool)? {
        guard let process else { return nil }
        var record = PictureRecord(
            input: picture.name,
            method: RecordedMethod(model.name, sha256: model.sha256, settingsHash: settings.hex),
            outcome: .failed(reason: "it was not finished"))
        do {
            try restore(picture, by: process, into: &record, on: worker, begin: begin, progress: progress, warn: warn)
            return (record, false)
        } catch {
            if interruption.isRequested { return nil }
            record.outcome = .failed(reason: "\(error)")
            return (record, error is OutputFailure || Self.isOfSystem(error))
        }
    }

    /// Returns true for an error of the system's limits, with which no picture has to do: too many open files, no memory
    /// within `ulimit -v`.
    static func isOfSystem(_ error: any Error) -> Bool {
        let errno: Errno? =
            switch error {
            case FileError.system(_, _, let errno): errno
            case PictureError.cannotRead(let code): Errno(rawValue: code)
            default: nil
            }
        if [.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory].contains(errno) { return true }
        guard Machine.addressSpaceLeft != nil else { return false }
        switch error {
        case RestorationError.memory, PictureError.tooMuchMemory: return true
        // Codecs say it in words.
        default: return "\(error)".contains("memory")
        }
    }

    /// Takes a picture through its stages: opened, mended, toned, examined, restored, verified, committed.
    private func restore(
        _ picture: BatchPlan.Picture, by process: any PictureProcess, into record: inout PictureRecord,
        on worker: Worker, begin: (Int) -> Void, progress: @escaping @Sendable (Int) -> Void, warn: (String) -> Void
    ) throws {
        if let pages = try pages(of: picture) {
            return try restore(
                pages, of: picture, by: process, into: &record, on: worker, begin: begin, progress: progress)
        }
        try checkSidecars(of: picture)
        var opened = try open(picture, into: &record)
        begin(opened.info.width * opened.info.height)
        opened.mending = try mend(opened, on: worker)
        opened.tone = try tone(opened, on: worker)
        let examined = try examine(opened, for: process.process(forPicture: picture.name), into: &record, on: worker)
        let restored = try restore(opened, examined, into: &record, on: worker, progress: progress)
        defer { restored.file.discard() }
        if restored.workFactor > 2, plan.request.settings.restoration.tileSize > 0 {
            let times = (restored.workFactor * 10).rounded() / 10
            warn(
                "tiles of this size multiply the work by \(times), for the context that each has to read; -t 0 is best")
        }
        var entry = try verify(restored, of: opened, examined, into: &record, on: worker)
        if interruption.isRequested { throw RestorationError.cancelled }
        try commit(restored, as: &entry, of: picture)
        record = entry.record
    }

    /// A picture whose header was read: the first stage.
    struct OpenedPicture {
        var picture: BatchPlan.Picture
        var input: PictureInput
        /// The time at which the work on it began.
        var start: ContinuousClock.Instant
        /// The damage that is filled wherever the rows are read to be written; nil where none was looked for.
        var mending: PictureMending?
        /// The correction of its tone; nil where it stays.
        var tone: PictureTone?

        var info: PictureInfo { input.info }
    }

    /// Reads the header, and puts the size into the record.
    func open(_ picture: BatchPlan.Picture, into record: inout PictureRecord) throws -> OpenedPicture {
        let start = ContinuousClock().now
        let input = try input(of: picture)
        record.inputSize = PixelSize(width: input.info.width, height: input.info.height)
        return OpenedPicture(picture: picture, input: input, start: start)
    }

    /// Opens a picture's file; decodes it first where that is for another program.
    func input(of picture: BatchPlan.Picture) throws -> PictureInput {
        if let decoded = try decoded(picture) {
            return try PictureInput(
                decoded, limits: limits, damaged: plan.request.settings.damaged, budget: budget,
                keptByteLimit: keptByteLimit)
        }
        return try PictureInput(
            picture.path, limits: limits, damaged: plan.request.settings.damaged, budget: budget,
            keptByteLimit: keptByteLimit)
    }

    /// Returns what the picture's decoder makes of it, on the disk of the outputs; nil where it has none.
    private func decoded(_ picture: BatchPlan.Picture) throws -> DecodedFile? {
        guard let decoders = plan.request.decoders else { return nil }
        let folder = plan.request.outputStream == nil ? plan.root.appending(".retouch") : plan.root
        do {
            return try picture.decoded(
                in: folder,
                limits: .init(memory: decoderBytes, maximumPixels: maximumPixels, seconds: decoders.seconds),
                isCancelled: { interruption.isRequested })
        } catch let error as FileError {
            if case .system(.run, _, _) = error { throw error }
            throw OutputFailure(underlying: error, path: folder)
        }
    }

    /// Appends the ledger's line and lets the output appear, and its sidecars: the last stage.
    func commit(_ restored: RestoredPicture, as entry: inout LedgerEntry, of picture: BatchPlan.Picture) throws {
        if let stream = plan.request.outputStream {
            return try writing("standard output") { try restored.file.send(to: stream, named: "standard output") }
        }
        let sidecars = try copySidecars(of: picture, into: &entry)
        // The line first: an output without one would look like somebody else's to the next run.
        try writing(restored.file.target) {
            try ledger?.append(entry)
            try restored.file.commit()
            for sidecar in sidecars { try sidecar.file.commit() }
        }
    }

    var limits: PictureLimits { PictureLimits(maximumPixels: maximumPixels, maximumBytes: budget.byteCount) }

    /// Runs `body` and marks its errors as the output side's.
    func writing<Result>(_ path: FilePath, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            if let error = error as? PictureError, !error.isOutputFailure { throw error }
            throw OutputFailure(underlying: error, path: path)
        }
    }
}
