import ArgumentParser
import Batches
import Corruptions
import Files
import Imaging
import Reports
import SystemPackage
import Tensors

/// `retouch generate checker,text OUT --count 10`.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Draw test pictures that no camera took: patterns, dithers, text, strong colours and the like.",
        usage: "retouch generate <kind>[,<kind>...]|all <out> [options]",
        discussion: """
            Writes 8-bit PNGs named KIND-SEED.png, the same on every machine, for seeds from --seed on. What was drawn \
            before is skipped.

            KINDS
            \(GeneratedPicture.Kind.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            EXAMPLES
              retouch generate all tests/ --count 4 --size 256x256
              retouch generate text,halftone tests/ --count 100 --size 640x480 --seed 1000
            """)

    @Argument(help: .init("What is drawn: kinds between commas, or all.", valueName: "kinds"))
    var kinds: String

    @Argument(help: .init("The folder to write to.", valueName: "out"))
    var out: PathArgument

    @Option(help: .init("Pictures of each kind, 1 to 100000.", valueName: "N"))
    var count = 1

    @Option(help: .init("Of the pictures, in pixels.", valueName: "WxH"))
    var size = "256x256"

    @Option(help: .init("The first picture's; the next ones have the seeds that follow.", valueName: "N"))
    var seed: UInt64 = 0

    @Option(
        help: """
            Outputs that exist: auto skips those with the same pixels and leaves alone what is another picture; skip, \
            overwrite and fail are as in restore.
            """)
    var exists: BatchRequest.ExistsPolicy = .auto

    func validate() throws { _ = try request() }

    func run() throws {
        let (kinds, width, height) = try request()
        let interruption = Interruption()
        Signals.watch(interruption)
        do { try createFolders(at: out.path) } catch {
            throw CommandFailure(status: .output, message: "\(error)")
        }
        var counts: [Outcome.Kind: Int] = [:]
        for kind in kinds {
            for index in 0..<UInt64(count) where !interruption.isRequested {
                let picture = GeneratedPicture(kind, seed: seed + index)
                let path = out.path.appending("\(kind.rawValue)-\(picture.seed).png")
                counts[try write(picture, height: height, width: width, to: path), default: 0] += 1
            }
        }
        ClosingLines.tellCounts(
            restored: counts[.restored] ?? 0, skipped: counts[.skipped] ?? 0, failed: counts[.failed] ?? 0,
            verb: .generate)
        if interruption.isRequested { throw CommandFailure(status: .interrupted, message: nil) }
        try CommandFailure.unlessSuccess((counts[.failed] ?? 0) == 0 ? .success : .someFailed)
    }

    /// Writes a picture, unless what lies in its place is to stay.
    private func write(_ picture: GeneratedPicture, height: Int, width: Int, to path: FilePath) throws -> Outcome.Kind {
        func refuse(_ reason: String) -> Outcome.Kind {
            Console.standardError.write("failed: \(path.lastComponent?.string ?? path.printed): \(reason)\n")
            return .failed
        }
        if FileStamp.exists(path) {
            if FileStamp.isFolder(path) { return refuse("a folder is in its place: \"\(path.printed)\"") }
            switch exists {
            case .overwrite: break
            case .skip: return .skipped
            case .fail: return refuse("it exists: \"\(path.printed)\"")
            case .auto:
                let image = picture.image(height: height, width: width)
                if let found = try? Picture(reading: path), found.image.samples == image.samples { return .skipped }
                return refuse("\"\(path.printed)\" is another picture; --exists overwrite replaces it")
            }
        }
        do {
            try Picture(picture.image(height: height, width: width)).write(
                to: path, as: .png, software: "Retouch \(Version.current)")
        } catch {
            throw CommandFailure(status: .output, message: "\"\(path.printed)\" cannot be written: \(error)")
        }
        return .restored
    }

    /// Returns the kinds of pictures to generate, and their size.
    ///
    /// - Throws: `ValidationError`.
    private func request() throws -> (kinds: [GeneratedPicture.Kind], width: Int, height: Int) {
        var kinds: [GeneratedPicture.Kind] = []
        for name in self.kinds.split(separator: ",", omittingEmptySubsequences: false) {
            let named =
                name == "all" ? GeneratedPicture.Kind.allCases : [.init(rawValue: String(name))].compactMap(\.self)
            guard !named.isEmpty else {
                let known = GeneratedPicture.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("unknown kind '\(name)'; there are \(known), and all")
            }
            kinds += named.filter { !kinds.contains($0) }
        }
        let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sides.count == 2, sides.allSatisfy({ (1...16_384).contains($0) }) else {
            throw ValidationError("--size \(size): expected width x height such as 256x256, 1 to 16384 each")
        }
        guard (1...100_000).contains(count) else { throw ValidationError("--count \(count): expected 1 to 100000") }
        guard seed <= .max - UInt64(count) else { throw ValidationError("--seed \(seed): too large") }
        return (kinds, sides[0], sides[1])
    }
}
