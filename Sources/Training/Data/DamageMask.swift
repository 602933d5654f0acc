import Tensors

extension PlanarView {
    /// Sets every channel of this view to the damage mask: 1 where some channel of a pixel of `damaged` and `clean`
    /// differs by more than `damageThreshold`, else 0. The view may be `clean`.
    ///
    /// Shapes: `[C, H, W]`, all of one.
    func setDamageMask(of damaged: PlanarView, against clean: PlanarView) {
        precondition(hasShape(of: damaged) && hasShape(of: clean))
        for y in 0..<height {
            for x in 0..<width {
                let isDamaged = (0..<channels).contains {
                    abs(damaged.row($0, y)[x] - clean.row($0, y)[x]) > Self.damageThreshold
                }
                for c in 0..<channels { row(c, y)[x] = isDamaged ? 1 : 0 }
            }
        }
    }

    /// The difference up to which a pixel is not damaged: 10 levels of 255, on 0...1.
    static var damageThreshold: Float { 10.0 / 255 }
}

extension PlanarImage {
    /// Returns the damage mask, as `setDamageMask` sets it.
    func damageMask(against clean: PlanarImage) -> PlanarImage {
        let marks = PlanarImage(channels: channels, height: height, width: width)
        marks.view.setDamageMask(of: view, against: clean.view)
        return marks
    }
}
