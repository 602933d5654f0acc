import Autoencoders
import Batches
import Files
import Foundation
import Latents
import Networks
import Restoration
import SystemPackage
import Tensors
import TestFolders
import Testing
import Workers

/// The figures of an autoencoder on the handwritten digits of the fixtures.
@Suite struct AssessmentTests {
    private let folder: TemporaryFolder
    /// The digits, as bytes that reach white.
    private let digits: FilePath
    private let levels: [Float]
    private let labels = fixtureFolder.appending("latents/digits-labels-idx1-ubyte")
    private let model: Model

    init() throws {
        folder = try TemporaryFolder()
        digits = folder.path.appending("digits.npy")
        let bytes = try NumberArray(reading: fixtureFolder.appending("latents/digits.npy")).elements.map {
            UInt8(min(255, $0 * 16))
        }
        let writer = try NPYWriter(digits, sampleShape: [8, 8], of: .bytes)
        for row in 0..<500 { try writer.append(bytes: bytes[row * 64..<(row + 1) * 64]) }
        try writer.commit()
        levels = bytes.map { Float($0) / 255 }
        let member = VariationalAutoencoder(
            channels: 1, widths: [4], latentSide: 4, latentChannels: 3, likelihood: .bernoulli)
        model = try Self.model(member)
    }

