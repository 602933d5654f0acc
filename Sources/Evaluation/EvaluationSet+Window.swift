import Tensors

extension EvaluationSet {
    /// A square part of a picture, in pixels.
    package enum Window: Sendable, Equatable {
        /// In the middle, with the odd pixel on the right and below.
        case middle(side: Int)
        /// The window with its upper left corner at a place.
        case at(left: Int, top: Int, side: Int)

        /// The longest side, and the farthest place.
        static let longestSide = 1 << 20
    }
}

extension EvaluationSet.Picture {
    /// Returns the picture's window of `image`, which is the whole picture, in memory of its own.
    ///
    /// - Throws: `EvaluationError.window` where the window does not lie within the picture.
    func cropped(_ image: PlanarImage) throws(EvaluationError) -> PlanarImage {
        guard let window else { return image }
        let (left, top, side) =
            switch window {
            case .middle(let side): ((image.width - side) / 2, (image.height - side) / 2, side)
            case .at(let left, let top, let side): (left, top, side)
            }
        guard side <= image.width, side <= image.height, left + side <= image.width, top + side <= image.height else {
            throw .window(left: left, top: top, side: side, width: image.width, height: image.height)
        }
        return image.cropped(top: top, left: left, height: side, width: side)
    }
}
