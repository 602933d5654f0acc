import Batches
import Reports

/// A line for each picture.
struct PlainStyle: ProgressStyle {
    let isQuiet: Bool
    let isVerbose: Bool

    func show(_ event: BatchEvent) {
        switch event {
        case .began(let toDo, let total):
            if !isQuiet, toDo > 0 { Console.standardError.write(EventLines.began(toDo: toDo, total: total) + "\n") }
        case .warning(let text):
            if !isQuiet { Console.standardError.write("warning: \(text)\n") }
        case .progressed: break
        case .settled(let record, let progress):
            guard
                let line = EventLines.text(record, isQuiet: isQuiet, isVerbose: isVerbose, listsAll: !isQuiet)
            else { return }
            let place = record.outcome == .restored ? "[\(progress.finished)/\(progress.total)] " : ""
            Console.standardError.write(place + line + "\n")
        }
    }

    func end(_ result: BatchResult?) {}
}

/// Failures and warnings only.
struct SilentStyle: ProgressStyle {
    let isQuiet: Bool
    let isVerbose: Bool

    func show(_ event: BatchEvent) {
        switch event {
        case .began, .progressed: break
        case .warning(let text):
            if !isQuiet { Console.standardError.write("warning: \(text)\n") }
        case .settled(let record, _):
            EventLines.text(record, isQuiet: isQuiet, isVerbose: isVerbose, listsAll: false)
                .map { Console.standardError.write($0 + "\n") }
        }
    }

    func end(_ result: BatchResult?) {}
}
