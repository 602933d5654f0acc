import ArgumentParser
import Files
import Foundation
import Networks
import Reports
import SystemPackage

/// `retouch models`.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the models that are found, or show one model's card.",
        discussion: """
            Models are looked for in the folders of $RETOUCH_MODELS (separated by colons), in ../share/retouch/models \
            beside the program, and in the package's models/.
            """)

    @Argument(help: .init("Show this model's whole card.", valueName: "name|folder"), completion: .models())
    var name: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let library = ModelLibrary.standard()
        if let name {
            let folder = try library.folder(of: name)
            let card = try ModelCard(reading: folder.appending(Model.cardFileName))
            Console.standardOutput.write(json ? try Text.json(card) : Self.page(card, folder: folder.printed))
            return
        }
        let entries = library.entries()
        for entry in entries {
            if case .failure(let error) = entry.card { Console.standardError.write("warning: \(error)\n") }
        }
        let cards = entries.compactMap { entry in (try? entry.card.get()).map { (entry, $0) } }
        if json {
            Console.standardOutput.write(try Text.json(cards.map(\.1)))
            return
        }
        guard !cards.isEmpty else {
            let places = library.folders.map { "\"\($0.printed)\"" }.joined(separator: ", ")
            throw CommandFailure(status: .model, message: "no models found; looked in \(places)")
        }
        Console.standardOutput.write(Self.table(cards.map { ($0.0.name, $0.1) }))
    }

    private static func table(_ cards: [(name: String, card: ModelCard)]) -> String {
        var rows = [["NAME", "TASK", "SCALE", "LICENCE", "DESCRIPTION"]]
        for (name, card) in cards {
            rows.append([
                name, card.task?.rawValue ?? "-", "\(card.scale)x", card.license ?? "-", card.description ?? "",
            ])
        }
        return TextTable(rows).text
    }

    private static func page(_ card: ModelCard, folder: String) -> String {
        var lines = [card.name + (card.description.map { ": \($0)" } ?? ""), ""]
        func add(_ title: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            lines.append(title.padding(toLength: 22, withPad: " ", startingAt: 0) + text)
        }
        add("folder", folder)
        add("task", card.task?.rawValue)
        add("scale", "\(card.scale)x")
        add("channels", "\(card.inputChannels) in, \(card.outputChannels) out")
        add("architecture", card.architecture)
        add("size", card.size?.joined(separator: ", "))
        add("noise range", card.noiseRange.map { $0.map { String(format: "%g", $0) }.joined(separator: " to ") })
        add("licence", card.license)
        add("author", card.author)
        add("date", card.date)
        add("receptive radius", card.receptiveRadius.map { "\($0) pixels" })
        add("multiply-adds", card.multiplyAddsPerPixel.map { String(format: "%.0f a pixel", $0) })
        for data in card.trainingData ?? [] {
            add("trained on", data.name + (data.licence.map { " (\($0))" } ?? "") + (data.note.map { ": \($0)" } ?? ""))
        }
        add("recipe", card.training?.recipe)
        add("initialised from", card.training?.initialisedFrom)
        add("trained by", card.trainedBy)
        add("seed", card.seed.map(String.init))
        for figure in card.quality ?? [] {
            let before = figure.before.map { String(format: " (before %.2f dB)", $0) } ?? ""
            let others = (card.published ?? []).flatMap { other in
                other.quality.filter { $0.set == figure.set && $0.corruption == figure.corruption }
                    .map { other.method + String(format: " %.2f", $0.psnr) }
            }
            add(
                "measured",
                [figure.set, figure.corruption, figure.protocol].compactMap(\.self).joined(separator: ", ")
                    + String(format: ": %.2f dB", figure.psnr) + before
                    + (others.isEmpty ? "" : "; published: " + others.joined(separator: ", ")))
        }
        for other in card.published ?? [] {
            let work = other.multiplyAddsPerPixel.map { String(format: "%.0f multiply-adds a pixel of the result", $0) }
            add(
                "published",
                ([other.method] + [other.note, work].compactMap(\.self)).joined(separator: ", "))
        }
        for resource in card.resources ?? [] { add("sha256", resource.sha256) }
        return lines.joined(separator: "\n") + "\n"
    }
}
