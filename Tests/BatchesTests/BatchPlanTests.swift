import Batches
import Files
import Imaging
import Reports
import Restoration
import SystemPackage
import TestFolders
import Testing

@Suite struct BatchPlanTests {
    let folder: TemporaryFolder
    let input: FilePath
    let output: FilePath

    init() throws {
        folder = try TemporaryFolder()
        input = folder.path.appending("in")
        output = folder.path.appending("out")
        try createFolders(at: input)
    }

    private func plan(
        format: RunSettings.OutputFormat = .same, suffix: String = "", reference: FilePath? = nil
    ) throws -> BatchPlan {
        try BatchPlan(
            BatchRequest(
                inputs: [input], output: output, settings: RunSettings(format: format), suffix: suffix,
                reference: reference))
    }

    @Test func aTreeIsMirroredAndNamesTellTheTruth() throws {
        try folder.writePicture("in/b/c/deep.PNG")
        try folder.writePicture("in/a.jpeg", as: .jpeg)
        try folder.writePicture("in/wrong.png", as: .jpeg)
        try folder.writePicture("in/scan.v2")
        try folder.writePicture("in/.hidden.png")
        try folder.write("text", to: "in/note.txt")
        let plan = try plan()
        #expect(plan.pictures.map(\.name) == ["a.jpeg", "b/c/deep.PNG", "scan.v2", "wrong.png"])
        #expect(plan.pictures.map(\.output) == ["a.jpeg", "b/c/deep.PNG", "scan.v2.png", "wrong.jpg"])
        #expect(Set(plan.settled.map(\.input)) == [".hidden.png", "note.txt"])
        #expect(plan.settled.allSatisfy { $0.outcome.kind == .ignored })
        let converted = try self.plan(format: .jpg, suffix: "_r")
        #expect(converted.pictures.map(\.output) == ["a_r.jpeg", "b/c/deep_r.jpg", "scan.v2_r.jpg", "wrong_r.jpg"])
        #expect(!FileStamp.exists(output))
    }

    @Test func formatsThatAreNotReadYetFailAndTextIsIgnored() throws {
        try folder.writePicture("in/good.png")
        try folder.write(Array("8BPS".utf8) + [0, 1], to: "in/art.psd")
        try folder.write([0, 0, 0, 24] + Array("ftypheic".utf8), to: "in/phone.heic")
        try folder.write("not a picture", to: "in/text.png")
        try folder.write("", to: "in/empty.jpg")
        try folder.write("", to: "in/empty.txt")
        try folder.write("not a picture", to: "in/note")
        let plan = try plan()
        #expect(plan.pictures.map(\.name) == ["good.png"])
        let errors = Dictionary(
            uniqueKeysWithValues: plan.settled.compactMap { record in record.outcome.failure.map { (record.input, $0) }
            })
        #expect(Set(errors.keys) == ["art.psd", "phone.heic", "empty.jpg", "text.png"])
        #expect(errors["art.psd"]?.hasPrefix("Photoshop PSD cannot be read yet") == true)
        #expect(errors["phone.heic"]?.hasPrefix("HEIC cannot be read yet") == true)
        #expect(errors["empty.jpg"] == "the file is empty")
        #expect(errors["text.png"]?.hasPrefix("named like a picture, but not a picture") == true)
        #expect(plan.settled.filter { $0.outcome.kind == .ignored }.map(\.input) == ["empty.txt", "note"])
        #expect(plan.warnings.isEmpty)
    }

