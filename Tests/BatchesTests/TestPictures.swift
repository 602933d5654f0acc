import Batches
import Files
import Imaging
import Reports
import Restoration
import Synchronization
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Workers

/// Pictures and processes that need no network.
enum TestPictures {
    /// A picture of seeded noise over a gradient.
    static func picture(
        width: Int = 24, height: Int = 16, channels: Int = 3, bitDepth: Int = 8, seed: UInt64 = 1
    ) -> Picture {
        Picture(noisyGradient(channels: channels, height: height, width: width, seed: seed), bitDepth: bitDepth)
    }

    static func bytes(_ picture: Picture, as container: PictureContainer = .png) throws -> [UInt8] {
        try picture.encoded(as: container).bytes
    }
}

extension TemporaryFolder {
    @discardableResult
    func writePicture(
        _ relative: FilePath, as container: PictureContainer = .png, seed: UInt64 = 1, width: Int = 24
    ) throws -> FilePath {
        try write(
            TestPictures.bytes(TestPictures.picture(width: width, seed: seed), as: container), to: relative)
    }

    /// Relative paths of all files, hidden ones too.
    func allFiles(in folder: FilePath) throws -> [FilePath] {
        try contents(ofFolder: path.pushing(folder)).flatMap { name -> [FilePath] in
            let relative = folder.appending(name)
            return FileStamp.isFolder(path.pushing(relative)) ? try allFiles(in: relative) : [relative]
        }
    }

    /// The content of every visible file under `folder`.
    func tree(_ folder: FilePath) throws -> [FilePath: [UInt8]] {
        var tree: [FilePath: [UInt8]] = [:]
        for file in try FolderWalk(path.pushing(folder)).files { tree[file.relativePath] = try read(file.path) }
        return tree
    }
}

/// Copies rows (each sample and row `scale` times), inverting them; counts what it was asked.
final class InvertingProcess: PictureProcess {
    let scale: Int
    let wantsNoiseEstimate: Bool
    let workFactor: Double
    let estimates = Mutex<[Float?]>([])
    /// Called before each row of a picture of this width and height.
    let beforeRow: @Sendable (_ width: Int, _ row: Int) throws -> Void
    let pictureCount = Atomic(0)

    init(
        scale: Int = 1, wantsNoiseEstimate: Bool = false, workFactor: Double = 1,
        beforeRow: @escaping @Sendable (_ width: Int, _ row: Int) throws -> Void = { _, _ in }
    ) {
        self.scale = scale
        self.wantsNoiseEstimate = wantsNoiseEstimate
        self.workFactor = workFactor
        self.beforeRow = beforeRow
    }

    func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        pictureCount.add(1, ordering: .relaxed)
        estimates.withLock { $0.append(estimatedSigma) }
        let row = PlanarImage(channels: source.channels, height: 1, width: source.width)
        let result = PlanarImage(channels: source.channels, height: scale, width: source.width * scale)
        for y in 0..<source.height {
            try beforeRow(source.width, y)
            if isCancelled() { throw RestorationError.cancelled }
            try source.readRows(into: row.view)
            for c in 0..<source.channels {
                for y in 0..<scale {
                    for x in 0..<result.width { result.view.row(c, y)[x] = 1 - row.view.row(c, 0)[x / scale] }
                }
            }
            try sink.writeRows(from: result.view)
            progress(source.width)
        }
        withExtendedLifetime((row, result)) {}
        return workFactor
    }

    func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
        PictureCost(multiplyAdds: Double(width * height), byteCount: width * 100)
    }

    func model(sha256: String = "model") -> BatchModel { BatchModel(name: "inverting", sha256: sha256) { self } }
}

/// A model that must not be loaded.
struct Unwanted: Error {}

extension BatchModel {
    static func notToBeLoaded(sha256: String = "model") -> BatchModel {
        BatchModel(name: "inverting", sha256: sha256) { throw Unwanted() }
    }
}

extension BatchRun {
    static func resources(workers: Int = 2) -> Resources {
        Resources(workers: workers, pictureBytes: 64 << 20, software: "Retouch test")
    }

    /// Plans and runs.
    static func run(
        _ request: BatchRequest, model: BatchModel, workers: Int = 2, interruption: Interruption = .init(),
        observe: @escaping @Sendable (BatchEvent) -> Void = { _ in }
    ) throws -> BatchResult {
        try BatchRun(
            BatchPlan(request), model: model, resources: resources(workers: workers), interruption: interruption,
            observe: observe
        ).run()
    }
}

extension BatchResult {
    /// `restored, skipped, failed, ignored`.
    var counts: [Int] { [count(of: .restored), count(of: .skipped), count(of: .failed), count(of: .ignored)] }

    func error(of input: FilePath) -> String? { records.first { $0.input == input }?.outcome.failure }
}
