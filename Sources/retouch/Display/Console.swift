import Files
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Standard output or standard error, one whole text at a time, from any thread.
///
/// A line that is drawn over (a progress bar) is removed before other text comes. Characters that would steer a terminal
/// are printed as text, whoever wrote them: a file's name, a model's card, an argument.
final class Console: Sendable {
    static let standardOutput = Console(.standardOutput)
    static let standardError = Console(.standardError)

    /// True where standard output is a picture's.
    private static let isOutputTaken = Atomic(false)

    /// Leaves standard output to a picture from now on.
    static func takeStandardOutput() { isOutputTaken.store(true, ordering: .relaxed) }

    /// The console that a run tells its results on: standard output, or standard error where that is a picture's.
    static var summary: Console { isOutputTaken.load(ordering: .relaxed) ? standardError : standardOutput }

    private let descriptor: FileDescriptor
    private let drawn = Mutex(false)
    private let firstFailure = Mutex<Errno?>(nil)

    private init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    /// True where the output is a terminal.
    var isTerminal: Bool { Self.isTerminal(descriptor) }

    /// Returns true for a terminal.
    static func isTerminal(_ descriptor: FileDescriptor) -> Bool { isatty(descriptor.rawValue) == 1 }

    /// The number of columns of the terminal, 80 where it does not report one.
    var columnCount: Int {
        var size = winsize()
        guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The first error that kept text from being written; nobody reading is none.
    var failure: Errno? { firstFailure.withLock { $0 } }

    /// Writes `text`. A reader that has gone is no error: the pictures matter.
    func write(_ text: String) {
        drawn.withLock { drawn in
            let erase = drawn ? "\r\u{1B}[K" : ""
            drawn = false
            let bytes = Array((erase + PathText.printable(text)).utf8)
            do { _ = try descriptor.writeAll(bytes) } catch {
                let found = error as? Errno ?? .ioError
                if found != .brokenPipe { firstFailure.withLock { $0 = $0 ?? found } }
            }
        }
    }

    /// Writes `text` and a line's end.
    func writeLine(_ text: String) { write(text + "\n") }

    /// Draws `line` over what was drawn before.
    func draw(_ line: String) {
        drawn.withLock { drawn in
            drawn = true
            _ = try? descriptor.writeAll(("\r" + PathText.printable(line) + "\u{1B}[K").utf8)
        }
    }

    /// Removes what was drawn.
    func erase() { write("") }
}
