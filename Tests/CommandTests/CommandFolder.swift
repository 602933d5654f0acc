import Files
import Foundation
import Imaging
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

/// A temporary folder with models in `models/` and pictures in `in/`.
struct CommandFolder {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try createFolders(at: folder.path.appending("in"))
        for name in ["1x-Camera-M", "1x-Scan-M", "1x-Denoise-M", "1x-DenoiseGrey-M", "1x-JPEG-M", "1x-JPEGGrey-M"] {
            try TestModel().write(to: FilePath("models/\(name)"), in: folder)
        }
        for scale in [2, 4] {
            try TestModel(scale: scale).write(to: FilePath("models/\(scale)x-Upscale-M"), in: folder)
            try TestModel(scale: scale, seed: 7).write(to: FilePath("models/\(scale)x-Photo-M"), in: folder)
        }
    }

    /// Draws eight pictures of 16x16 pixels in two folders, `in/a` and `in/b`.
    func drawTwoClasses() throws {
        for seed in 1...8 {
            try picture(
                FilePath("in/\(seed % 2 == 0 ? "a" : "b")/\(seed).png"), width: 16, height: 16, seed: UInt64(seed))
        }
    }

    /// Trains a variational autoencoder of 16x16 pixels and three numbers on `in/`, for two steps.
    func trainSmallVAE(_ place: String, seed: Int? = nil) throws {
        let trained = try run(
            [
                "train", "--architecture", "vae", "--network", "widths=[6]", "--network", "latentSide=8", "--network",
                "latentChannels=3", "--images", "IN", "--patch", "16", "--batch", "2", "--steps", "2", "--out", place,
                "-j", "1",
            ] + (seed.map { ["--seed", "\($0)"] } ?? []))
        try #require(trained.status == 0, "\(trained)")
    }

    /// Returns a file of the folder as text.
    func text(_ relative: FilePath) throws -> String {
        String(decoding: try folder.read(path.pushing(relative)), as: UTF8.self)
    }

    var path: FilePath { folder.path }
    var environment: [String: String] {
        ["RETOUCH_MODELS": path.appending("models").string, "XDG_CACHE_HOME": path.appending("cache").string]
    }

    /// Runs the program with `arguments`, in which `IN`, `OUT` and `TMP/...` stand for the folder's own.
    func run(_ arguments: String..., environment extra: [String: String] = [:]) throws -> Program.Ending {
        try run(arguments, environment: extra)
    }

    func run(_ arguments: [String], environment extra: [String: String] = [:]) throws -> Program.Ending {
        try Program.run(
            arguments.map(expanded), environment: environment.merging(extra) { _, new in new })
    }

    /// Starts the program, as the last words of `launcher`'s own command line where there is one.
    func start(_ arguments: String..., under launcher: [String] = []) throws -> Program {
        try start(arguments, under: launcher)
    }

    func start(_ arguments: [String], under launcher: [String] = []) throws -> Program {
        try Program(arguments.map { Array(expanded($0).utf8) }, environment: environment, under: launcher)
    }

    private func expanded(_ argument: String) -> String {
        switch argument {
        case "IN": path.appending("in").string
        case "OUT": path.appending("out").string
        case _ where argument.hasPrefix("TMP/"): path.string + argument.dropFirst(3)
        default: argument
        }
    }

    /// Writes a picture of seeded noise over a gradient.
    @discardableResult
    func picture(
        _ relative: FilePath, as container: PictureContainer = .png, width: Int = 24, height: Int = 16,
        format: PixelFormat = PixelFormat(color: .rgb), seed: UInt64 = 1
    ) throws -> [UInt8] {
        let image = noisyGradient(channels: format.channelCount, height: height, width: width, seed: seed)
        let bytes = try Picture(image: image, format: format).encoded(as: container).bytes
        try folder.write(bytes, to: relative)
        return bytes
    }

    /// Writes a TIFF of pages of these widths, 16 pixels high.
    func pages(_ relative: FilePath, widths: [Int], seed: UInt64 = 1) throws {
        try createFolders(at: path.pushing(relative).removingLastComponent())
        let file = try AtomicFile(replacing: path.pushing(relative))
        let assembly = try TIFFAssembly(descriptor: file.descriptor)
        for (index, width) in widths.enumerated() {
            try picture("page.tif", as: .tiff, width: width, seed: seed + UInt64(index))
            try assembly.add(allOf: path.appending("page.tif"))
        }
        try assembly.finish()
        try file.commit()
        folder.remove("page.tif")
    }

    /// Writes a picture of soft shades without noise.
    func flatPicture(_ relative: FilePath, width: Int, height: Int) throws {
        let samples = (0..<3 * width * height).map { index in
            let (x, y) = (index % width, index / width % height)
            return Float(0.5 + 0.2 * sin(Double(x) / 17) + 0.2 * cos(Double(y) / 23))
        }
        let image = PlanarImage(channels: 3, height: height, width: width, samples: samples)
        let bytes = try Picture(image: image, format: PixelFormat(color: .rgb)).encoded(as: .png).bytes
        try folder.write(bytes, to: relative)
    }

    /// The content of every visible file under `relative`.
    func tree(_ relative: FilePath) throws -> [FilePath: [UInt8]] {
        var tree: [FilePath: [UInt8]] = [:]
        for file in try FolderWalk(path.pushing(relative)).files {
            tree[file.relativePath] = try folder.read(file.path)
        }
        return tree
    }

    /// Temporary files anywhere under `relative`.
    func temporaries(_ relative: FilePath = "out") throws -> [FilePath] {
        guard FileStamp.isFolder(path.pushing(relative)) else { return [] }
        return try contents(ofFolder: path.pushing(relative)).flatMap { name -> [FilePath] in
            let inner = relative.appending(name)
            if FileStamp.isFolder(path.pushing(inner)) { return try temporaries(inner) }
            return name.string.hasSuffix(".tmp") ? [inner] : []
        }
    }
}
