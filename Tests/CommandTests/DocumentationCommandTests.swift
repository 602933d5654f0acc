import Files
import Foundation
import Imaging
import Latents
import SystemPackage
import Tensors
import TestFolders
import Testing

/// Commands in README and Documentation run as they stand, on small folders made for them, with the models that ship.
///
/// Trainings are shortened to two steps. Each block begins in a fresh folder; its commands follow one another in it.
@Suite("Commands in the documentation run")
struct DocumentationCommandTests {
    /// Commands whose inputs cannot be made here, or that take long: what they work on is missing, so that they end
    /// after they were understood, with the code for it.
    private static let parsedOnly: [(beginning: String, status: Int32)] = [
        // Recipes name the pictures that the shipped models were trained on.
        ("retouch train --config models/", 3),
        // Sets beside the checkout.
        ("retouch evaluate Sets/", 3),
    ]

    /// Commands that measure for seconds: they are stopped when they have begun.
    private static let begunOnly = ["retouch bench --training", "retouch bench --plan"]

    /// Folders of colour pictures by the names in the documentation.
    private static let folders = [
        "photos", "scans", "shoebox", "noisy", "clean", "mixed", "in", "album", "theirs", "held-out", "faded",
        "retouched",
        "held-out-faded", "drawings", "more", "small", "samples", "DATA/train", "DATA/gb82", "DATA/test/CBSD68",
        "DATA/test/LIVE1", "DATA/test/Set5/HR", "DATA/test/Set14/HR",
    ]

    struct Block: Sendable, CustomTestStringConvertible {
        var page: String
        var commands: [[String]]
        var testDescription: String { "\(page): \(commands.first?.joined(separator: " ") ?? "")" }
    }

    static let blocks: [Block] = {
        let pages = ((try? contents(ofFolder: repository.appending("Documentation"))) ?? []).map(\.string).sorted()
            .filter { $0.hasSuffix(".md") }.map { "Documentation/\($0)" }
        return (["README.md"] + pages).flatMap { page -> [Block] in
            let text = (try? String(contentsOfFile: repository.pushing(FilePath(page)).string, encoding: .utf8)) ?? ""
            return text.components(separatedBy: "```sh\n").dropFirst().compactMap { part in
                let commands = (part.components(separatedBy: "\n```").first ?? "").split(separator: "\n")
                    .map { words(String($0)) }.filter { ["retouch", "bin/retouch"].contains($0.first) }
                return commands.isEmpty ? nil : Block(page: page, commands: commands)
            }
        }
    }()

