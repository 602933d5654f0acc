public import Imaging
import Kernels
public import Networks
import Synchronization
public import Tensors
public import Workers

/// Restores pictures with a model on a team's workers: streams rows through a network that keeps what it still needs,
/// or, where memory is short, cuts tiles and joins what the network makes of them.
///
/// The result is the same to the bit for rows and every tile size, number of workers and memory limit, and equal to
/// running the network on the whole picture at once. Memory follows the limit, not the height of the picture.
///
/// A colour picture goes through a colour model, or channel by channel through a grey one. A grey picture goes through
/// the grey model where there is one, else three times the same channel through the colour model, whose three results
/// are averaged. Alpha is carried along (upscaled by bicubic interpolation), and the colours that lie under fully
/// transparent pixels are replaced by those nearby first, so that they do not bleed into what is seen.
public struct Restorer: Sendable {
    /// The model that restores, in the precision that the settings ask for.
    public let model: Model
    /// The model for grey pictures, with the scale of `model`, by default the one that `model` brings along; `model`
    /// serves where it is `nil`.
    public let greyModel: Model?
    /// The settings, the same for all pictures.
    public let settings: RestorationSettings
    /// The bytes that all workers of a team may use together.
    public let memoryLimit: Int

    /// Creates a restorer.
    ///
    /// - Throws: `RestorationError.setting` for a setting outside its range, `.noNoiseMap` where a noise level is given
    ///   and a model is not noise-conditioned, `.channels` where a model takes neither one channel nor three, or wants
    ///   more than a picture.
    public init(
        model: Model, greyModel: Model? = nil, settings: RestorationSettings = .init(), memoryLimit: Int
    ) throws(RestorationError) {
        try settings.validate(scale: model.network.scale)
        guard model.card.task != .damage else {
            throw .setting(
                name: "the model", found: "one that masks damage", expected: "one that restores (see retouch anomalies)"
            )
        }
        guard model.card.task != .classify else {
            throw .setting(
                name: "the model", found: "one that tells classes of pictures",
                expected: "one that restores (see retouch classify)")
        }
        guard model.card.task != .mend else {
            throw .setting(name: "the model", found: "one that fills holes", expected: "one that restores (see --mend)")
        }
        let greyModel = greyModel ?? model.greyModel
        for network in [model.network, greyModel?.network].compactMap({ $0 }) {
            guard network.inputChannels == 3 || network.inputChannels == 1 else {
                throw .channels(found: network.inputChannels, expected: "a model of 1 or 3 channels")
            }
            let others = network.graph.inputs.dropFirst().map(\.name)
            guard others.isEmpty else {
                throw .setting(
                    name: "the model", found: "one that wants \(others.joined(separator: ", ")) beside the picture",
                    expected: "one that wants the picture alone")
            }
            if settings.noiseLevel != .blind, !network.acceptsNoiseLevel { throw .noNoiseMap }
        }
        if let greyModel, greyModel.network.scale != model.network.scale {
            throw .setting(
                name: "scale of the grey model", found: "\(greyModel.network.scale)",
                expected: "\(model.network.scale)")
        }
        self.model = Self.model(model, for: settings)
        self.greyModel = greyModel.map { Self.model($0, for: settings) }
        self.settings = settings
        self.memoryLimit = memoryLimit
    }

    private static func model(_ model: Model, for settings: RestorationSettings) -> Model {
        let chosen = settings.precision == .fast ? model.fast ?? model : model
        guard settings.selfEnsemble else { return chosen }
        // The eight orientations of a tile and of the whole picture agree to the bit where no tiles of an algorithm lie
        // on a grid that a flip would move.
        let network = chosen.network
        return chosen.computed(
            by: ConvolutionAlgorithm(operands: network.algorithm.operands, takesWinograd: false),
            float32: network.float32Operations)
    }

    /// The factor by which the output is wider and higher than the input.
    public var scale: Int { model.network.scale }

    /// Restores a whole picture in memory.
    ///
    /// - Parameters:
    ///   - image: `[channels, height, width]`, values 0...1: one or three colour channels, then alpha if `hasAlpha`.
    ///   - estimatedSigma: the standard deviation of this picture's noise (0...1), for `NoiseLevel.automatic`.
    ///   - bounds: the bounds on what may be taken away, see `Safeguard`; nil for all that the model finds.
    /// - Returns: `[channels, height * scale, width * scale]`, not clamped.
    public func restore(
        _ image: PlanarImage, hasAlpha: Bool = false, estimatedSigma: Float? = nil,
        within bounds: ResidualBounds? = nil, on worker: Worker
    ) throws -> PlanarImage {
        let source = ImageRowSource(image)
        let result = ImageRowSink(
            channels: image.channels, height: image.height * scale, width: image.width * scale)
        let safeguard = bounds.map { Safeguard(source, hasAlpha: hasAlpha, to: result, bounds: $0) }
        try restore(
            from: safeguard?.source ?? source, hasAlpha: hasAlpha, to: safeguard?.sink ?? result,
            estimatedSigma: estimatedSigma, on: worker)
        return result.image
    }

