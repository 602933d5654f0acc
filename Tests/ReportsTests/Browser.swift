import Files
import Foundation
import SystemPackage
import Testing

/// Debian's Chromium without a window, once for each page.
struct Browser {
    /// The size of the window.
    enum Device: String, CaseIterable {
        case desktop, phone

        var size: (width: Int, height: Int) { self == .desktop ? (1280, 900) : (360, 740) }

        /// A window can't be narrower than 500 pixels, a screen can; the browser's own bars take 143 and 56 rows.
        var options: [String] {
            switch self {
            case .desktop: ["--window-size=\(size.width),\(size.height + 143)"]
            case .phone: ["--screen-info={\(size.width)x\(size.height + 56)}", "--start-fullscreen"]
            }
        }
    }

    var device: Device

    /// What a run of the browser came to.
    struct Output {
        var document: String
        /// Lines that the page, or the browser about it, wrote to the console.
        var console: [String]
    }

    /// Where Chromium is; nil where it is not.
    static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// The document as it is after its script, and after twenty seconds of the page's own time.
    func open(_ address: String) throws -> Output {
        let (output, errors) = try run(["--dump-dom", address])
        let console = errors.split(separator: "\n").map(String.init).filter { $0.contains(":CONSOLE:") }
        return Output(document: output, console: console)
    }

    func screenshot(_ address: String, to file: FilePath, isDark: Bool = false) throws {
        let dark = isDark ? ["--blink-settings=preferredColorScheme=0"] : []
        _ = try run(dark + ["--screenshot=\(file.string)", address])
    }

    private func run(_ arguments: [String]) throws -> (output: String, errors: String) {
        try withTemporaryFolder { folder in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: try #require(Self.program, "chromium is not installed"))
            process.arguments =
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr", "--v=0",
                    "--user-data-dir=\(folder.string)/profile", "--virtual-time-budget=20000",
                ] + device.options + arguments
            // Files, not pipes: a pipe that nobody empties would stop the browser.
            let files = ["output", "errors"].map { folder.appending($0) }
            for file in files { _ = FileManager.default.createFile(atPath: file.string, contents: nil) }
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files[0].string))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files[1].string))
            try process.run()
            process.waitUntilExit()
            let texts = try files.map { String(decoding: try bytes(of: $0), as: UTF8.self) }
            #expect(process.terminationStatus == 0, "\(texts[1].suffix(2000))")
            return (texts[0], texts[1])
        }
    }
}
