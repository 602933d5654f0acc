import Autoencoders
import Files
import Foundation
import TestFolders
import Testing
import Training

/// The JSON form of configurations, as version 0.1.0 wrote it: in training.json, in checkpoints and recipes. Whatever
/// changes in Swift, files of before are read, and written again as the same bytes.
@Suite struct ConfigurationFormTests {
    static let forms = ["standard", "everything", "pairs", "noisy", "objective"]

    /// Few keys, former ones too, become every key with its value; and that stays as it is.
    @Test(arguments: forms) func configurationsKeepTheirForm(name: String) throws {
        let given = try Repository.text("Tests/Fixtures/configurations/\(name)-given.json")
        let written = try Repository.text("Tests/Fixtures/configurations/\(name).json")
        #expect(try TrainingConfiguration(json: given).json() + "\n" == written)
        #expect(try TrainingConfiguration(json: written).json() + "\n" == written)
    }

    /// The recipes of the models that ship, but those for the reference implementation on a GPU.
    @Test func recipesKeepTheirForm() throws {
        var found: [(result: String, kind: String, hash: String)] = []
        for path in try Repository.files(below: "models", suffix: ".json") where path.contains("/recipe-") {
            let text = try Repository.text(path)
            guard !text.contains(#""command":"#) else { continue }
            let written = try TrainingConfiguration(json: text).json()
            #expect(try TrainingConfiguration(json: written).json() == written)
            let name = path.dropFirst("models/".count).dropLast(".json".count)
            found.append((String(name), "json", try SHA256Digest(of: written.utf8).hex))
        }
        #expect(found.count > 30)
        #expect(try RecordedBits("configurations").differences(found) == [])
    }

    /// Every key is on the page: in that table, or as an option.
    @Test func thePageNamesEveryKey() throws {
        let json = try TrainingConfiguration(architecture: UNet.small, images: ["a"]).json()
        let standard = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let page = try Repository.text("Documentation/Training.md")
        let options = [
            "corruptions": "corrupt", "validationCorruptions": "validation-corrupt", "initialModel": "from",
        ]
        for key in standard.keys {
            let own = key.reduce("") { $1.isUppercase ? $0 + "-" + $1.lowercased() : $0 + String($1) }
            let option = "`--\(options[key] ?? own)"
            #expect(page.contains("`\(key)`") || page.contains(option), "\(key)")
        }
        #expect(standard.count > 35)
    }

    /// What Documentation/Training.md says of keys that only a file has: those that are left out have these values.
    @Test func thePageNamesTheStandardValues() throws {
        let json = try TrainingConfiguration(architecture: UNet.small, images: ["a"]).json()
        let standard = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let page = try Repository.text("Documentation/Training.md")
        let table = page.components(separatedBy: "## Settings that only a file has").dropFirst().joined()
            .components(separatedBy: "\n## ")[0]
        var compared = 0
        for row in table.split(separator: "\n") where row.hasPrefix("| `") {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let keys = cells[0].split(separator: ",").map { $0.trimmingCharacters(in: [" ", "`"]) }
            let values = cells[2].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            for key in keys { #expect(standard[key] != nil, "\(key) is no key") }
            guard keys.count == values.count else { continue }
            for (key, value) in zip(keys, values) {
                let found = standard[key] as? NSNumber
                if let number = Double(value) {
                    #expect(found?.doubleValue == number, "\(key)")
                } else if let truth = Bool(value) {
                    #expect(found?.boolValue == truth, "\(key)")
                } else {
                    continue
                }
                compared += 1
            }
        }
        #expect(compared == 15)
        // The options' table names two more.
        let objective = TrainingConfiguration.Objective()
        #expect(page.contains("its share of the loss (\(objective.teacherWeight))"))
        #expect(page.contains("what that counts (\(objective.perceptualWeight))"))
        let stage = try #require((standard["stages"] as? [[String: Any]])?.first)
        let (batch, side) = (try #require(stage["batch"] as? Int), try #require(stage["patch"] as? Int))
        #expect(page.contains("one of \(batch) patches of \(side)x\(side)"))
    }
}
