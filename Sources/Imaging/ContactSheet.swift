public import Tensors

/// Small images side by side in one.
public enum ContactSheet {
    /// Returns one image with `images` in rows, `columns` in each, on a light ground with a margin of `gap` pixels
    /// around every one.
    ///
    /// - Precondition: there are images, all of one size and number of channels; `columns` is positive.
    public static func image(of images: [PlanarImage], columns: Int, gap: Int = 2) -> PlanarImage {
        let first = images[0]
        let columns = min(columns, images.count)
        let rows = (images.count + columns - 1) / columns
        let (height, width) = (first.height + gap, first.width + gap)
        let sheet = PlanarImage(channels: first.channels, height: rows * height + gap, width: columns * width + gap)
        for c in 0..<sheet.channels {
            for y in 0..<sheet.height { sheet.view.row(c, y).update(repeating: 0.9, count: sheet.width) }
        }
        for (index, image) in images.enumerated() {
            precondition(
                image.channels == first.channels && image.height == first.height && image.width == first.width)
            let (top, left) = (gap + index / columns * height, gap + index % columns * width)
            sheet.view.cropped(rows: top..<top + image.height, columns: left..<left + image.width)
                .copySamples(from: image.view)
        }
        return sheet
    }

    /// Returns features around 0 as images: 0 becomes middle grey, and the largest magnitude of each feature black or
    /// white.
    public static func contrasted(_ features: [PlanarImage]) -> [PlanarImage] {
        features.map { feature in
            let peak = feature.samples.reduce(Float(1e-12)) { max($0, abs($1)) }
            return PlanarImage(
                channels: feature.channels, height: feature.height, width: feature.width,
                samples: feature.samples.map { 0.5 + $0 / (2 * peak) })
        }
    }
}
