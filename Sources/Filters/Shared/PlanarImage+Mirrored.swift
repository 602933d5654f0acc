import Tensors

extension PlanarImage {
    /// The image with so many rows and columns more on each side, mirrored at its edges (the edge itself repeated),
    /// however small it is.
    func mirrored(top: Int, bottom: Int, left: Int, right: Int) -> PlanarImage {
        let result = PlanarImage(channels: channels, height: height + top + bottom, width: width + left + right)
        for channel in 0..<channels {
            for y in 0..<result.height {
                let from = view.row(channel, Mirroring.place(of: y - top, count: height))
                let to = result.view.row(channel, y)
                (to + left).update(from: from, count: width)
                for x in 0..<left { to[x] = from[Mirroring.place(of: x - left, count: width)] }
                for x in left + width..<result.width { to[x] = from[Mirroring.place(of: x - left, count: width)] }
            }
        }
        return result
    }

    /// The same samples in memory of its own.
    func copied() -> PlanarImage { cropped(top: 0, left: 0, height: height, width: width) }
}
