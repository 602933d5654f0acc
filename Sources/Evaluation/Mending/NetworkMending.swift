package import Imaging
package import Restoration
package import Tensors
package import Workers

/// A network that finds damage.
package struct NetworkFinding: DamageFinding {
    package let name: String
    private let finder: DamageFinder
    private let thresholds: DamageFinder.Thresholds

    /// Creates a method of a finder at a sensitivity of 0...1. Its masks have no margin: what measures adds one.
    package init(_ finder: DamageFinder, name: String, sensitivity: Double) {
        var thresholds = DamageFinder.Thresholds(sensitivity: sensitivity)
        thresholds.margin = 0
        (self.finder, self.name, self.thresholds) = (finder, name, thresholds)
    }

    package func mask(of image: PlanarImage, on worker: Worker) throws -> PixelMask {
        try finder.odds(in: ImageRowSource(image), hasAlpha: false, on: worker).damage(thresholds)
    }
}

/// A network that fills damage.
package struct NetworkFilling: DamageFilling {
    package let name: String
    private let mender: Mender

    package init(_ mender: Mender, name: String) { (self.mender, self.name) = (mender, name) }

    package func fill(_ image: PlanarImage, where mask: PixelMask, on worker: Worker) throws -> PlanarImage {
        let source = mender.mended(ImageRowSource(image), hasAlpha: false, mask: MaskRuns(mask))
        let result = PlanarImage(channels: image.channels, height: image.height, width: image.width)
        try source.readRows(into: result.view)
        return result
    }
}
