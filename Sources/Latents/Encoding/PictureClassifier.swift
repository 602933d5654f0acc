import Foundation
import Imaging
public import Networks
import Restoration
public import Tensors

/// Tells what class pictures belong to, with a network that was trained for it.
///
/// A picture is reflected at the right and the bottom up to multiples of the square that the network takes as a whole,
/// as in training and restoring; of one with several squares the logarithms of the chances are averaged.
///
/// Contract: any thread, any number of calls at the same time; the findings do not depend on it.
public struct PictureClassifier: Sendable {
    /// The class of a picture.
    public struct Finding: Sendable, Equatable {
        /// The index of the class, in the order of `names`.
        public var index: Int
        /// The chance that the network gives it, 0...1; of several squares the geometric mean, so that the chances of all
        /// classes may add up to less than 1.
        public var chance: Double
    }

    /// The names of the classes.
    public let names: [String]
    /// The network that tells them.
    public let network: Network
    private let logits: Graph.Value
    private let executors = ExecutorPool()

    /// The side, in pixels, of the square that the network takes as a whole.
    public var side: Int { network.grid }

    /// Creates a classifier with a model.
    ///
    /// - Throws: `LatentError.setting` for a model that tells no classes of pictures.
    public init(_ model: Model) throws(LatentError) {
        network = model.network
        guard model.card.task == .classify, let logits = network.graph.classes, network.graph.inputs.count == 1,
            [1, 3].contains(network.inputChannels), network.scale == 1
        else {
            throw .setting(
                name: "the model", found: "one that tells no classes of pictures",
                expected: "one that train --classifier made")
        }
        self.logits = logits
        let found = model.card.classes ?? []
        guard found.count == network.outputChannels, Set(found).count == found.count else {
            throw .setting(
                name: "the model's card", found: "one that names \(Set(found).count) classes",
                expected: "\(network.outputChannels), as its network tells")
        }
        names = found
    }

    /// Returns the bytes that classifying a picture takes beside the picture itself.
    public func byteCount(height: Int, width: Int) -> Int {
        Executor.arenaByteCount(network: network, height: side, width: side)
            + network.inputChannels * (height + side) * (width + side) * MemoryLayout<Float>.stride
    }

    /// Tells the class of a picture.
    ///
    /// - Parameter image: samples on 0...1 of 1 to 4 channels: grey or colours, with or without alpha.
    /// - Throws: `LatentError.setting` where the network's logits are not finite.
    /// - Complexity: the multiply-adds of the network.
    public func classify(_ image: PlanarImage) throws(LatentError) -> Finding {
        let picture = image.onWhite.converted(toChannels: network.inputChannels).reflected(toMultiplesOf: side)
        let output = PlanarImage(channels: network.outputChannels, height: side, width: side)
        let executor = executors.take(network, height: side, width: side)
        defer { executors.give(executor) }
        var sums = [Double](repeating: 0, count: names.count)
        for top in stride(from: 0, to: picture.height, by: side) {
            for left in stride(from: 0, to: picture.width, by: side) {
                let square = picture.view.cropped(rows: top..<top + side, columns: left..<left + side)
                guard let found = executor.value(logits, of: square, output: output.view)?.elements,
                    found.allSatisfy(\.isFinite)
                else { throw .setting(name: "the classes", found: "not finite", expected: "numbers") }
                let scores = found.map(Double.init)
                let total = scores.logarithmOfSum()
                for index in sums.indices { sums[index] += scores[index] - total }
            }
        }
        let squares = Double(picture.height / side * (picture.width / side))
        let best = sums.indices.max { sums[$0] < sums[$1] } ?? 0
        return Finding(index: best, chance: exp(sums[best] / squares))
    }
}
