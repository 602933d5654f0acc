import Imaging
public import Tensors
public import Workers

/// Bicubic interpolation (Keys 1981, a = -0.5), as MATLAB's `imresize` upscales: what every table of super-resolution
/// begins with. It takes no noise away; sigma has no effect.
public struct BicubicUpscaling: Filter {
    public let scale: Int

    /// Creates the filter for a factor of 2 to 16.
    ///
    /// - Throws: `FilterError.scale` for a factor below 2 or above 16.
    public init(by factor: Int) throws(FilterError) {
        guard (2...16).contains(factor) else { throw .scale(filter: FilterKind.bicubic.rawValue, found: factor) }
        scale = factor
    }

    public var name: String { FilterKind.bicubic.rawValue }

    public func apply(
        to image: PlanarImage, noiseSigma: Double, sharing loop: ParallelLoop
    ) throws(FilterError) -> PlanarImage {
        try validate(image, noiseSigma: noiseSigma)
        return image.resampled(toHeight: image.height * scale, width: image.width * scale)
    }

    public func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        // The picture, the result, and one channel of each size in Float64 between the passes.
        let upscaled = scale * scale
        let planes = channels * (1 + upscaled) + 2 * (1 + scale + upscaled)
        return FilterMemory.bytes(samples: Double(planes) * Double(height) * Double(width))
    }

    public func multiplyAddsPerPixel(channels: Int) -> Double { Double(8 * channels * scale * scale) }
}
