import Autoencoders
import Files
import Foundation
import Latents
public import Networks
import Restoration
import Synchronization
import SystemPackage
import Tensors
public import Workers

/// Assesses an autoencoder on pictures: what it reconstructs, how likely they are under it, what its latent knows.
///
/// The figures depend on the request alone, not on the number of workers.
public struct AssessmentRun: Sendable {
    let request: AssessmentRequest
    let model: Model
    let latents: LatentModel
    let encoder: LatentEncoder
    let likelihood: PictureLikelihood?
    private let data: PictureData
    private let reference: PictureData?
    private let factors: [(name: String, values: [Int])]
    private let interruption: Interruption

    /// The number of pictures that there are.
    public var count: Int { data.count }
    /// The warnings of the search for pictures.
    public var warnings: [String] { data.warnings + (reference?.warnings ?? []) }

    /// Searches for the pictures, their labels and factors.
    ///
    /// - Throws: `LatentError`, `NumberArrayError`; `ModelFileError` where the model's configuration cannot be read.
    public init(_ request: AssessmentRequest, model: Model, interruption: Interruption = .init()) throws {
        try request.check()
        guard let latents = try? LatentModel(model.network) else {
            throw LatentError.setting(
                name: "the model", found: "one without a latent",
                expected: "an autoencoder; evaluate measures models that restore")
        }
        try model.network.checkPictureForm()
        self.request = request
        self.model = model
        self.latents = latents
        self.interruption = interruption
        encoder = try LatentEncoder(model.network)
        likelihood = try request.likelihood ?? model.folder.flatMap { PictureLikelihood(try loadArchitecture(at: $0)) }
        let network = model.network
        func data(_ path: FilePath, labels: FilePath? = nil) throws -> PictureData {
            try PictureData(
                path, labels: labels, side: network.grid, channels: network.inputChannels,
                byteLimit: request.byteLimit, maximumPixels: request.maximumPixels, damaged: request.damaged,
                interruption: interruption)
        }
        let found = try data(request.data, labels: request.labels)
        self.data = found
        reference = try request.reference.map { try data($0) }
        factors = try request.factors.map { try Self.factors(in: $0, rows: found.count) } ?? []
    }

    /// Reads the columns of whole numbers of a table but for those that name rows.
    private static func factors(in path: FilePath, rows: Int) throws -> [(name: String, values: [Int])] {
        let table = try NumberTable(reading: path, textColumns: ["row", "path", "name", "label"])
        func failure(_ found: String, _ expected: String) -> LatentError {
            .setting(name: "\"\(path.printed)\"", found: found, expected: expected)
        }
        guard table.rowCount == rows else { throw failure("a table of \(table.rowCount) rows", "one of \(rows)") }
        let factors = table.columns.enumerated().compactMap { column, name -> (name: String, values: [Int])? in
            let values = (0..<rows).compactMap { row in Int(exactly: table.elements[row * table.columns.count + column])
            }
            return values.count == rows ? (name, values) : nil
        }
        guard !factors.isEmpty else { throw failure("a table without columns of whole numbers", "a column a factor") }
        return factors
    }

    /// Measures everything that the model and the data have.
    ///
    /// - Returns: nil where the run was interrupted.
    /// - Throws: `LatentError`, where the pictures take more memory or there are none, too.
    public func run(on team: WorkerTeam) throws -> ModelAssessment? {
        let rows = Sampling.rows(of: data.count, sample: request.count, seed: request.seed)
        let found = try data.pictures(
            rows, channels: model.network.inputChannels, side: request.side, byteLimit: request.byteLimit / 4,
            on: team)
        if interruption.isRequested { return nil }
        guard !found.pictures.isEmpty else {
            throw LatentError.setting(
                name: "\"\(request.data.printed)\"", found: "without a picture that can be read",
                expected: "one or more")
        }
        let subjects = found.pictures.map { row, image in
            Subject(
                row: row,
                image: request.binarisation.applied(to: image, row: row, seed: request.seed),
                label: data.labels[row])
        }
        let loop = ParallelLoop.threads(team.workerCount)
        var remarks: [String] = []
        let reconstruction = try reconstruction(
            of: subjects, reference: referencePictures(on: team), on: team, &remarks)
        if interruption.isRequested { return nil }
        var assessment = ModelAssessment(
            model: model.name, sha256: model.sha256, data: request.data.printed, pictures: subjects.count,
            ofPictures: data.count, seed: request.seed, reconstruction: reconstruction)
        (assessment.evidence, assessment.use) = try evidence(of: subjects, on: team, &remarks) ?? (nil, nil)
        if interruption.isRequested { return nil }
        if let table = try table(of: subjects, on: team, &remarks) {
            assessment.classes = classes(of: subjects, table, loop, &remarks)
            assessment.factors = try factors(table, of: subjects)
        }
        if interruption.isRequested { return nil }
        assessment.remarks = remarks
        assessment.failures = found.failures
        return assessment
    }

