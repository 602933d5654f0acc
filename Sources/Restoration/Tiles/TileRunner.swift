package import Networks
package import Tensors
import Workers

/// The executors of one worker, kept from tile to tile and from picture to picture.
final class ExecutorCache {
    private var network: Network?
    private var runner: TileRunner?
    private var streaming: (executor: StreamingExecutor, plan: RowPlan)?

    /// Returns an executor for pictures that are streamed as `plan` says; the last one where it fits.
    func streaming(network: Network, plan: RowPlan, workers: Int) -> StreamingExecutor {
        if let streaming, streaming.executor.network === network, streaming.plan == plan { return streaming.executor }
        // Memory is given back before other memory is taken.
        (runner, streaming) = (nil, nil)
        let fresh = StreamingExecutor(
            network: network, height: plan.height, width: plan.width, rowsAtATime: plan.rowsAtATime, workers: workers)
        streaming = (fresh, plan)
        return fresh
    }

    /// Returns a runner for the tiles of `plan`; the last one where it is large enough.
    func runner(network: Network, plan: TilePlan, usesEnsemble: Bool) -> TileRunner {
        if self.network === network, let runner,
            runner.serves(height: plan.paddedHeight, width: plan.paddedWidth, usesEnsemble: usesEnsemble)
        {
            return runner
        }
        (runner, streaming) = (nil, nil)
        let fresh = TileRunner(
            network: network, height: plan.paddedHeight, width: plan.paddedWidth, usesEnsemble: usesEnsemble)
        self.network = network
        runner = fresh
        return fresh
    }
}

extension Worker {
    /// Returns the executors of a worker of the team, for tasks that run as that worker.
    func executors(ofWorker index: Int) -> ExecutorCache { storage(ofWorker: index).value { ExecutorCache() } }
}

/// Runs a network on a tile, or on the eight flips and turns of a tile.
package final class TileRunner {
    private let network: Network
    private let height: Int
    private let width: Int
    private let upright: Executor
    private let output: PlanarImage
    private let ensemble: Ensemble?

    /// The executor and the buffers that the mean over eight symmetries needs besides.
    private struct Ensemble {
        let transposed: Executor
        let oriented: PlanarImage
        let result: PlanarImage
    }

    package init(network: Network, height: Int, width: Int, usesEnsemble: Bool) {
        self.network = network
        self.height = height
        self.width = width
        upright = Executor(network: network, maximumHeight: height, maximumWidth: width)
        output = Self.outputImage(of: network, height: height, width: width)
        ensemble =
            usesEnsemble
            ? Ensemble(
                transposed: Executor(network: network, maximumHeight: width, maximumWidth: height),
                oriented: PlanarImage(channels: network.inputChannels, height: height, width: width),
                result: Self.outputImage(of: network, height: height, width: width))
            : nil
    }

    private static func outputImage(of network: Network, height: Int, width: Int) -> PlanarImage {
        PlanarImage(
            channels: network.outputChannels, height: height * network.scale, width: width * network.scale)
    }

    /// Returns the bytes that a runner for tiles of these sides holds.
    static func byteCount(network: Network, height: Int, width: Int, usesEnsemble: Bool) -> Int {
        let outputBytes = network.outputChannels * height * width * network.scale * network.scale * 4
        let upright = Executor.arenaByteCount(network: network, height: height, width: width) + outputBytes
        guard usesEnsemble else { return upright }
        return upright + Executor.arenaByteCount(network: network, height: width, width: height) + outputBytes
            + network.inputChannels * height * width * 4
    }

    func serves(height: Int, width: Int, usesEnsemble: Bool) -> Bool {
        height <= self.height && width <= self.width && usesEnsemble == (ensemble != nil)
    }

    /// Runs the network on a tile; the result is valid until the next run.
    ///
    /// - Parameter tile: `[inputChannels, height, width]`, sides multiples of the grid.
    /// - Returns: `[outputChannels, height * scale, width * scale]`.
    package func run(_ tile: PlanarView, noiseLevel: Float) -> PlanarView {
        let result = output.view.cropped(
            rows: 0..<tile.height * network.scale, columns: 0..<tile.width * network.scale)
        guard let ensemble else {
            upright.run(input: tile, output: result, noiseLevel: noiseLevel)
            return result
        }
        for symmetry in Symmetry.all {
            let side = symmetry.transposes ? (tile.width, tile.height) : (tile.height, tile.width)
            let oriented = ensemble.oriented.packed(height: side.0, width: side.1)
            symmetry.apply(to: tile) { c, y, x, sample in oriented.row(c, y)[x] = sample.pointee }
            let restored = ensemble.result.packed(
                height: side.0 * network.scale, width: side.1 * network.scale)
            (symmetry.transposes ? ensemble.transposed : upright)
                .run(input: oriented, output: restored, noiseLevel: noiseLevel)
            let isFirst = symmetry == Symmetry.all[0]
            symmetry.apply(to: result) { c, y, x, sample in
                sample.pointee = isFirst ? restored.row(c, y)[x] : sample.pointee + restored.row(c, y)[x]
            }
        }
        for c in 0..<result.channels {
            for y in 0..<result.height {
                let row = result.row(c, y)
                for x in 0..<result.width { row[x] /= Float(Symmetry.all.count) }
            }
        }
        return result
    }
}

extension PlanarImage {
    /// Returns the image's memory as a view of other sides and no more samples a channel.
    func packed(height: Int, width: Int) -> PlanarView {
        precondition(height * width <= self.height * self.width)
        var packed = view
        packed.height = height
        packed.width = width
        packed.rowStride = width
        return packed
    }
}