    /// The words of a line of a shell, without its comment.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        for character in line {
            if character == "'" {
                isQuoted.toggle()
                word = word ?? ""
            } else if isQuoted || (character != " " && character != "#") || (character == "#" && word != nil) {
                word = (word ?? "") + String(character)
            } else if character == "#" {
                break
            } else if let complete = word {
                words.append(complete)
                word = nil
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    @Test func allPagesHaveCommands() {
        #expect(Set(Self.blocks.map(\.page)).count >= 7)
        #expect(Self.blocks.reduce(0) { $0 + $1.commands.count } > 70)
        #expect(Self.words("retouch a 'b c' --d=e#f  # comment 'x") == ["retouch", "a", "b c", "--d=e#f"])
    }

    @Test(arguments: blocks) func blocksRun(_ block: Block) throws {
        let test = try Folder()
        for words in block.commands {
            let text = words.joined(separator: " ")
            let status = Self.parsedOnly.first { text.hasPrefix($0.beginning) }?.status ?? 0
            let arguments = Self.shortened(Array(words.dropFirst()))
            try test.prepare(for: arguments)
            if Self.begunOnly.contains(text) {
                let program = try test.start(arguments)
                usleep(500_000)
                program.signal(SIGTERM)
                let ending = try program.wait()
                #expect(ending.status != 2, "\(block.page): \(text)\n\(ending.standardError)")
                continue
            }
            let ending = try test.run(arguments)
            // Only some processors have them; the others say so.
            if ending.status == 2, ending.standardError.contains("has no BF16 products here") { continue }
            #expect(ending.status == status, "\(block.page): \(text)\n\(ending.standardError)")
            #expect(!ending.standardError.contains("Usage:"), "\(block.page): \(text)\n\(ending.standardError)")
        }
    }

    /// Options that pages name are options of some subcommand.
    @Test func namedOptionsAreThere() throws {
        var known: Set<String> = []
        for command in ["restore", "evaluate", "compare", "inspect", "train", "corrupt", "generate", "sample"]
            + ["interpolate", "anomalies", "models", "bench", "embed", "reconstruct", "neighbours", "cluster"]
            + [
                "outliers", "probe", "map", "assess", "traverse", "duplicates", "data shapes", "data pictures",
                "data whiten", "data fashion", "data digits", "classify",
            ]
        {
            let help = try Program.run(["help"] + command.split(separator: " ").map(String.init)).standardOutput
            known.formUnion(help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
        }
        for page in Set(Self.blocks.map(\.page)) where page != "Documentation/Installing.md" {
            let text = try String(contentsOfFile: repository.pushing(FilePath(page)).string, encoding: .utf8)
            for option in Set(text.matches(of: /(?:^|[\s`(])(--[a-z][a-z-]+)/).map { String($0.1) }) {
                #expect(known.contains(option), "\(page): \(option)")
            }
        }
    }

    /// The same command, with less work.
    private static func shortened(_ arguments: [String]) -> [String] {
        var arguments = arguments
        func set(_ option: String, _ value: String) {
            if let index = arguments.firstIndex(of: option) { arguments[index + 1] = value }
        }
        switch arguments.first {
        case "train" where !arguments.contains("--resume") && !arguments.contains("--config"):
            // A length in minutes is measured first, and becomes one in steps.
            for option in ["--steps", "--minutes"] {
                if let index = arguments.firstIndex(of: option) { arguments.removeSubrange(index...index + 1) }
            }
            // Patches of data that are small stay as they are.
            let patch = arguments.firstIndex(of: "--patch").flatMap { Int(arguments[$0 + 1]) } ?? 64
            for option in ["--batch", "--patch"] {
                if let index = arguments.firstIndex(of: option) { arguments.removeSubrange(index...index + 1) }
            }
            arguments += ["--steps", "2", "--batch", "1", "--patch", "\(min(patch, 32))"]
            // Principal components of small patches take a hundredth of the time.
            if arguments.contains("--latent-search") {
                set("--latent-search", "4,8")
                arguments = arguments.map { $0 == "patch=8" ? "patch=4" : $0 }
            }
        case "anomalies": set("--steps", "2")
        case "bench" where !arguments.contains("--calibrate"):
            arguments += ["--size", "64x64", "--repeats", "1"]
        case "generate": set("--size", "64x64")
        default: break
        }
        return arguments
    }

    /// A folder with what the commands of the documentation name.
    struct Folder {
        let folder: TemporaryFolder
        private static let pictures = (0..<2).compactMap { picture($0, side: 64) }
        /// Larger ones, as teaching what good pictures look like takes them.
        private static let goodPictures = (0..<8).compactMap { picture($0, side: 256) }

        private static func picture(_ index: Int, side: Int) -> (name: String, bytes: [UInt8])? {
            var random = RandomStream(seed: UInt64(index))
            let samples = (0..<3 * side * side).map { place in
                0.5 + 0.3 * Float(place % side) / Float(side) + 0.1 * Float(random.uniform() - 0.5)
            }
            let image = PlanarImage(channels: 3, height: side, width: side, samples: samples)
            return (try? Picture(image).encoded(as: .png).bytes).map { ("picture-\(index).png", $0) }
        }

        init() throws {
            folder = try TemporaryFolder()
            for name in DocumentationCommandTests.folders {
                for picture in Self.pictures {
                    try folder.write(picture.bytes, to: FilePath("\(name)/\(picture.name)"))
                }
            }
            for (index, picture) in Self.pictures.enumerated() {
                // Small ones, and small ones in two folders.
                let side = try Picture(decoding: picture.bytes).image.cropped(top: 0, left: 0, height: 32, width: 32)
                let bytes = try Picture(side).encoded(as: .png).bytes
                try folder.write(bytes, to: FilePath("small/\(picture.name)"))
                for copy in 0..<3 {
                    let image = PlanarImage(
                        channels: 3, height: 32, width: 32, samples: side.samples.map { $0 * (1 - 0.1 * Float(copy)) })
                    let name = copy == 0 ? picture.name : "copy-\(copy)-\(picture.name)"
                    try folder.write(
                        Picture(image).encoded(as: .png).bytes,
                        to: FilePath("sorted/\(index == 0 ? "dark" : "bright")/\(name)"))
                }
            }
            for picture in Self.goodPictures { try folder.write(picture.bytes, to: FilePath("good/\(picture.name)")) }
            for name in ["DATA/test/BSD68", "DATA/test/LIVE1_gray"] {
                try folder.write(Self.grey(), to: FilePath("\(name)/grey.png"))
            }
            for name in ["first.png", "last.png"] { try folder.write(Self.pictures[0].bytes, to: FilePath(name)) }
            let photograph = try Picture(decoding: Self.pictures[0].bytes).encoded(as: .jpeg).bytes
            for name in ["photo.jpg", "scan.jpg"] { try folder.write(photograph, to: FilePath(name)) }
            let fashion = try NPYWriter(folder.path.appending("fashion.npy"), sampleShape: [28, 28], of: .bytes)
            for index in 0..<24 {
                try fashion.append(bytes: (0..<784).map { UInt8(($0 % 28 * (index + 1) + $0 / 28 * 5) % 256) })
            }
            try fashion.commit()
            try folder.write(#"{"sets": [{"name": "mine", "pictures": "clean"}]}"#, to: "sets.json")
            // Copies, so that folders relative to them are not there.
            for file in try contents(ofFolder: repository.appending("Sets")) where file.extension == "json" {
                let bytes = try folder.read(repository.appending("Sets").appending(file))
                try folder.write(bytes, to: FilePath("Sets").appending(file))
            }
            try createFolders(at: folder.path.appending("models"))
            for name in try contents(ofFolder: repository.appending("models")) where name.string.contains("x-") {
                try folder.link(FilePath("models").appending(name), to: repository.appending("models").appending(name))
            }
        }

        private static func grey() throws -> [UInt8] {
            let image = PlanarImage(
                channels: 1, height: 64, width: 64, samples: (0..<64 * 64).map { Float($0 % 97) / 97 })
            return try Picture(image).encoded(as: .png).bytes
        }

        /// Makes the models and results that a command takes and that nothing before it made.
        func prepare(for arguments: [String]) throws {
            if arguments.first == "compare", !FileStamp.exists(folder.path.appending("restored")) {
                for picture in Self.pictures {
                    try folder.write(picture.bytes, to: FilePath("restored/\(picture.name)"))
                }
            }
            for (option, name) in zip(arguments, arguments.dropFirst())
            where ["--model", "--from", "sample", "interpolate", "embed", "assess", "traverse"].contains(option)
                && name.hasPrefix("models/")
            {
                guard !FileStamp.exists(folder.path.pushing(FilePath(name))) else { continue }
                if option.hasPrefix("--") {
                    // A model that ships, under another name; a copy, since calibrating writes into the card.
                    for file in ["model.json", "model.safetensors"] {
                        let bytes = try folder.read(repository.appending("models/1x-Denoise-S").appending(file))
                        try folder.write(bytes, to: FilePath(name).appending(file))
                    }
                } else {
                    let ending = try run([
                        "train", "--architecture", "vae", "--patch", "32", "--batch", "1", "--steps", "2", "--images",
                        "photos", "--out", name,
                    ])
                    try #require(ending.status == 0, "\(ending.standardError)")
                }
            }
        }

        /// Starts the program in the folder.
        func start(_ arguments: [String]) throws -> Program {
            try Program(
                arguments.map { Array($0.utf8) },
                environment: ["RETOUCH_MODELS": repository.appending("models").string],
                under: ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder.path.string])
        }

        /// Runs the program in the folder to its end.
        func run(_ arguments: [String]) throws -> Program.Ending { try start(arguments).wait() }
    }
}
