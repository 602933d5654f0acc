package import Batches
package import Corruptions
package import Files
package import Imaging
import Restoration
package import SystemPackage
import Tensors
package import Workers

/// A process that corrupts the pictures of a batch, to make test sets as folders.
///
/// Each picture is held whole; alpha is left out and 16 bits become 8 before the corruption, as in an evaluation. The
/// random numbers of a picture are NumPy's, `np.random.seed([seed, h])` with h the FNV-1a hash of the bytes of its
/// name in the run: they do not depend on which other pictures there are, nor on workers.
package struct CorruptionProcess: PictureProcess {
    /// The corruption of every picture.
    package let corruption: Corruption
    /// The first of the two numbers that seed a picture's random numbers.
    package let seed: UInt32
    /// The folder that gets a mask of each picture's damage, named like the picture with `.png`; nil for none.
    package let maskFolder: FilePath?
    private var name = FilePath()

    /// Creates a process that corrupts pictures.
    ///
    /// - Parameter maskFolder: gets masks; the corruption has a step of damage and keeps the size.
    package init(_ corruption: Corruption, seed: UInt32, maskFolder: FilePath? = nil) {
        self.corruption = corruption
        self.seed = seed
        self.maskFolder = maskFolder
    }

    package var scale: Int { 1 }
    package var wantsNoiseEstimate: Bool { false }

    package func process(forPicture name: FilePath) -> any PictureProcess {
        var process = self
        process.name = name
        return process
    }

    package func outputSize(width: Int, height: Int) -> (width: Int, height: Int) {
        // Of a picture with nothing left the corruption itself says so.
        (max(1, width / corruption.reduction), max(1, height / corruption.reduction))
    }

    package func outputFormat(of format: PixelFormat) -> PixelFormat { PixelFormat(color: format.color) }

    /// Returns the bytes of the picture as read, its 8 bits, the result, and what a step holds meanwhile.
    package func heldBytes(width: Int, height: Int, channels: Int) -> Int {
        let (bytes, overflow) = (width * channels * 16).multipliedReportingOverflow(by: height)
        return overflow ? Int.max / 2 : bytes
    }

    package func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
        PictureCost(multiplyAdds: 0, byteCount: heldBytes(width: width, height: height, channels: channels))
    }

    package func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        let stored = PlanarImage(channels: source.channels, height: source.height, width: source.width)
        try source.readRows(into: stored.view)
        if isCancelled() { throw RestorationError.cancelled }
        let colours = PlanarImage(channels: sink.channels, height: source.height, width: source.width)
        colours.view.copySamples(from: stored.view.channels(from: 0, count: sink.channels))
        var random = RandomState(seed: seed, name: name.bytes)
        let corrupted: PlanarImage
        if let maskFolder {
            let damaged = try corruption.damaged(colours.rounded(toBits: 8), random: &random)
            corrupted = damaged.image
            if isCancelled() { throw RestorationError.cancelled }
            var path = maskFolder.pushing(name)
            path.extension = "png"
            try createFolders(at: path.removingLastComponent())
            try damaged.mask.write(to: path)
        } else {
            corrupted = try corruption.applied(to: colours.rounded(toBits: 8), random: &random)
        }
        if isCancelled() { throw RestorationError.cancelled }
        try sink.writeRows(from: corrupted.view)
        progress(source.width * source.height)
        return 1
    }
}

extension BatchModel {
    /// Creates the entry that stands for a corruption where a run would have a model: the ledger tells runs apart by
    /// it.
    ///
    /// - Throws: `FileError.digestFailed`.
    package init(corruption: Corruption, seed: UInt32, maskFolder: FilePath? = nil) throws(FileError) {
        // The number in front is raised when a corruption of the same text and seed comes to give other pictures. Masks
        // that are asked for later have the pictures made again.
        let text = "corruption 1, seed \(seed): \(corruption)" + (maskFolder == nil ? "" : ", masks")
        self.init(
            name: corruption.description, sha256: try SHA256Digest(of: Array(text.utf8)).hex,
            load: { CorruptionProcess(corruption, seed: seed, maskFolder: maskFolder) })
    }
}
