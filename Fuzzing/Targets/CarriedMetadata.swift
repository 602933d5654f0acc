import CCodecs
import Imaging
import Tensors

/// Reads bytes as the metadata of a small picture, writes the picture with what was kept of them, and reads that: what
/// is written has to be readable.
enum CarriedMetadata {
    private static let picture: Picture = {
        let image = PlanarImage(channels: 3, height: 8, width: 8)
        for c in 0..<3 { for y in 0..<8 { for x in 0..<8 { image.view.row(c, y)[x] = Float(x + y + c) / 17 } } }
        return Picture(image: image, format: PixelFormat(color: .rgb))
    }()
    private static let jpeg = (try? picture.encoded(as: .jpeg).bytes) ?? []
    private static let png = (try? picture.encoded(as: .png).bytes) ?? []

    /// Puts `bytes` into a segment of a JPEG, behind its signature.
    static func read(inJPEG bytes: [UInt8], marker: UInt8, signature: String) {
        let content = Array(signature.utf8) + bytes.prefix(65_000)
        let length = content.count + 2
        write(jpeg[..<2] + [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + content + jpeg[2...])
    }

    /// Puts `bytes`, a chunk's type and content, behind the header of a PNG.
    static func read(inPNG bytes: [UInt8]) {
        guard bytes.count >= 4 else { return }
        let length = bytes.count - 4
        let header = 8 + 25
        let sum = codec_crc32(0, bytes, bytes.count)
        func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * UInt32($0)) & 0xFF) } }
        write(png[..<header] + big(UInt32(length)) + bytes + big(sum) + png[header...])
    }

    private static func write(_ bytes: some Sequence<UInt8>) {
        guard let read = try? Picture(decoding: Array(bytes), limits: PictureReading.limits) else { return }
        // One container for each input: libFuzzer makes many alike, and writing is most of the work.
        let containers = PictureContainer.written
        let container = containers[bytes.reduce(0) { ($0 + Int($1)) % containers.count }]
        guard let written = try? read.encoded(as: container).bytes else { return }
        guard (try? Picture(decoding: written, limits: PictureReading.limits)) != nil else {
            fatalError("what was written as \(container) cannot be read")
        }
    }
}
