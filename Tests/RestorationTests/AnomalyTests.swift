import Foundation
import Networks
import Restoration
import Tensors
import TestSupport
import Testing

@Suite struct AnomalyTests {
    /// `model` as one that masks damage.
    private func marking(_ model: Model) -> Model {
        var card = model.card
        card.task = .damage
        return Model(name: model.name, card: card, network: model.network)
    }

    /// What is said of a pixel is the mean of its channels in what restoring gives, here of a picture off the grid; and
    /// nobody restores with such a model.
    @Test func theMaskIsTheResult() throws {
        let restoring = try TestModels.denoiser()
        let image = noise(channels: 3, height: 75, width: 101, seed: 3)
        let restored = try Restorer(model: restoring, memoryLimit: 1 << 30).restore(image, workers: 1)
        let seen = try AnomalyDetector(marking(restoring)).examine(image)
        #expect(bitDifference(seen.picture, image) == String?.none)
        var mask: [Double] = []
        for y in 0..<75 {
            for x in 0..<101 {
                let mean = (0..<3).reduce(Float(0)) { $0 + max(0, min(1, restored.view.row($1, y)[x])) } / 3
                #expect(abs(seen.mask.view.row(0, y)[x] - mean) < 1e-6)
                mask.append(Double(mean))
            }
        }
        let top = mask.sorted(by: >).prefix(15)
        #expect(abs(seen.figures.damage - top.reduce(0, +) / 15) < 1e-6)
        #expect(seen.figures.features.count == 80)
        let error = #expect(throws: RestorationError.self) {
            try Restorer(model: marking(restoring), memoryLimit: 1 << 30)
        }
        #expect("\(error as Any)".contains("masks damage"))
    }

    /// Of classes, it is what their softmax leaves to others than the first.
    @Test func theMaskOfClassesIsTheirProbability() throws {
        let restoring = try TestModels.denoiser()
        let image = noise(channels: 3, height: 32, width: 48, seed: 5)
        let logits = try Restorer(model: restoring, memoryLimit: 1 << 30).restore(image, workers: 1)
        let model = marking(restoring)
        var card = model.card
        card.classes = ["none", "fine", "coarse"]
        let seen = try AnomalyDetector(Model(name: model.name, card: card, network: model.network)).examine(image)
        for y in 0..<32 {
            for x in 0..<48 {
                let odds = (0..<3).map { exp(Double(logits.view.row($0, y)[x])) }
                #expect(abs(Double(seen.mask.view.row(0, y)[x]) - (1 - odds[0] / odds.reduce(0, +))) < 1e-5)
            }
        }
    }

    @Test func featuresAreThoseOfTheDeepestLevel() throws {
        let model = try TestModels.denoiser()
        let graph = model.network.graph
        let deepest = try #require(graph.bottleneck)
        #expect(graph.shape(of: deepest).channels == 40)
        let image = noise(channels: 3, height: 64, width: 96, seed: 4)
        let values = graph.referenceValues(of: Tensor(shape: [3, 64, 96], elements: image.samples))[deepest.index]
        let found = try AnomalyDetector(marking(model)).examine(image).figures.features
        let count = values.elements.count / 40
        for channel in 0..<40 {
            let elements = values.elements[channel * count..<(channel + 1) * count].map(Double.init)
            let mean = elements.reduce(0, +) / Double(count)
            let deviation = (elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
            #expect(abs(found[channel] - mean) < 1e-4 && abs(found[40 + channel] - deviation) < 1e-4)
        }
    }

    @Test func greyAndLargePictures() throws {
        let detector = try AnomalyDetector(marking(TestModels.shallowDenoiser()))
        #expect(try detector.examine(noise(channels: 1, height: 40, width: 30, seed: 1)).picture.channels == 3)
        let large = try detector.examine(noise(channels: 3, height: 1300, width: 1301, seed: 1))
        #expect(large.mask.height == 650 && large.mask.width == 650)
        #expect(
            detector.byteCount(height: 1300, width: 1301)
                > Executor.arenaByteCount(network: detector.network, height: 640, width: 640))
        var broken = noise(channels: 3, height: 16, width: 16, seed: 1).samples
        broken[100] = .nan
        #expect(throws: RestorationError.self) {
            try detector.examine(PlanarImage(channels: 3, height: 16, width: 16, samples: broken))
        }
        #expect(throws: RestorationError.self) { try AnomalyDetector(TestModels.denoiser()) }
        #expect(throws: RestorationError.self) { try AnomalyDetector(marking(TestModels.upscaler())) }
        #expect(throws: RestorationError.noLatent) { try AnomalyDetector(marking(TestModels.blank())) }
    }

    private func figures(_ damage: Double, _ features: Double...) -> AnomalyDetector.Figures {
        .init(damage: damage, features: features)
    }

    /// Everything by hand: two features, four pictures.
    @Test func theRangeOfGoodPictures() throws {
        let good = [figures(0.1, 0, 10), figures(0.2, 1, 14), figures(0.4, 2, 10), figures(0.3, 3, 14)]
        let range = try #require(NormalRange(good))
        // Of 0.1, 0.2, 0.3, 0.4 the 95th hundredth, at place 2.85.
        #expect(abs(range.damageThreshold - 0.385) < 1e-12)
        // Means 1.5 and 12, variances 5/3 and 16/3.
        let expected = ((4 - 1.5) * (4 - 1.5) / (5.0 / 3) + (8.0 - 12) * (8 - 12) / (16.0 / 3)) / 2
        #expect(abs(range.distance(of: figures(0, 4, 8)) - expected.squareRoot()) < 1e-12)
        #expect(range.distance(of: figures(0, 1.5, 12)) == 0)
        // The first against the others: means 2 and 38/3, variances 1 and 16/3.
        func square(_ x: Double) -> Double { x * x }
        let others: [(a: Double, b: Double, va: Double, vb: Double)] = [
            (2 - 0, 38.0 / 3 - 10, 1, 16.0 / 3), (5.0 / 3 - 1, 34.0 / 3 - 14, 7.0 / 3, 16.0 / 3),
            (4.0 / 3 - 2, 38.0 / 3 - 10, 7.0 / 3, 16.0 / 3), (1 - 3, 34.0 / 3 - 14, 1, 16.0 / 3),
        ]
        let distances = others.map { ((square($0.a) / $0.va + square($0.b) / $0.vb) / 2).squareRoot() }.sorted()
        #expect(abs(range.distanceThreshold - (distances[2] + 0.85 * (distances[3] - distances[2]))) < 1e-9)
        #expect(abs(range.score(of: figures(0.77, 1.5, 12)) - 2) < 1e-9)
        #expect(range.score(of: figures(0, 400, 12)) > 100)
        // A distance below its threshold does not count.
        #expect(range.score(of: figures(0, 2, 12.5)) == 0)
        let alone = NormalRange([figures(0.1, 1)])
        #expect(alone == nil)
    }

    /// One saturated picture among the good ones does not make every damage usual, nor every feature.
    @Test func aSaturatedGoodPictureBlindsNobody() throws {
        let good = (0..<9).map { figures(0.1 + 0.02 * Double($0), 1 + 0.1 * Double($0 % 3), 5 + 0.2 * Double($0 % 4)) }
        let range = try #require(NormalRange(good))
        for saturated in [figures(1, 1.1, 5.2), figures(0.15, 40, 5.2), figures(1, 40, -30)] {
            let found = try #require(NormalRange(good + [saturated]))
            #expect(found.leftOut == [9] && range.leftOut.isEmpty)
            #expect(found.damageThreshold < 0.3 && found.score(of: figures(0.6, 1.1, 5.2)) > 2)
            #expect(abs(found.distance(of: figures(0, 3, 5)) - range.distance(of: figures(0, 3, 5))) < 1e-9)
            #expect(found.distanceThreshold == range.distanceThreshold)
        }
        // Of few pictures none is left out.
        let few = try #require(NormalRange(good.prefix(5) + [figures(1, 1, 5)]))
        #expect(few.leftOut.isEmpty && few.damageThreshold > 0.5)
    }

    /// The hundredth part, and how many may be left out.
    @Test func thresholdsByHand() {
        #expect(NormalThreshold([3]).value == 3)
        #expect(abs(NormalThreshold((0...20).map(Double.init)).value - 19) < 1e-12)
        let two = NormalThreshold((1...18).map(Double.init) + [900, 1000])
        #expect(two.leftOut == [18, 19] && abs(two.value - 17.15) < 1e-9)
        // Three of twenty are more than a tenth.
        #expect(NormalThreshold((1...17).map(Double.init) + [800, 900, 1000]).leftOut == [18, 19])
        #expect(NormalThreshold([Double](repeating: 0, count: 12)).value == 0)
    }

    /// Features that never move say nothing, and no figure is infinite.
    @Test func aFeatureThatStandsStill() throws {
        let range = try #require(NormalRange((0..<9).map { figures(0, Double($0), 5) }))
        #expect(range.distance(of: figures(0, 4, 5)) == 0)
        #expect(range.score(of: figures(0, 4, 6)).isFinite && range.score(of: figures(0, 4, 6)) > 1)
    }
}
