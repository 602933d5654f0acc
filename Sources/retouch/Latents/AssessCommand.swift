import ArgumentParser
import Autoencoders
import Batches
import Files
import Latents
import Networks
import SystemPackage
import Workers

/// `retouch assess`.
struct AssessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess",
        abstract: "Measure an autoencoder: what it reconstructs, how likely data are under it, what its latent knows.",
        usage: "retouch assess <model> <data> [options]",
        discussion: """
            DATA is what embed takes: a folder of pictures, or an array of them. Measured are the error of reconstruction \
            beside that of as many principal components; of a vae the evidence bound and the importance-weighted bound, \
            active units and the divergence of each; where pictures have labels, how well these can be told from latents, \
            components and pixels; where --factors are known, how far single numbers stand for them. Beside each figure \
            stands the protocol that it was measured by.

            EXAMPLES
              retouch assess models/1x-VAE photos/ --side 32
              retouch assess models/1x-VAE t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz --binarise static
              retouch assess models/1x-VAE shapes/shapes.npy --factors shapes/shapes.csv --json
            """)

    @Argument(help: .init("An autoencoder.", valueName: "name|folder"), completion: .models())
    var model: String

    @Argument(help: .init("A folder of pictures, or an array of them.", valueName: "data"))
    var data: PathArgument

    @Option(help: .init("Labels: CSV, IDX or NPY.", valueName: "file"))
    var labels: PathArgument?

    @Option(
        help: .init("Known factors of the pictures: columns of whole numbers, a line a picture.", valueName: "file.csv")
    )
    var factors: PathArgument?

    @Option(
        help: .init(
            "The pictures that principal components are computed of; by default those that are measured.",
            valueName: "data"))
    var reference: PathArgument?

    @Option(help: .init("The most pictures, chosen by the seed.", valueName: "N"))
    var count = 2000

    @Option(help: .init("Only the middle NxN pixels of each picture.", valueName: "N"))
    var side = 0

    @Option(help: .init("Samples of the importance-weighted bounds, as 50,5000.", valueName: "N,N,..."))
    var samples: WholeNumbers?

    @Option(
        help: "Pictures of two levels: above one half, drawn once, or drawn by the seed, with grey levels as chances.")
    var binarise = Binarisation.none

    @Option(
        help: .init(
            "The likelihood: bernoulli, or gaussian:DEVIATION on 0...1; by default the model's.",
            valueName: "likelihood"))
    var likelihood: String?

    @OptionGroup var probe: ProbeOptions

    @Option(help: .init("Of the choice of pictures and all draws.", valueName: "N"))
    var seed: UInt64 = 0

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    @OptionGroup(title: "Reading") var reading: ReadingOptions

    func validate() throws {
        try reading.validate()
        try probe.validate()
        _ = try pictureLikelihood()
    }

    /// The likelihood that was asked for, nil for the model's.
    private func pictureLikelihood() throws -> PictureLikelihood? {
        guard let likelihood else { return nil }
        if likelihood == "bernoulli" { return .bernoulli }
        let parts = likelihood.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0] == "gaussian", let deviation = Double(parts[1]), deviation > 0,
            deviation.isFinite
        else {
            throw ValidationError(
                "--likelihood \(likelihood): expected bernoulli, or gaussian:0.1 (a deviation above 0)")
        }
        return .gaussian(deviation: deviation)
    }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let model = try loadModel(at: ModelLibrary.standard().folder(of: model))
        var request = AssessmentRequest(data: data.path, byteLimit: reading.byteLimit)
        (request.labels, request.factors, request.reference) = (labels?.path, factors?.path, reference?.path)
        (request.count, request.side, request.seed) = (count, side, seed)
        request.samples = samples?.values ?? request.samples
        (request.binarisation, request.likelihood) = (binarise, try pictureLikelihood())
        (request.probe.folds, request.probe.neighbours) = (probe.folds, probe.neighbours)
        request.probe.labelsPerClass = probe.labelsPerClass
        (request.maximumPixels, request.damaged) = (reading.maxPixels, reading.damaged)
        let run = try AssessmentRun(request, model: model, interruption: interruption)
        try CommandFailure.unlessFound(run.count, in: data.path, warnings: run.warnings)
        guard let assessment = try run.run(on: WorkerTeam(workers: reading.workers)) else {
            throw CommandFailure(status: .interrupted, message: "interrupted")
        }
        for failure in assessment.failures { Console.standardError.write("failed: \(failure)\n") }
        Console.standardOutput.write(json ? try Text.json(assessment) : AssessmentText(assessment).text)
        try CommandFailure.unlessSuccess(assessment.failures.isEmpty ? .success : .someFailed)
    }
}