    private static func model(_ member: any Architecture) throws -> Model {
        var random = RandomStream(seed: 8)
        let network = try member.makeNetwork(
            weights: WeightSource { _, shape in
                Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { _ in Float(random.normal()) * 0.3 })
            })
        return Model(
            name: "test", card: ModelCard(name: "test", inputChannels: 1, outputChannels: 1), network: network,
            sha256: "12")
    }

    private func request(_ data: FilePath? = nil) -> AssessmentRequest {
        var request = AssessmentRequest(data: data ?? digits, byteLimit: 1 << 28)
        request.labels = data == nil ? labels : nil
        (request.likelihood, request.binarisation, request.samples) = (.bernoulli, .threshold, [50, 10])
        (request.count, request.probe.folds) = (120, 3)
        return request
    }

    @Test func everythingIsMeasured() throws {
        var table = "row,label,first,half\n"
        for row in 0..<500 { table += "\(row),x,\(row % 5),\(row / 250)\n" }
        try folder.write(table, to: "factors.csv")
        var request = request()
        request.factors = folder.path.appending("factors.csv")
        let found = try #require(try AssessmentRun(request, model: model).run(on: WorkerTeam(workers: 1)))
        #expect(found.pictures == 120 && found.ofPictures == 500 && found.failures.isEmpty && found.remarks.isEmpty)
        let evidence = try #require(found.evidence)
        #expect(evidence.importanceWeighted.map(\.samples) == [10, 50])
        #expect(evidence.importanceWeighted[0].bound.mean <= evidence.importanceWeighted[1].bound.mean)
        #expect(abs(evidence.reconstruction.mean - evidence.divergence.mean - evidence.bound.mean) < 1e-9)
        let bits = try #require(evidence.bitsPerDimension)
        #expect(abs(bits + evidence.importanceWeighted[1].bound.mean / 64 / log(2)) < 1e-9)
        #expect(evidence.protocol.contains("threshold binarisation") && evidence.protocol.contains("Bernoulli"))
        let use = try #require(found.use)
        #expect(use.divergences.count == 3 && use.activeUnits == use.variances.count { $0 > 0.01 })
        #expect(abs(use.divergences.reduce(0, +) - evidence.divergence.mean) < 1e-6)
        let classes = try #require(found.classes)
        #expect(classes.representations.map(\.name) == ["latents", "principal components", "pixels"])
        #expect(
            classes.representations.map(\.dimension) == [3, 3, 64] && classes.count == 10 && classes.pictures == 120)
        // Untrained latents know less of the digits than all pixels do.
        #expect(classes.representations[2].probe.mean > classes.representations[0].probe.mean)
        let factors = try #require(found.factors)
        #expect(factors.factors.map(\.name) == ["first", "half"] && factors.mutualInformationGap < 0.5)
        // The same for any number of workers, another for another seed.
        #expect(try AssessmentRun(request, model: model).run(on: WorkerTeam(workers: 3)) == found)
        request.seed = 1
        #expect(try AssessmentRun(request, model: model).run(on: WorkerTeam(workers: 2)) != found)
    }

    /// The mean squared errors over all digits, raw, and clipped and rounded.
    private func errors(of model: Model) throws -> (raw: Double, eightBit: Double) {
        let latents = try LatentModel(model.network)
        var (raw, eightBit) = (0.0, 0.0)
        for row in 0..<500 {
            let picture = Array(levels[row * 64..<(row + 1) * 64])
            let result = try latents.encode(PlanarImage(channels: 1, height: 8, width: 8, samples: picture)).result
            for (x, y) in zip(picture, result.samples) {
                raw += Double(x - y) * Double(x - y) / 32_000
                let level = Double(min(1, max(0, y)) * 255).rounded(.toNearestOrAwayFromZero) / 255
                eightBit += (Double(x) - level) * (Double(x) - level) / 32_000
            }
        }
        return (raw, eightBit)
    }

    /// The errors are those of every picture, clipped and rounded or not, and of components of the same pictures.
    @Test func errorsByHand() throws {
        var request = request()
        (request.count, request.binarisation) = (500, .none)
        let found = try #require(try AssessmentRun(request, model: model).run(on: WorkerTeam(workers: 2)))
        let pictures = levels
        let (raw, eightBit) = try errors(of: model)
        #expect(abs(found.reconstruction.raw.squaredError / raw - 1) < 1e-5)
        #expect(abs(found.reconstruction.eightBit.squaredError / eightBit - 1) < 1e-4)
        #expect(abs(found.reconstruction.raw.psnr + 10 * log10(raw)) < 1e-3)
        let components = PrincipalComponents(pictures, dimension: 64, count: 3)
        let principal = try #require(found.reconstruction.principalComponents).squaredError
        #expect(abs(principal / components.error(of: pictures, components: 3) - 1) < 1e-6)
        #expect(found.evidence?.bitsPerDimension == nil)
        #expect(found.evidence?.protocol.contains("which is no likelihood") == true)
        // Components of the same pictures, said in another way.
        request.reference = digits
        #expect(
            try AssessmentRun(request, model: model).run(on: WorkerTeam(workers: 2))?.reconstruction.principalComponents
                == found.reconstruction.principalComponents)
    }

    /// Linear, of patches: no likelihood, no use; the rest is there.
    @Test func modelsWithoutADistribution() throws {
        let dense = try Self.model(
            DenseAutoencoder(channels: 1, patch: 4, widths: [], latentChannels: 4, activation: .none))
        var request = request()
        request.likelihood = nil
        let found = try #require(try AssessmentRun(request, model: dense).run(on: WorkerTeam(workers: 1)))
        #expect(found.evidence == nil && found.use == nil && found.classes?.representations.first?.dimension == 16)
        #expect(found.remarks.contains { $0.contains("not sampled") }, "\(found.remarks)")
        #expect(found.reconstruction.protocol.contains("squares of 4x4 pixels"))
        // What leaves 0...1 is clipped in a file alone.
        (request.count, request.binarisation) = (500, .none)
        let all = try #require(try AssessmentRun(request, model: dense).run(on: WorkerTeam(workers: 2))).reconstruction
        let (raw, eightBit) = try errors(of: dense)
        #expect(abs(all.raw.squaredError / raw - 1) < 1e-5 && abs(all.eightBit.squaredError / eightBit - 1) < 1e-5)
        #expect(eightBit < 0.95 * raw)
    }

    @Test func badInput() throws {
        try folder.write("a,b\n1,2\n", to: "few.csv")
        try folder.write("name,b\nx,y\n", to: "texts.csv")
        try createFolders(at: folder.path.appending("empty"))
        let restoring = Model(
            name: "r", card: ModelCard(name: "r", inputChannels: 1, outputChannels: 1),
            network: try PlainStack(
                channels: 1, width: 4, layers: 2, activation: .relu, scale: 1, skip: .residual
            ).makeNetwork(
                weights: WeightSource { _, shape in Tensor(shape: shape) }))
        func message(_ change: (inout AssessmentRequest) -> Void, model: Model? = nil) -> String {
            var request = request()
            change(&request)
            do {
                _ = try AssessmentRun(request, model: model ?? self.model).run(on: WorkerTeam(workers: 1))
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(
            message({ $0.factors = folder.path.appending("few.csv") }).contains("a table of 1 rows, expected one of"))
        #expect(message({ $0.samples = [0] }).contains("the number of samples is 0"))
        #expect(message({ $0.count = 0 }).contains("the number of pictures is 0"))
        #expect(message({ $0.likelihood = .gaussian(deviation: 0) }).contains("the deviation is 0"))
        #expect(
            message({
                $0.data = folder.path.appending("empty")
                $0.labels = nil
            }).contains("without a picture"))
        #expect(message({ ($0.byteLimit, $0.count) = (200_000, 500) }).contains("MiB of pictures"))
        #expect(message({ _ in }, model: restoring).contains("evaluate measures models that restore"))
    }
}
