import Imaging
import Tensors
import Testing

@Suite("Bad TIFFs get a clear error and never more")
struct TIFFBadInputTests {
    static func error(of bytes: [UInt8], limits: PictureLimits = PictureLimits()) -> PictureError? {
        BadInputTests.error(of: bytes, limits: limits)
    }

    /// A grey picture of one strip whose size is claimed.
    static func claiming(width: Int, height: Int, _ change: (inout TIFFReading) -> Void = { _ in }) throws -> [UInt8] {
        var file = TIFFReading(try Fixture.bytes("tiff/grey8.tif"))
        file.add(256, .long, [width])
        file.add(257, .long, [height])
        change(&file)
        return file.bytes
    }

    @Test("Huge and empty sizes are refused before anything is allocated")
    func sizes() throws {
        #expect(
            Self.error(of: try Self.claiming(width: 100_000, height: 100_000))
                == .tooManyPixels(width: 100_000, height: 100_000, limit: 1_000_000_000))
        #expect(Self.error(of: try Self.claiming(width: 0, height: 5)) == .zeroSize(width: 0, height: 5))
        let limits = PictureLimits(maximumBytes: 16 << 20)
        // A thousand million pixels in a small file: as one row, as one column, as one strip, tile or many.
        let shapes: [(Int, Int, (inout TIFFReading) -> Void)] = [
            (1_000_000_000, 1, { _ in }), (1, 1_000_000_000, { _ in }), (31622, 31622, { _ in }),
            (31622, 31622, { $0.add(259, .short, [8]) }), (31622, 31622, { $0.add(259, .short, [5]) }),
            (31622, 31622, { $0.add(278, .long, [1]) }), (31622, 31622, { $0.add(278, .long, [0xFFFF_FFFF]) }),
            (
                1_000_000_000, 1,
                {
                    $0.add(259, .short, [4])
                    $0.add(258, .short, [1])
                }
            ),
            (
                1000, 1000,
                {
                    $0.add(322, .long, [0x7FFF_FFF0])
                    $0.add(323, .long, [0x7FFF_FFF0])
                    $0.add(324, .long, [8])
                    $0.add(325, .long, [100])
                }
            ),
            (
                1000, 1000,
                {
                    $0.add(322, .long, [16])
                    $0.add(323, .long, [0x7FFF_FFF0])
                    $0.add(324, .long, Array(repeating: 8, count: 63))
                    $0.add(325, .long, Array(repeating: 100, count: 63))
                }
            ),
            (10, 10, { $0.add(277, .short, [65535]) }),
        ]
        for (index, (width, height, change)) in shapes.enumerated() {
            let error = Self.error(of: try Self.claiming(width: width, height: height, change), limits: limits)
            switch error {
            case .damaged, .tooMuchMemory, .unsupported: break
            default: Issue.record("shape \(index): \(String(describing: error))")
            }
        }
    }

    @Test("A file cut at any byte", arguments: ["rgb16-tiles", "rgb8-lzw", "grey1-g4", "rgb8-big-MM", "jpeg-ycc"])
    func cut(name: String) throws {
        let file = try Fixture.bytes("tiff/\(name).tif")
        let whole = try Picture(decoding: file)
        for count in 8..<file.count {
            do throws(PictureError) {
                let picture = try Picture(decoding: Array(file[..<count]))
                // What was cut off was no part of the picture.
                #expect(picture.image.samples == whole.image.samples, "cut at \(count)")
            } catch {
                #expect(!error.description.contains("\n"))
            }
            _ = try? Picture(decoding: Array(file[..<count]), damaged: .accept)
        }
    }

    @Test("Directories in a ring, pointing nowhere, and none")
    func directories() throws {
        var ring = TIFFReading(try Fixture.bytes("tiff/grey8.tif"))
        ring.link(to: ring.bytes.count + ring.bytes.count % 2)
        #expect(try Picture(decoding: ring.bytes).notes.count == 1)
        var lost = TIFFReading(try Fixture.bytes("tiff/grey8.tif"))
        lost.link(to: 0x7FFF_FFFF)
        #expect(try Picture(decoding: lost.bytes).notes.count == 1)
        for header: [UInt8] in [
            [0x49, 0x49, 42, 0, 0, 0, 0, 0], [0x49, 0x49, 42, 0, 8, 0, 0, 0], [0x4D, 0x4D, 0, 43, 0, 8, 0, 0],
            [0x49, 0x49, 42, 0, 8, 0, 0, 0, 0xFF, 0xFF],
            [0x49, 0x49, 43, 0, 8, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8),
        ] {
            guard case .damaged = Self.error(of: header) else {
                Issue.record("\(header): \(String(describing: Self.error(of: header)))")
                continue
            }
        }
    }

    @Test("No strips, none of known type, none inside the file")
    func strips() throws {
        var none = TIFFReading(try Fixture.bytes("tiff/grey8.tif"))
        none.remove(273)
        var wrong = TIFFReading(try Fixture.bytes("tiff/grey8.tif"))
        wrong.add(273, .ascii, bytes: [8, 0, 0, 0])
        var outside = TIFFReading(try Fixture.bytes("tiff/grey8.tif"))
        outside.add(273, .long, [0x7000_0000, 0x7000_0000, 0x7000_0000])
        for file in [none, wrong, outside] {
            guard case .damaged = Self.error(of: file.bytes) else {
                Issue.record("\(String(describing: Self.error(of: file.bytes)))")
                continue
            }
        }
        // Accepted, the missing rows are 0, and a note says so.
        outside.add(273, .long, [8, 0x7000_0000, 8])
        let picture = try Picture(decoding: outside.bytes, damaged: .accept)
        #expect(picture.width == 13)
    }

    @Test("What is not read is named in one line")
    func unsupported() throws {
        let changes: [(String, (inout TIFFReading) -> Void)] = [
            ("compression 34712 (JPEG 2000)", { $0.add(259, .short, [34712]) }),
            ("signed whole numbers of 8 bits", { $0.add(339, .short, [2]) }),
            ("complex numbers of 8 bits", { $0.add(339, .short, [6]) }),
            ("the colour filter array of a camera", { $0.add(262, .short, [32803]) }),
            ("colours of kind 77", { $0.add(262, .short, [77]) }),
        ]
        for (found, change) in changes {
            var file = TIFFReading(try Fixture.bytes("tiff/grey8.tif"))
            change(&file)
            guard case .unsupported(_, found, _) = Self.error(of: file.bytes) else {
                Issue.record("\(found): \(String(describing: Self.error(of: file.bytes)))")
                continue
            }
        }
    }
}
