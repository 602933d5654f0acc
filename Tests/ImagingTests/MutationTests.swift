import Imaging
import Tensors
import TestFolders
import TestSupport
import Testing

/// Files damaged at random, the same ones every time: whatever comes, it is a picture or a `PictureError`.
@Suite("Mutated files")
struct MutationTests {
    static let seeds = [
        "jpeg/ycc2x2.jpg", "jpeg/ycc4x2-progressive.jpg", "jpeg/cmyk-profile.jpg", "jpeg/arithmetic.jpg",
        "jpeg/separate.jpg", "exif/II.jpg", "exif/MM.jpg", "png/rgb16.png", "png/palette4-trns.png",
        "png/grey1-interlaced.png", "png/animated.png", "tiff/rgb16-lzw.tif", "tiff/rgb8-planar-tiles.tif",
        "tiff/rgb8-big-MM.tif", "tiff/grey1-g3.tif", "tiff/palette4.tif", "tiff/grey-f4.tif", "tiff/jpeg-ycc.tif",
        "tiff/ycc.tif", "tiff/cmyk8-profile.tif",
    ]

    /// Bytes changed, cut out, doubled, zeroed; a PNG's check sums are set right, else nothing deeper is reached.
    static func mutated(_ file: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
        var bytes = file
        for _ in 0...numbers.next(below: 6) {
            let place = numbers.next(below: bytes.count)
            let length = min(bytes.count - place, 1 + numbers.next(below: 24))
            switch numbers.next(below: 5) {
            case 0: bytes[place] = UInt8(numbers.next(below: 256))
            case 1: bytes[place] ^= 1 << numbers.next(below: 8)
            case 2: bytes.replaceSubrange(place..<(place + length), with: repeatElement(0xFF, count: length))
            case 3 where bytes.count > length + 16: bytes.removeSubrange(place..<(place + length))
            default: bytes.insert(contentsOf: Array(bytes[place..<(place + length)]), at: place)
            }
        }
        return bytes
    }

    @Test("Thousands of them", .enabled(if: areTestsLong), arguments: seeds)
    func sweep(name: String) throws {
        let original = try Fixture.bytes(name)
        var numbers = SeededNumbers(state: 0x5EED)
        let limits = PictureLimits(maximumPixels: 50_000, maximumBytes: 16 << 20)
        // Little CMS takes a while to prepare a transform.
        for _ in 0..<(name.contains("cmyk") ? 100 : 2000) {
            var bytes: [UInt8]
            if name.hasPrefix("png") {
                var file = PNGFile(original)
                let place = numbers.next(below: file.chunks.count)
                if file.chunks[place].bytes.isEmpty { continue }
                file.chunks[place].bytes = Self.mutated(file.chunks[place].bytes, &numbers)
                bytes = file.bytes
            } else {
                bytes = Self.mutated(original, &numbers)
            }
            for damaged in DamagePolicy.allCases {
                do throws(PictureError) {
                    let picture = try Picture(decoding: bytes, limits: limits, damaged: damaged)
                    for container in PictureContainer.written {
                        _ = try picture.encoded(as: container, software: "Retouch")
                    }
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }
}
