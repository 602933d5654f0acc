import ArgumentParser
import Autoencoders
import Batches
import Files
import Foundation
import Networks
import Reports
import Restoration
import Synchronization
import SystemPackage

/// `retouch anomalies`.
struct AnomaliesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anomalies",
        abstract: "Find damaged, blank, misfed or foreign pictures in a folder, by what good ones look like.",
        usage: "retouch anomalies <pictures> --train-on <good> --out <folder> [options]",
        discussion: """
            Looks at good pictures and at yours with a model that masks damage: what does it mask, and how far are its \
            bottleneck features from those of good pictures? One good picture in twenty has a score above 1. OUT gets \
            anomalies.html (the pictures sorted, damage in red) and anomalies.csv. With --steps the model is first taught \
            what the good pictures look like, with damage drawn on them, and lies in OUT too; run it again with the same \
            OUT and it is there already.

            With an autoencoder for --model the data may be of any kind, in folders or arrays: what it reconstructs worse \
            than good data, or what has a latent farther from theirs, is of another kind. Where labels are known, --normal \
            names those of good data, and the area under the ROC curve is told.

            EXAMPLES
              retouch anomalies scans/ --train-on good/ --out check/
              retouch anomalies drawings/ --train-on good/ --steps 2000 --out check/
              retouch anomalies more/ --train-on good/ --model check/model --out again/
              retouch anomalies sorted/ --train-on good/ --model 1x-AE --normal a --out one/
            """)

    @Argument(help: .init("Pictures and folders to look at.", valueName: "pictures"))
    var pictures: [PathArgument]

    @Option(help: .init("A folder of good pictures, 8 or more; for an autoencoder an array, too.", valueName: "folder"))
    var trainOn: PathArgument

    @Option(help: .init("The folder for the page and the model.", valueName: "folder"))
    var out: PathArgument

    @Option(
        help: .init(
            "A model that masks damage, as ships or as an earlier run taught it; or an autoencoder.",
            valueName: "name|folder"),
        completion: .models())
    var model = "1x-Damage-S"

    @Option(help: .init("Steps of teaching on the good pictures, for such as are no photographs.", valueName: "N"))
    var steps = 0

    @Option(help: .init("For an autoencoder: labels of the data; by default their folders.", valueName: "file"))
    var labels: PathArgument?

    @Option(help: .init("For an autoencoder: labels of what it is trained on.", valueName: "file"))
    var trainLabels: PathArgument?

    @Option(help: .init("For an autoencoder: the label of good data; may be repeated.", valueName: "label"))
    var normal: [String] = []

    @Flag(help: "Tell nothing but failures and what was found.")
    var quiet = false

    @OptionGroup(title: "Reading") var reading: ReadingOptions

    /// The least number of good pictures that a range can be measured on.
    static let fewestPictures = 8

    func validate() throws {
        try reading.validate()
        guard steps >= 0 else { throw ValidationError("--steps \(steps): expected 0 or more") }
    }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let named = try loadModel(at: ModelLibrary.standard().folder(of: model))
        if isAutoencoder(named) { return try examine(with: named, interruption) }
        guard labels == nil, trainLabels == nil, normal.isEmpty else {
            throw CommandFailure(
                status: .usage, message: "--labels, --train-labels and --normal go with an autoencoder for --model")
        }
        let (goodRun, run) = (
            inspection(of: [trainOn.path], interruption), inspection(of: pictures.map(\.path), interruption)
        )
        // Before minutes go into training.
        try check(goodPictures: goodRun.count)
        guard run.count > 0 else { throw CommandFailure(status: .noInput, message: "no pictures to look at") }
        let detector = try AnomalyDetector(steps > 0 ? loadModel(at: taughtModel(interruption)) : named)
        let good = try examined(goodRun, with: detector, interruption)
        try check(goodPictures: good.count)
        guard let range = NormalRange(good.map(\.figures)) else { return }
        tellLeftOut(range.leftOut.map { good[$0].name })
        // Views of those alone that the page will show: a folder may have any number of pictures.
        let shown = Mutex<[(score: Double, name: String, views: AnomalyReport.Views)]>([])
        let found = try examined(run, with: detector, interruption) { name, examination in
            let score = range.score(of: examination.figures)
            guard shown.withLock({ $0.count < AnomalyReport.shownPictures || score >= $0[$0.count - 1].score }) else {
                return
            }
            let views = AnomalyReport.Views(picture: examination.picture, mask: examination.mask)
            shown.withLock { shown in
                shown.append((score, name, views))
                shown.sort { ($1.score, $0.name) < ($0.score, $1.name) }
                if shown.count > AnomalyReport.shownPictures { shown.removeLast() }
            }
        }
        let rows = found.map { picture in
            AnomalyRow(
                name: picture.name, score: range.score(of: picture.figures), damage: picture.figures.damage,
                distance: range.distance(of: picture.figures))
        }
        let report = AnomalyReport(
            name: pictures.count == 1 ? pictures[0].path.printed : "\(pictures.count) folders",
            program: "retouch \(Version.current)", date: Date(),
            reference: "\(good.count) good ones in \"\(trainOn.path.printed)\"",
            thresholds: (range.damageThreshold, range.distanceThreshold), rows: rows)
        let views = Dictionary(
            shown.withLock { $0 }.map { ($0.name, $0.views) }, uniquingKeysWith: { first, _ in first })
        try report.write(to: out.path) { views[$0.name] }
        tell(report)
        if found.count < run.count || !run.failures.isEmpty { try CommandFailure.unlessSuccess(.someFailed) }
    }
}