    /// Restores a whole picture in memory on a team of its own.
    public func restore(
        _ image: PlanarImage, hasAlpha: Bool = false, estimatedSigma: Float? = nil,
        within bounds: ResidualBounds? = nil, workers: Int
    ) throws -> PlanarImage {
        try restore(
            image, hasAlpha: hasAlpha, estimatedSigma: estimatedSigma, within: bounds, on: WorkerTeam(workers: workers))
    }

    /// Restores a whole picture in memory, all workers of `team` together.
    public func restore(
        _ image: PlanarImage, hasAlpha: Bool = false, estimatedSigma: Float? = nil,
        within bounds: ResidualBounds? = nil, on team: WorkerTeam
    ) throws -> PlanarImage {
        let result = Mutex<Result<PlanarImage, any Error>?>(nil)
        team.forEach(1) { worker, _ in
            let outcome = Result {
                try restore(
                    image, hasAlpha: hasAlpha, estimatedSigma: estimatedSigma, within: bounds, on: worker)
            }
            result.withLock { $0 = outcome }
        }
        guard let outcome = result.withLock({ $0 }) else { throw RestorationError.cancelled }
        return try outcome.get()
    }

    /// Restores a picture row by row: rows are read and written as few at a time as the memory limit asks.
    ///
    /// - Parameters:
    ///   - source: rows of one or three colour channels, then alpha if `hasAlpha`, values 0...1.
    ///   - sink: receives `scale` times as many rows of `scale` times the width, same channels, not clamped.
    ///   - estimatedSigma: the standard deviation of this picture's noise (0...1), for `NoiseLevel.automatic`.
    ///   - spool: takes the picture and its result where memory does not hold the picture's rows, so that they are
    ///     spilled to disk; without one the picture is then cut into tiles, and more is computed twice.
    ///   - progress: called from any worker with the number of input pixels that it finished.
    ///   - isCancelled: asked before each tile or chunk of rows.
    /// - Returns: the plan by which the picture was restored.
    /// - Throws: `RestorationError`, and whatever `source` and `sink` throw.
    @discardableResult
    public func restore(
        from source: any RowSource, hasAlpha: Bool, to sink: any RowSink, estimatedSigma: Float? = nil,
        spool: SampleSpool? = nil, on worker: Worker, progress: @escaping @Sendable (Int) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> RestorationSummary {
        let transfer = try PictureTransfer(
            restorer: self, source: hasAlpha ? OpaqueRowSource(source) : source, hasAlpha: hasAlpha, sink: sink,
            noiseLevel: try noiseLevel(estimate: estimatedSigma), progress: progress, isCancelled: isCancelled)
        let plan = try plan(
            height: source.height, width: source.width,
            memory: MemoryNeeds(network: transfer.model.network, channels: source.channels, settings: settings),
            workers: worker.workerCount, sharers: worker.isSharing ? worker.workerCount : 1, maySpill: spool != nil)
        try worker.borrowingShares(plan.shares) {
            switch plan.strategy {
            case .rows(let plan): try RowPass(transfer, plan: plan).run(on: worker)
            case .strips(let plan):
                guard let spool else { preconditionFailure("strips are planned only where a spool is given") }
                try StripPass(transfer, plan: plan, spool: spool).run(on: worker)
            case .tiles(let plan, _): try TilePass(transfer, plan: plan).run(on: worker)
            }
        }
        try transfer.checkConstancy()
        return plan.summary
    }

    private func noiseLevel(estimate: Float?) throws(RestorationError) -> Float {
        switch settings.noiseLevel {
        case .blind: return 0
        case .sigma(let sigma): return sigma
        case .automatic:
            guard let estimate else { throw .noEstimate }
            return estimate
        }
    }

    /// Returns the model for pictures of `colourChannels` channels.
    func model(forColourChannels colourChannels: Int) -> Model {
        colourChannels == 1 ? greyModel ?? model : model
    }
}

/// The way in which a picture is restored, and the memory that it takes.
public struct RestorationSummary: Hashable, Sendable {
    /// The parts in which a picture goes through the network.
    public enum Strategy: String, Hashable, Sendable {
        /// The whole width, row by row; nothing is computed twice.
        case rows
        /// Strips of columns, each row by row, while the picture is spilled to disk.
        case strips
        /// Tiles with a halo around their cores, on several workers at once.
        case tiles
    }

    /// The parts in which the picture goes through the network.
    public let strategy: Strategy
    /// The height of a tile's core, or the number of rows that are streamed together, in pixels of the input.
    public let coreHeight: Int
    /// The width of a core, in pixels of the input.
    public let coreWidth: Int
    /// The width of the halo around a core, in pixels of the input; 0 for rows.
    public let halo: Int
    /// The pixels computed over the pixels of the picture, 1 where nothing is computed twice.
    public let workFactor: Double
    /// The bytes that the plan counts on for the picture.
    public let byteCount: Int
    /// The number of workers whose part of the memory the picture takes; they help with it meanwhile.
    public let shares: Int
}
