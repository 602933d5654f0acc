import Batches
import Files
import Quality
import Reports
import Synchronization
import SystemPackage

/// Shows on standard error how a run goes, and appends outcomes to the log.
final class RunDisplay: Sendable {
    private let style: any ProgressStyle
    private let log: RunLog?

    /// Creates a display in the style that the mode and the terminal ask for.
    ///
    /// - Throws: `FileError` where the log cannot be opened.
    init(
        mode: ProgressMode?, isQuiet: Bool, isVerbose: Bool, log: FilePath?, verb: Verb, namesMethods: Bool = false
    ) throws {
        let lines = EventLines(isQuiet: isQuiet, isVerbose: isVerbose, verb: verb, namesMethods: namesMethods)
        switch mode ?? (isQuiet ? .none : Console.standardError.isTerminal ? .bar : .plain) {
        case .bar: style = BarStyle(lines)
        case .plain: style = PlainStyle(lines: lines)
        case .json: style = JSONStyle()
        case .none: style = SilentStyle(lines: lines)
        }
        self.log = try log.map { try RunLog(appendingTo: $0) }
    }

    convenience init(_ options: ReportingOptions) throws {
        try self.init(
            mode: options.progress, isQuiet: options.quiet, isVerbose: options.verbose, log: options.log?.path,
            verb: .restore)
    }

    func show(_ event: BatchEvent) {
        if case .settled(let record, _) = event { log?.append(record) }
        style.show(event)
    }

    /// Ends the display of a run; `result` is nil where it could not even begin.
    ///
    /// - Returns: the status of the log, which failed where it is not complete.
    @discardableResult
    func end(_ result: BatchResult?) -> ExitStatus {
        style.end(result)
        guard let error = log?.failure else { return .success }
        Console.standardError.write("retouch: the log is not complete: \(error)\n")
        return .output
    }
}

/// One way to show progress.
protocol ProgressStyle: Sendable {
    func show(_ event: BatchEvent)
    func end(_ result: BatchResult?)
}

/// The lines that all styles for people share.
struct EventLines {
    let isQuiet: Bool
    let isVerbose: Bool
    let verb: Verb
    /// True where several methods are at work.
    let namesMethods: Bool

    /// Returns the outcome of a picture in one line; nil where it should not be shown.
    func text(_ record: PictureRecord, listsAll: Bool) -> String? {
        let name = [record.input.printed, record.corruption, namesMethods ? record.method?.name : nil]
            .compactMap(\.self).joined(separator: ", ")
        switch record.outcome {
        case .failed(let reason): return "failed: \(name): \(reason)"
        case .ignored(let reason): return isVerbose ? "ignored: \(name): \(reason ?? "")" : nil
        case .skipped: return listsAll && isVerbose ? "skipped: \(name)" : nil
        case .restored(let result):
            let notes = isQuiet || result.notes.isEmpty ? "" : " [\(result.notes.joined(separator: "; "))]"
            guard listsAll else { return notes.isEmpty || !isVerbose ? nil : "note: \(name):\(notes)" }
            let pixels = result.size ?? record.inputSize
            let size = "\(pixels?.width ?? 0) x \(pixels?.height ?? 0)"
            let psnr = result.measurements.first { $0.metric == .psnr }
            let figures = psnr.flatMap { figure in
                figure.before.flatMap { before in figure.after.map { after in (before, after) } }
            }.map { ", PSNR \(Text.decibels($0.0)) -> \(Text.decibels($0.1))" }
            return "\(verb.past): \(name) (\(size), \(Text.time(record.seconds ?? 0))\(figures ?? ""))\(notes)"
        }
    }

    func began(toDo: Int, total: Int) -> String {
        toDo == total
            ? "\(total) picture\(total == 1 ? "" : "s") to \(verb.rawValue)"
            : "\(toDo) of \(total) pictures to \(verb.rawValue)"
    }
}
