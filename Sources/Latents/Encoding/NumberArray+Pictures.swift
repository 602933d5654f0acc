public import Tensors

extension NumberArray {
    /// The number that is white in arrays of pictures: 255, or 1 where no number is larger.
    public var white: Float { (elements.max() ?? 0) <= 1 ? 1 : 255 }

    /// Returns the shape of the samples as pictures: `[height, width]`, `[height, width, 1 or 3]`, or numbers in a row
    /// that are a grey square, or the channels of a square of `side` pixels one after the other; nil where they are
    /// none.
    public func pictureShape(
        side: Int, channels: Int
    ) -> (channels: Int, height: Int, width: Int, isInterleaved: Bool)? {
        switch shape.count {
        case 3: return (1, shape[1], shape[2], false)
        case 4 where [1, 3].contains(shape[3]): return (shape[3], shape[1], shape[2], true)
        case 4 where [1, 3].contains(shape[1]): return (shape[1], shape[2], shape[3], false)
        case 2:
            if shape[1] == channels * side * side { return (channels, side, side, false) }
            let root = Int(Double(shape[1]).squareRoot().rounded())
            return root * root == shape[1] ? (1, root, root, false) : nil
        default: return nil
        }
    }

    /// Returns a sample as a picture with samples on 0...1.
    ///
    /// - Parameter shape: the one of `pictureShape`.
    public func picture(
        _ index: Int, shape: (channels: Int, height: Int, width: Int, isInterleaved: Bool), white: Float
    ) -> PlanarImage {
        let pixels = shape.height * shape.width
        let sample = elements[index * sampleCount..<(index + 1) * sampleCount]
        let first = sample.startIndex
        let samples = (0..<shape.channels * pixels).map { place -> Float in
            let source = shape.isInterleaved ? place % pixels * shape.channels + place / pixels : place
            return max(0, min(1, sample[first + source] / white))
        }
        return PlanarImage(channels: shape.channels, height: shape.height, width: shape.width, samples: samples)
    }
}
