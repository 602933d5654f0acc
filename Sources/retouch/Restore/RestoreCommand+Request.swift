import ArgumentParser
import Batches
import Filters
import Restoration

extension RestoreCommand {
    /// Returns the request, checked as far as the arguments alone allow.
    ///
    /// - Throws: `ValidationError`.
    func request() throws -> BatchRequest {
        let (inputs, output) = try places.inputsAndOutput()
        if let scale = model.scale, AutomaticModels.defaults[scale] == nil {
            throw ValidationError("-s \(scale): expected 1, 2 or 4")
        }
        if let method = model.method {
            if model.model != nil { throw ValidationError("--model and --method exclude each other") }
            if model.precision != .float32 {
                throw ValidationError("--precision goes with models, not with --method \(method.rawValue)")
            }
            if model.selfEnsemble { throw ValidationError("-x goes with models, not with --method \(method.rawValue)") }
            do { _ = try method.makeFilter(scale: model.scale ?? 1) } catch {
                throw ValidationError("--method \(method.rawValue): \(error)")
            }
        }
        guard (0...2).contains(model.strength) else {
            throw ValidationError("--strength \(model.strength): expected 0 to 2")
        }
        if let share = model.keepGrain {
            guard (0...1).contains(share) else { throw ValidationError("--keep-grain \(share): expected 0 to 1") }
            if let scale = model.scale, scale != 1 {
                throw ValidationError("--keep-grain goes with pictures that keep their size, not with -s \(scale)")
            }
        }
        if let amount = model.sharpen, !SharpeningRowSink.amounts.contains(amount) {
            throw ValidationError("--sharpen \(amount): expected 0 to 4")
        }
        guard (1...100).contains(pictures.quality) else {
            throw ValidationError("-q \(pictures.quality): expected 1 to 100")
        }
        guard pictures.maxPixels > 0 else {
            throw ValidationError("--max-pixels \(pictures.maxPixels): expected 1 or more")
        }
        _ = try machine.jobs.checked()
        _ = try neighbours.model(beside: model.model)
        try neighbours.checkDevice()
        guard (0...65_536).contains(machine.tile) else {
            throw ValidationError("-t \(machine.tile): expected 0 (the best) to 65536 pixels")
        }
        if reporting.quiet, reporting.verbose { throw ValidationError("--quiet and --verbose contradict each other") }
        return BatchRequest(
            inputs: inputs.map(\.path), output: output.path, outputIsFolder: output.isFolder,
            settings: RunSettings(
                format: pictures.format, quality: pictures.quality,
                tiffCompression: pictures.tiffCompression, metadata: pictures.metadata,
                damaged: pictures.damaged,
                restoration: RestorationSettings(
                    strength: model.strength, noiseLevel: model.noiseLevel,
                    selfEnsemble: model.selfEnsemble, tileSize: machine.tile, precision: model.precision,
                    keptGrain: model.keepGrain.flatMap { $0 > 0 ? $0 : nil }),
                sharpening: model.sharpen.flatMap { $0 > 0 ? $0 : nil }, tone: mending.tone.settings),
            suffix: places.suffix, exists: places.exists, check: places.check, allowsNestedOutput: places.nested,
            preserved: places.preserve.properties, reference: reporting.reference?.path,
            reviewsResults: reporting.review, decoders: try decoding.decoders,
            mending: try mending.request(reportFolder: reporting.report?.path))
    }
}

extension ModelOptions {
    /// The noise level that the model or filter gets; a filter is never blind.
    var noiseLevel: NoiseLevel { sigma?.level ?? (method == nil ? .blind : .automatic) }

    /// Returns the method that the options name.
    ///
    /// - Throws: what `RestorationMethod.init` throws.
    func restorationMethod(beside neighbours: NeighbourOptions) throws -> RestorationMethod {
        if let method { return .filter(method, scale: scale ?? 1) }
        return try RestorationMethod(
            modelNamed: neighbours.model(beside: model), scale: scale, tellsNoiseLevel: sigma != nil,
            in: neighbours.library)
    }
}

extension PlaceOptions {
    /// Returns the inputs and the output, which is the last path unless `-o` names it.
    func inputsAndOutput(verb: Verb = .restore) throws -> (inputs: [PathArgument], output: PathArgument) {
        var inputs = input + paths
        var target = output
        if target == nil, let last = paths.last {
            inputs.removeLast()
            target = last
        }
        guard !inputs.isEmpty || !filesFrom.isEmpty else {
            throw ValidationError("Name what to \(verb.rawValue) and where to: \(verb.example)")
        }
        let streams = inputs.map { $0.list ?? $0.path } + filesFrom.map(\.path)
        guard streams.count(where: { $0 == StreamInput.placeholder }) <= 1 else {
            throw ValidationError("- is named twice, and standard input can be read once. A file of that name is ./-")
        }
        guard let target else { throw ValidationError("Name the output: \(verb.example), or -o OUT") }
        return (inputs, target)
    }

    /// Returns the inputs, those of lists among them.
    ///
    /// - Throws: `PathListError`, and `CommandFailure` where lists name nothing.
    func namedInputs(verb: Verb = .restore) throws -> NamedInputs {
        let inputs = try NamedInputs(
            inputsAndOutput(verb: verb).inputs, filesFrom: filesFrom, isZeroSeparated: null)
        guard !inputs.paths.isEmpty else {
            throw CommandFailure(status: .noInput, message: "there is no path in the list")
        }
        return inputs
    }
}
