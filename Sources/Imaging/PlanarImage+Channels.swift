public import Tensors

extension PlanarImage {
    /// Returns the image with one channel or three, alpha left out: grey is R'G'B' weighted as in Rec. 601, RGB three
    /// times the grey.
    ///
    /// - Parameter channels: 1 or 3.
    public func converted(toChannels channels: Int) -> PlanarImage {
        let colours = self.channels < 3 ? 1 : 3
        let result = PlanarImage(channels: channels, height: height, width: width)
        let count = height * width
        let (source, target) = (view.base, result.view.base)
        for i in 0..<count {
            for c in 0..<channels {
                target[c * count + i] =
                    channels == 1 && colours == 3
                    ? 0.299 * source[i] + 0.587 * source[count + i] + 0.114 * source[2 * count + i]
                    : source[min(c, colours - 1) * count + i]
            }
        }
        return result
    }
}
