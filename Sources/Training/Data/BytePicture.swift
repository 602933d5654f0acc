import Files
import Imaging
import Latents
import SystemPackage
import Tensors

/// A picture in memory for training: 8 bits a sample, `[channels][height][width]`, upright, 1 or 3 channels.
final class BytePicture: Sendable {
    let channels: Int
    let height: Int
    let width: Int
    private let storage: AlignedBuffer<UInt8>

    /// Decodes `path`. 16 bits are rounded to 8; transparent pixels are laid on white, as when a JPEG is written; grey
    /// fills all of 3 channels; of colour, 1 channel gets the luma 0.299 R + 0.587 G + 0.114 B, rounded to 8 bits.
    init(reading path: FilePath, channels: Int) throws(PictureError) {
        let reader = try PictureReader(path: path)
        self.channels = channels
        height = reader.height
        width = reader.width
        storage = AlignedBuffer(repeating: 0, count: channels * height * width)
        let hasAlpha = reader.info.format.hasAlpha
        let colours = reader.channels - (hasAlpha ? 1 : 0)
        let band = PlanarImage(channels: reader.channels, height: min(64, height), width: width)
        var top = 0
        while top < height {
            let rows = band.view.cropped(rows: 0..<min(64, height - top), columns: 0..<width)
            try reader.readRows(into: rows)
            for y in 0..<rows.height {
                if hasAlpha {
                    let alpha = rows.row(colours, y)
                    for c in 0..<colours {
                        let row = rows.row(c, y)
                        for x in 0..<width { row[x] = 1 - alpha[x] + row[x] * alpha[x] }
                    }
                }
                if channels == 1, colours == 3 {
                    let (red, green, blue) = (rows.row(0, y), rows.row(1, y), rows.row(2, y))
                    for x in 0..<width { red[x] = 0.299 * red[x] + 0.587 * green[x] + 0.114 * blue[x] }
                }
                for c in 0..<channels {
                    let row = rows.row(min(c, colours - 1), y)
                    let bytes = storage.base + (c * height + top + y) * width
                    for x in 0..<width { bytes[x] = UInt8(max(0, min(1, row[x])) * 255 + 0.5) }
                }
            }
            top += rows.height
        }
    }

    /// Converts a picture of an array of pictures, `[count, height, width]` or `[count, height, width, channels]` with
    /// 1 or 3 channels.
    ///
    /// - Parameter white: the number that is 1.
    init(_ array: NumberArray, at index: Int, white: Float, channels: Int) {
        self.channels = channels
        (height, width) = (array.shape[1], array.shape[2])
        storage = AlignedBuffer(repeating: 0, count: channels * height * width)
        let colours = array.shape.count > 3 ? array.shape[3] : 1
        let pixels = height * width
        array.elements.withUnsafeBufferPointer { elements in
            for pixel in 0..<pixels {
                let place = (index * pixels + pixel) * colours
                let grey =
                    colours == 1
                    ? elements[place]
                    : 0.299 * elements[place] + 0.587 * elements[place + 1] + 0.114 * elements[place + 2]
                for c in 0..<channels {
                    let sample = channels == 1 ? grey : elements[place + min(c, colours - 1)]
                    storage.base[c * pixels + pixel] = UInt8(max(0, min(1, sample / white)) * 255 + 0.5)
                }
            }
        }
    }

    /// Takes an image of 1 or 3 channels, samples on 0...1.
    init(_ image: PlanarImage) {
        (channels, height, width) = (image.channels, image.height, image.width)
        storage = AlignedBuffer(repeating: 0, count: image.sampleCount)
        for (place, sample) in image.samples.enumerated() {
            storage.base[place] = UInt8(max(0, min(1, sample)) * 255 + 0.5)
        }
    }

    /// The samples on 0...1, channel after channel.
    var samples: [Float] { storage.elements.map { Float($0) / 255 } }

    var byteCount: Int { storage.count }

    /// Returns the SHA-256 digest of the samples.
    func digest() throws(FileError) -> SHA256Digest {
        var hasher = try SHA256Hasher()
        hasher.update(UnsafeRawBufferPointer(storage.elements))
        return try hasher.finish()
    }

    /// Returns the mean difference of horizontal neighbours in the square of `side` pixels at (`top`, `left`), on
    /// 0...255.
    func texture(top: Int, left: Int, side: Int) -> Double {
        precondition(top >= 0 && left >= 0 && top + side <= height && left + side <= width)
        var sum = 0
        for c in 0..<channels {
            for y in top..<top + side {
                let row = storage.base + (c * height + y) * width + left
                var rowSum: Int32 = 0
                for x in 0..<max(0, side - 1) { rowSum &+= abs(Int32(row[x + 1]) &- Int32(row[x])) }
                sum += Int(rowSum)
            }
        }
        return Double(sum) / Double(max(1, channels * side * (side - 1)))
    }

    /// Writes the square of `side` pixels at (`top`, `left`), flipped and turned as `orientation` says, on 0...1 to
    /// `target`.
    ///
    /// - Parameter orientation: 0...7: bit 0 reverses the rows, bit 1 the columns, and then bit 2 exchanges the two.
    func copySquare(top: Int, left: Int, side: Int, orientation: Int, to target: PlanarView) {
        precondition(top >= 0 && left >= 0 && top + side <= height && left + side <= width)
        precondition(target.channels == channels && target.height == side && target.width == side)
        let (firstRow, rowStep) = orientation & 1 == 0 ? (top, width) : (top + side - 1, -width)
        let (firstColumn, columnStep) = orientation & 2 == 0 ? (left, 1) : (left + side - 1, -1)
        let (outer, inner) = orientation & 4 == 0 ? (rowStep, columnStep) : (columnStep, rowStep)
        for c in 0..<channels {
            let origin = storage.base + (c * height + firstRow) * width + firstColumn
            for y in 0..<side {
                let (bytes, row) = (origin + y * outer, target.row(c, y))
                if inner == 1 {
                    for x in 0..<side { row[x] = Float(bytes[x]) / 255 }
                } else {
                    for x in 0..<side { row[x] = Float(bytes[x * inner]) / 255 }
                }
            }
        }
    }
}