    @Test func oneFileMayNameItsOutput() throws {
        let picture = try folder.writePicture("in/a.png")
        func outputs(
            _ output: FilePath, isFolder: Bool = false, format: RunSettings.OutputFormat = .same
        ) throws
            -> [FilePath]
        {
            let plan = try BatchPlan(
                BatchRequest(
                    inputs: [picture], output: output, outputIsFolder: isFolder, settings: RunSettings(format: format)))
            return plan.pictures.map { plan.outputPath(of: $0) }
        }
        #expect(try outputs(folder.path.appending("b.png")) == [folder.path.appending("b.png")])
        #expect(try outputs("b.jpg") == ["./b.jpg"])
        #expect(try outputs(output) == [output.appending("a.png")])
        #expect(try outputs("x.png", isFolder: true) == ["x.png/a.png"])
        #expect(throws: PlanError.formatContradicts(output: "b.jpg", format: "png")) {
            try outputs("b.jpg", format: .png)
        }
        #expect(throws: PlanError.outputReplaces(picture, role: .input)) { try outputs(picture) }
        #expect(throws: PlanError.outputReplaces(picture, role: .input)) { try outputs(input) }
        let text = try folder.write("", to: "text")
        #expect(throws: PlanError.outputIsFile(text)) { try outputs(text) }
    }

    @Test func severalInputsKeepTheirFoldersNames() throws {
        try folder.writePicture("in/a.png")
        try folder.writePicture("more/a.png")
        let single = try folder.writePicture("single.png")
        let more = folder.path.appending("more")
        let plan = try BatchPlan(BatchRequest(inputs: [input, more, single, single], output: output))
        #expect(plan.pictures.map(\.output) == ["in/a.png", "more/a.png", "single.png"])
        let dots = try BatchPlan(BatchRequest(inputs: [input.pushing("../more/."), single], output: output))
        #expect(dots.pictures.map(\.output) == ["more/a.png", "single.png"])
        #expect(throws: PlanError.outputIsFile(single)) {
            try BatchPlan(BatchRequest(inputs: [input, more], output: single))
        }
    }

    @Test func collisionsAreFoundBeforeAnythingRuns() throws {
        let png = try folder.writePicture("in/a.png")
        let jpg = try folder.writePicture("in/a.jpg", as: .jpeg)
        try folder.writePicture("in/b.png")
        #expect(try plan().pictures.count == 3)
        let error = PlanError.collisions(
            [.init(output: output.appending("a.png"), inputs: [jpg, png])], remedy: .sameFormat)
        #expect(throws: error) { try plan(format: .png) }
        #expect("\(error)".contains("would both write"))
        #expect(!FileStamp.exists(output))
    }

    @Test func whatIsSuggestedForCollisionsHelps() throws {
        func collision(_ inputs: FilePath..., format: RunSettings.OutputFormat = .same) throws -> PlanError.Remedy? {
            do throws(PlanError) {
                _ = try BatchPlan(
                    BatchRequest(inputs: inputs, output: output, settings: RunSettings(format: format)))
                return nil
            } catch {
                guard case .collisions(_, let remedy) = error else { throw error }
                return remedy
            }
        }
        let (first, second) = (try folder.writePicture("one/a.png"), try folder.writePicture("two/a.png"))
        #expect(try collision(first, second) == .folders)
        #expect(try collision(first, second, format: .png) == .folders)
        let jpeg = try folder.writePicture("one/a.jpg", as: .jpeg)
        #expect(try collision(first, jpeg) == nil)
        #expect(try collision(first, jpeg, format: .tiff) == .sameFormat)
        // What is only read becomes PNG whatever is asked for.
        let bitmap = try folder.write("P6 1 1 255 abc", to: "one/a.ppm")
        #expect(try collision(first, bitmap) == .ownOutputs)
        #expect(try collision(first, bitmap, format: .png) == .ownOutputs)
        // Without an extension it gets one.
        let bare = try folder.writePicture("one/a")
        #expect(try collision(first, bare) == .ownOutputs)
        #expect("\(PlanError.collisions([], remedy: .folders))".contains("--files-from"))
        #expect(!"\(PlanError.collisions([], remedy: .ownOutputs))".contains("-f same"))
    }

    @Test func outputAndInputFoldersAreKeptApart() throws {
        try folder.writePicture("in/a.png")
        #expect(throws: PlanError.outputIsInput(input)) { try BatchPlan(BatchRequest(inputs: [input], output: input)) }
        let inside = input.appending("out")
        #expect(throws: PlanError.outputInsideInput(output: inside, input: input)) {
            try BatchPlan(BatchRequest(inputs: [input], output: inside))
        }
        // A link does not hide it.
        try folder.link("link", to: input)
        #expect(throws: PlanError.self) {
            try BatchPlan(BatchRequest(inputs: [input], output: folder.path.pushing("link/deeper/out")))
        }
        try folder.writePicture("in/out/a.png")
        let nested = try BatchPlan(BatchRequest(inputs: [input], output: inside, allowsNestedOutput: true))
        #expect(nested.pictures.map(\.name) == ["a.png"])
        // A link inside the input that leads to the output is not restored either.
        try folder.writePicture("out/a.png")
        try folder.link("in/results", to: output)
        #expect(try plan().pictures.map(\.name) == ["a.png", "out/a.png"])
    }

    @Test func referencesAreNeverReplacedAndPairedByName() throws {
        try folder.writePicture("in/a.png")
        try folder.writePicture("in/b/c.png")
        try folder.writePicture("in/d.png")
        try folder.writePicture("clean/a.jpg", as: .jpeg)
        try folder.writePicture("clean/b/c.png")
        try folder.writePicture("clean/unused.png")
        let clean = folder.path.appending("clean")
        let plan = try plan(reference: clean)
        #expect(plan.pictures.map(\.reference) == [clean.appending("a.jpg"), clean.pushing("b/c.png"), nil])
        #expect(plan.warnings == ["1 of 3 pictures have no reference of their name, such as \"d.png\""])
        #expect(throws: PlanError.outputReplaces(clean.pushing("b/c.png"), role: .reference)) {
            try BatchPlan(BatchRequest(inputs: [input], output: clean, reference: clean))
        }
        let missing = folder.path.appending("none")
        #expect(throws: PlanError.self) { try self.plan(reference: missing) }
    }

    @Test func namesThatNoFileSystemTakesFailBeforeTheWork() throws {
        let long = String(repeating: "n", count: 251) + ".png"
        try folder.writePicture(FilePath("in/" + long))
        let raw = try #require(FilePath(bytes: Array("in/".utf8) + [0xFF, 0x2E, 0x70, 0x6E, 0x67]))
        try folder.writePicture(raw)
        try folder.writePicture("in/new\nline.png")
        #expect(try plan().pictures.count == 3)
        let suffixed = try plan(suffix: "_r")
        #expect(suffixed.settled.map(\.input) == [FilePath(long)])
        #expect(suffixed.settled.first?.outcome.failure?.contains("255 bytes") == true)
        #expect(
            suffixed.pictures.map(\.output.bytes)
                == [Array("new\nline_r.png".utf8), [0xFF] + Array("_r.png".utf8)])
        #expect(throws: PlanError.badSuffix("a/b")) { try plan(suffix: "a/b") }
    }

    @Test func missingAndUnreadableInputsFail() throws {
        let missing = folder.path.appending("none.png")
        try folder.writePicture("in/a.png")
        try folder.link("in/gone.png", to: "nowhere")
        let plan = try BatchPlan(BatchRequest(inputs: [input, missing], output: output))
        #expect(plan.pictures.map(\.name) == ["in/a.png"])
        #expect(plan.settled.map(\.outcome.kind) == [.failed, .failed])
        #expect(plan.settled.map(\.input) == ["in/gone.png", "none.png"])
        #expect(plan.settled.last?.outcome.failure == "cannot open \"\(missing)\": No such file or directory")
    }

    @Test func settingsDigestCoversWhatChangesPixels() throws {
        let base = RunSettings()
        var changed: [RunSettings] = []
        for change: (inout RunSettings) -> Void in [
            { $0.format = .png }, { $0.quality = 90 }, { $0.metadata = .none }, { $0.damaged = .accept },
            { $0.restoration.strength = 0.5 }, { $0.restoration.noiseLevel = .automatic },
            { $0.restoration.noiseLevel = .sigma(0.1) }, { $0.restoration.selfEnsemble = true },
        ] {
            var settings = base
            change(&settings)
            changed.append(settings)
        }
        let digests = try Set(([base] + changed).map { try $0.digest() })
        #expect(digests.count == changed.count + 1)
        var tiled = base
        tiled.restoration.tileSize = 256
        #expect(try tiled.digest() == base.digest())
    }
}
