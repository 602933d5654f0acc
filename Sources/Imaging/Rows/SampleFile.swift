public import Files
public import SystemPackage
public import Tensors

/// The number of bytes of a sample that is spilled to disk.
public enum SampleDepth: Int, Sendable {
    /// 8 bits: clamped to 0...1 and rounded, as pictures are stored.
    case bits8 = 1
    /// 16 bits: clamped to 0...1 and rounded, as pictures are stored.
    case bits16 = 2
    /// The value unchanged.
    case float32 = 4

    /// Creates the depth that holds the samples of a picture of this format without loss. With alpha these are not the
    /// stored ones alone: colours that nobody sees are replaced by means, and containers without alpha want colours
    /// over white.
    public init(holding format: PixelFormat) {
        self = format.hasAlpha ? .float32 : format.bitDepth == 8 ? .bits8 : .bits16
    }
}

/// The samples of a picture spilled to disk, from which any rectangle is read back.
///
/// Values of a picture with 8 or 16 bits, divided by 255 or 65535, come back to the bit. Bytes on the disk:
/// `height * width * channels` times the depth's. Contract: one call at a time.
public final class SampleFile {
    private let file: ScratchFile
    private let depth: SampleDepth
    private let height: Int
    private let width: Int
    public let channels: Int
    /// The samples of one channel of one row.
    private let samples: AlignedBuffer<UInt8>

    /// Creates a file of samples in `file` for a picture `[channels, height, width]`.
    public init(_ file: ScratchFile, depth: SampleDepth, channels: Int, height: Int, width: Int) {
        self.file = file
        self.depth = depth
        self.channels = channels
        self.height = height
        self.width = width
        samples = AlignedBuffer(repeating: 0, count: width * depth.rawValue)
    }

    /// Returns the offset in bytes of one channel of a row at a column.
    private func offset(_ channel: Int, _ row: Int, _ column: Int) -> Int {
        ((row * channels + channel) * width + column) * depth.rawValue
    }

    /// Writes `view` as the rectangle whose first sample is at `row` and `column`.
    ///
    /// - Throws: `FileError`.
    public func write(_ view: PlanarView, row: Int, column: Int) throws(FileError) {
        precondition(view.channels == channels && row + view.height <= height && column + view.width <= width)
        let base = UnsafeMutableRawPointer(samples.base)
        for y in 0..<view.height {
            for c in 0..<channels {
                let values = UnsafePointer(view.row(c, y))
                var bytes = UnsafeRawBufferPointer(start: base, count: view.width * depth.rawValue)
                switch depth {
                case .bits8:
                    let to = base.bindMemory(to: UInt8.self, capacity: view.width)
                    SampleConversion.store(values, count: view.width, to: to)
                case .bits16:
                    let to = base.bindMemory(to: UInt16.self, capacity: view.width)
                    SampleConversion.store(values, count: view.width, to: to)
                case .float32: bytes = UnsafeRawBufferPointer(start: values, count: view.width * depth.rawValue)
                }
                try file.write(bytes, at: offset(c, row + y, column))
            }
        }
    }

    /// Fills `view` with the rectangle whose first sample is at `row` and `column`.
    ///
    /// - Throws: `FileError`.
    public func read(into view: PlanarView, row: Int, column: Int) throws(FileError) {
        precondition(view.channels == channels && row + view.height <= height && column + view.width <= width)
        let byteCount = view.width * depth.rawValue
        for y in 0..<view.height {
            for c in 0..<channels {
                let values = view.row(c, y)
                let from = offset(c, row + y, column)
                if depth == .float32 {
                    try file.read(into: UnsafeMutableRawBufferPointer(start: values, count: byteCount), at: from)
                } else {
                    let base = UnsafeMutableRawPointer(samples.base)
                    try file.read(into: UnsafeMutableRawBufferPointer(start: base, count: byteCount), at: from)
                    SampleConversion.load(
                        base, bytesPerSample: depth.rawValue, pixelStride: depth.rawValue, count: view.width,
                        into: values)
                }
            }
        }
    }
}

/// The folder that pictures are spilled to where memory cannot hold them, and the depth of their samples.
public struct SampleSpool: Sendable {
    private let folder: FilePath
    private let source: SampleDepth
    private let result: SampleDepth

    /// - Parameters:
    ///   - folder: a folder on a disk with space for the picture and its result, uncompressed.
    ///   - source: the format of the picture; `result`: that of its result.
    public init(folder: FilePath, source: PixelFormat, result: PixelFormat) {
        self.folder = folder
        self.source = SampleDepth(holding: source)
        self.result = SampleDepth(holding: result)
    }

    /// Creates a file for the samples of the picture.
    ///
    /// - Throws: `FileError`.
    public func sourceFile(channels: Int, height: Int, width: Int) throws(FileError) -> SampleFile {
        SampleFile(try ScratchFile(inFolder: folder), depth: source, channels: channels, height: height, width: width)
    }

    /// Creates a file for the samples of the result.
    ///
    /// - Throws: `FileError`.
    public func resultFile(channels: Int, height: Int, width: Int) throws(FileError) -> SampleFile {
        SampleFile(try ScratchFile(inFolder: folder), depth: result, channels: channels, height: height, width: width)
    }
}
