import ArgumentParser
import Networks
import SystemPackage

/// Options of the ncnn tools (realesrgan-ncnn-vulkan, waifu2x-ncnn-vulkan and their kin), understood where they mean
/// something here and answered where they do not. They do not show in the help.
struct NeighbourOptions: ParsableArguments {
    @Option(name: .customShort("n"), parsing: .unconditional, help: .hidden)
    var name: String?

    @Option(name: .customShort("g"), parsing: .unconditional, help: .hidden)
    var gpu: String?

    @Option(name: .customShort("m"), help: .hidden)
    var models: PathArgument?

    /// Returns the model that `-n` names, or `model` without it.
    ///
    /// - Throws: `ValidationError` for a level of noise, which is another option here, or beside `--model`.
    func model(beside model: String?) throws -> String? {
        guard let name else { return model }
        if let level = Int(name) {
            throw ValidationError(
                "-n \(level): levels of noise are --strength 0...1 (how much of the restored picture) or "
                    + "--sigma auto|N (how much noise there is) here; -n NAME names a model")
        }
        if model != nil { throw ValidationError("-n and --model exclude each other") }
        return name
    }

    /// The usual places of models, before them the folder of `-m`.
    var library: ModelLibrary {
        ModelLibrary(folders: [models?.path].compactMap(\.self) + ModelLibrary.standard().folders)
    }

    /// Checks `-g`: -1, the processor, is what there is.
    ///
    /// - Throws: `ValidationError`.
    func checkDevice() throws {
        if let gpu, gpu != "-1" {
            throw ValidationError("-g \(gpu): expected -1 or nothing, since Retouch computes on the processor")
        }
    }
}
