import Batches
import Reports

/// A style of one line for each picture.
struct PlainStyle: ProgressStyle {
    let lines: EventLines

    func show(_ event: BatchEvent) {
        switch event {
        case .began(let toDo, let total):
            if !lines.isQuiet, toDo > 0 { Console.standardError.write(lines.began(toDo: toDo, total: total) + "\n") }
        case .warning(let text):
            if !lines.isQuiet { Console.standardError.write("warning: \(text)\n") }
        case .progressed: break
        case .settled(let record, let progress):
            guard
                let line = lines.text(record, listsAll: !lines.isQuiet)
            else { return }
            let place = record.outcome.kind == .restored ? "[\(progress.finished)/\(progress.total)] " : ""
            Console.standardError.write(place + line + "\n")
        }
    }

    func end(_ result: BatchResult?) {}
}

/// A style that shows failures and warnings only.
struct SilentStyle: ProgressStyle {
    let lines: EventLines

    func show(_ event: BatchEvent) {
        switch event {
        case .began, .progressed: break
        case .warning(let text):
            if !lines.isQuiet { Console.standardError.write("warning: \(text)\n") }
        case .settled(let record, _):
            lines.text(record, listsAll: false)
                .map { Console.standardError.write($0 + "\n") }
        }
    }

    func end(_ result: BatchResult?) {}
}
