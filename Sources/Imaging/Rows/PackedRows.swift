import Tensors

/// Rows of planes on their way to an encoder: quantised, interleaved, alpha flattened where the container has none.
struct PackedRows {
    private let width: Int
    private let stored: PixelFormat
    private let flattensAlpha: Bool
    private let memory: AlignedBuffer<UInt8>
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
        flat = AlignedBuffer(repeating: 0, count: flattensAlpha ? width : 0)
    }

    var base: UnsafeRawPointer { UnsafeRawPointer(memory.base) }

    /// Replaces the content by the rows of `view`, at most `rowCapacity`.
    func pack(_ view: PlanarView) {
        let bytesPerSample = stored.bitDepth / 8
        for y in 0..<view.height {
            for c in 0..<stored.channelCount {
                var values = UnsafePointer(view.row(c, y))
                if flattensAlpha {
                    SampleConversion.flatten(
                        values, alpha: view.row(view.channels - 1, y), count: width, into: flat.base)
                    values = UnsafePointer(flat.base)
                }
                SampleConversion.store(
                    values, bytesPerSample: bytesPerSample, pixelStride: stored.channelCount * bytesPerSample,
                    count: width, to: UnsafeMutableRawPointer(memory.base) + y * bytesPerRow + c * bytesPerSample)
            }
        }
    }
}
