public import Imaging
public import Tensors
public import Workers

/// A classical method of filling damaged pixels from what is around them: nothing in it was learnt.
///
/// It works on whole pictures of 1 to 4 channels, each filled in the same way. Where a mask is not set, samples stay as
/// they are, to the bit; where it is set, they are not read. The same picture and mask give the same bits, however the
/// parts are shared out. Results are not rounded.
public protocol Inpainting: Sendable {
    /// The method's name on the command line and in reports.
    var name: String { get }

    /// Fills the set pixels of `mask`, whose size is the picture's, in a picture that was checked.
    ///
    /// - Parameters:
    ///   - image: samples outside the mask are finite, and there are some.
    ///   - result: the picture's samples; those of set pixels are to be replaced.
    func fill(
        _ mask: PixelMask, of image: PlanarView, in result: PlanarView, sharing loop: ParallelLoop)

    /// The bytes that filling holds at most, the picture and the result included.
    func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int
}

extension Inpainting {
    /// Returns `image` with the set pixels of `mask` filled; with none set, its samples.
    ///
    /// - Throws: `InpaintingError` where picture and mask do not go together, or nothing is left to fill from.
    public func filled(
        _ image: PlanarImage, where mask: PixelMask, sharing loop: ParallelLoop = .serial
    ) throws(InpaintingError) -> PlanarImage {
        guard (1...4).contains(image.channels) else { throw .channels(found: image.channels) }
        guard image.height > 0, image.width > 0 else { throw .empty }
        guard mask.height == image.height, mask.width == image.width else {
            throw .size(
                foundWidth: mask.width, foundHeight: mask.height, expectedWidth: image.width,
                expectedHeight: image.height)
        }
        let setCount = mask.setCount
        guard setCount < image.height * image.width else { throw .nothingWhole }
        for channel in 0..<image.channels {
            for y in 0..<image.height {
                let row = image.view.row(channel, y)
                let isFinite = mask.withRow(y) { marks in
                    // A finite number times zero is zero, anything else is not a number and stays so in the sum.
                    var doubt: Float = 0
                    for x in 0..<image.width where marks[x] < PixelMask.setLevel { doubt += row[x] * 0 }
                    return doubt == 0
                }
                guard isFinite else { throw .notFinite(channel: channel, row: y) }
            }
        }
        let result = PlanarImage(channels: image.channels, height: image.height, width: image.width)
        result.view.copySamples(from: image.view)
        if setCount > 0 { fill(mask, of: image.view, in: result.view, sharing: loop) }
        return result
    }
}

/// The methods of filling by the names that the command line and reports know.
public enum InpaintingKind: String, Sendable, CaseIterable {
    /// The median of the nearest whole pixels.
    case median
    /// Telea's fast marching.
    case telea
    /// Isophotes carried on, after the Navier-Stokes equations.
    case navierStokes = "navier-stokes"
    /// The biharmonic equation.
    case biharmonic

    /// The method with its standard parameters.
    public var method: any Inpainting {
        switch self {
        case .median: MedianInpainting()
        case .telea: TeleaInpainting()
        case .navierStokes: NavierStokesInpainting()
        case .biharmonic: BiharmonicInpainting()
        }
    }

    /// One line for the command's help.
    public var summary: String {
        switch self {
        case .median: "the median of the nearest whole pixels"
        case .telea: "fast marching (Telea 2004)"
        case .navierStokes: "isophotes carried on (after Bertalmio, Bertozzi and Sapiro 2001)"
        case .biharmonic: "the biharmonic equation (Damelin and Hoang 2018)"
        }
    }
}

/// The reasons for which nothing can be filled.
public enum InpaintingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The picture has no channel, or more than four.
    case channels(found: Int)
    case empty
    /// The mask is not as large as the picture.
    case size(foundWidth: Int, foundHeight: Int, expectedWidth: Int, expectedHeight: Int)
    /// The mask covers the whole picture, so there is nothing to fill it from.
    case nothingWhole
    /// A sample outside the mask is infinite or not a number.
    case notFinite(channel: Int, row: Int)

    public var description: String {
        switch self {
        case .channels(let found): "the picture has \(found) channels, expected 1 to 4"
        case .empty: "the picture has no pixels"
        case .size(let width, let height, let expectedWidth, let expectedHeight):
            "the mask has \(width)x\(height) pixels, the picture \(expectedWidth)x\(expectedHeight)"
        case .nothingWhole: "the mask covers the whole picture: there is nothing to fill it from"
        case .notFinite(let channel, let row):
            "a sample outside the mask is not a finite number (channel \(channel), row \(row))"
        }
    }
}
