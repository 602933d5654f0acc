public import Imaging
public import Networks
package import Quality
import Tensors

/// Fills the holes of pictures with a network that sees the picture, its holes filled smoothly, and the mask.
public struct Mender: Sendable {
    let network: Network

    /// The network's multiply-adds for one pixel.
    public var multiplyAddsPerPixel: Double { network.multiplyAddsPerPixel }

    /// Creates a mender from a model whose task is mending.
    ///
    /// - Throws: `RestorationError.setting` where the model is for another task.
    public init(_ model: Model) throws(RestorationError) {
        let network = model.network
        guard model.card.task == .mend, network.scale == 1, network.inputChannels == 4, network.outputChannels == 4,
            network.patchSide == nil
        else {
            throw .setting(
                name: "the model", found: "one for another task (\(model.name))",
                expected: "one that fills holes, given three channels and a mask")
        }
        self.network = network
    }

    /// Returns a picture's rows with its holes filled.
    ///
    /// Pixels that the mask does not set have the samples of `source`, to the bit. The rest is the same for any number of
    /// rows that are read at a time.
    ///
    /// - Parameters:
    ///   - source: rows of one or three colour channels, then alpha if `hasAlpha`, values 0...1. Alpha stays.
    ///   - mask: of the picture's size; set pixels are holes.
    public func mended(_ source: any RowSource, hasAlpha: Bool, mask: MaskRuns) -> any RowSource {
        mended(source, hasAlpha: hasAlpha, mask: mask, grain: nil)
    }

    /// Returns a picture's rows with its holes filled, as `mended(_:hasAlpha:mask:)` does.
    ///
    /// - Parameter grain: the grain that goes on in what is filled; nil for none.
    package func mended(
        _ source: any RowSource, hasAlpha: Bool, mask: MaskRuns, grain: GrainModel?
    ) -> any RowSource {
        mask.isClear ? source : MendedRowSource(source, hasAlpha: hasAlpha, mask: mask, grain: grain, network: network)
    }

    /// The bytes that mending a picture takes beside the mask.
    ///
    /// - Parameter channels: 1 or 3, one more with alpha.
    public func byteCount(height: Int, width: Int, channels: Int) -> Int {
        MendedRowSource.byteCount(network: network, height: height, width: width, channels: channels)
    }
}