    /// A picture that is measured.
    struct Subject: Sendable {
        var row: Int
        var image: PlanarImage
        var label: String
    }

    private func referencePictures(on team: WorkerTeam) throws -> [PlanarImage]? {
        guard let reference else { return nil }
        let rows = Sampling.rows(of: reference.count, sample: request.count, seed: request.seed)
        return try reference.pictures(
            rows, channels: model.network.inputChannels, side: request.side, byteLimit: request.byteLimit / 4, on: team
        ).pictures.map { request.binarisation.applied(to: $0.image, row: $0.row, seed: ~request.seed) }
    }

    /// Returns what `body` makes of each subject, in order.
    func results<Value: Sendable>(
        of subjects: [Subject], on team: WorkerTeam, _ body: @escaping @Sendable (Subject) throws -> Value
    ) throws -> [Value] {
        let found = Mutex([Result<Value, any Error>?](repeating: nil, count: subjects.count))
        team.forEach(subjects.count) { _, index in
            if interruption.isRequested { return }
            let result = Result { try body(subjects[index]) }
            found.withLock { $0[index] = result }
        }
        return try found.withLock { $0 }.compactMap { try $0?.get() }
    }

    /// Returns the latents of whole pictures as a table; nil where they have several shapes.
    private func table(
        of subjects: [Subject], on team: WorkerTeam, _ remarks: inout [String]
    ) throws -> LatentTable? {
        guard !factors.isEmpty || subjects.contains(where: { !$0.label.isEmpty }) else { return nil }
        let encoder = encoder
        do {
            let vectors = try results(of: subjects, on: team) { try encoder.encode($0.image) }
            guard let shape = vectors.first?.shape, vectors.allSatisfy({ $0.shape == shape }) else {
                remarks.append("no figures of labels or factors, since the pictures have several sizes")
                return nil
            }
            return try LatentTable(
                dimension: shape.reduce(1, *), elements: vectors.flatMap(\.means),
                entries: subjects.prefix(vectors.count).map { .init(label: $0.label) })
        } catch let error as LatentError {
            remarks.append("no figures of labels or factors: \(error)")
            return nil
        }
    }

    private func factors(_ table: LatentTable, of subjects: [Subject]) throws -> ModelAssessment.Factors? {
        guard !factors.isEmpty, subjects.count == table.count else { return nil }
        let bins = 20
        let gap = try MutualInformationGap(
            table.elements, dimension: table.dimension,
            factors: factors.map { factor in (factor.name, subjects.map { factor.values[$0.row] }) }, bins: bins)
        return ModelAssessment.Factors(
            protocol: "Chen et al. 2018: means of latents in \(bins) bins of equal width, plug-in mutual information, "
                + "\(table.count) pictures" + binarisationText,
            mutualInformationGap: gap.mean,
            factors: gap.factors.map {
                .init(
                    name: $0.name, gap: $0.gap, number: $0.best, information: $0.informations[$0.best],
                    entropy: $0.entropy)
            })
    }

    /// The words for pictures of two levels in protocols; none where they stay as they are.
    var binarisationText: String {
        request.binarisation == .none ? "" : ", \(request.binarisation.rawValue) binarisation"
    }
}

extension PictureLikelihood {
    /// The likelihood of an architecture; nil for one that is no model of probability.
    init?(_ architecture: any Architecture) {
        guard let member = architecture as? VariationalAutoencoder else { return nil }
        self =
            switch member.likelihood {
            case .gaussian: .gaussian(deviation: Double(member.deviation))
            case .learntGaussian: .learntGaussian(output: "logDeviation")
            case .bernoulli: .bernoulli
            }
    }
}
