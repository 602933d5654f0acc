import Tensors

/// A buffer of rows on their way from planes to an encoder: quantised, interleaved, alpha flattened where the container
/// has none.
struct PackedRows {
    private let width: Int
    private let stored: PixelFormat
    private let flattensAlpha: Bool
    private let memory: AlignedBuffer<UInt8>
    /// The samples of one row, channel after channel: the loop that quantises is vectorised only where it writes in
    /// order.
    private let planes: AlignedBuffer<UInt8>
    private let flat: AlignedBuffer<Float>
    let bytesPerRow: Int
    let rowCapacity: Int

    init(width: Int, format: PixelFormat, stored: PixelFormat) {
        self.width = width
        self.stored = stored
        flattensAlpha = format.hasAlpha && !stored.hasAlpha
        bytesPerRow = width * stored.channelCount * stored.bitDepth / 8
        rowCapacity = max(1, min(64, (256 << 10) / bytesPerRow))
        memory = AlignedBuffer(repeating: 0, count: rowCapacity * bytesPerRow)
        planes = AlignedBuffer(repeating: 0, count: bytesPerRow)
        flat = AlignedBuffer(repeating: 0, count: flattensAlpha ? width : 0)
    }

    var base: UnsafeRawPointer { UnsafeRawPointer(mutableBase) }
    var mutableBase: UnsafeMutableRawPointer { UnsafeMutableRawPointer(memory.base) }

    /// Replaces the content by the rows of `view`, at most `rowCapacity`.
    func pack(_ view: PlanarView) {
        for y in 0..<view.height {
            if stored.bitDepth == 8 {
                packRow(y, of: view, as: UInt8.self)
            } else {
                packRow(y, of: view, as: UInt16.self)
            }
        }
    }

    /// The buffers are aligned, and a row of 16-bit samples has an even number of bytes.
    @inline(__always)
    private func packRow<Sample: FixedWidthInteger & UnsignedInteger>(
        _ y: Int, of view: PlanarView, as type: Sample.Type
    ) {
        let planes = UnsafeMutableRawPointer(planes.base).bindMemory(
            to: Sample.self, capacity: width * stored.channelCount)
        let row = UnsafeMutableRawPointer(memory.base + y * bytesPerRow).bindMemory(
            to: Sample.self, capacity: width * stored.channelCount)
        for c in 0..<stored.channelCount {
            var values = UnsafePointer(view.row(c, y))
            if flattensAlpha {
                SampleConversion.flatten(values, alpha: view.row(view.channels - 1, y), count: width, into: flat.base)
                values = UnsafePointer(flat.base)
            }
            SampleConversion.store(values, count: width, to: planes + c * width)
        }
        SampleConversion.interleave(planes, channels: stored.channelCount, count: width, into: row)
    }
}
