import Files
import Imaging
import SystemPackage
import Tensors
import TestFolders
import Testing

/// A mask from rows of text: a point is 0, a digit d is 28 d, so that 5 and more are set, # is 255.
private func mask(_ rows: String...) -> PixelMask {
    let values = rows.flatMap { $0.map { $0 == "#" ? 255 : UInt8(28 * ($0.wholeNumberValue ?? 0)) } }
    return PixelMask(height: rows.count, width: rows.first?.count ?? 0, values: values)
}

/// A seeded mask, about `share` of 256 set.
private func speckled(height: Int, width: Int, share: UInt8, seed: UInt64) -> PixelMask {
    var random = RandomStream(seed: seed)
    return PixelMask(height: height, width: width) { _, _ in UInt8(truncatingIfNeeded: random.nextWord()) < share }
}

@Suite("Masks of pixels")
struct PixelMaskTests {
    @Test func valuesRowsAndShares() {
        var one = mask("..5", "4#.")
        #expect((one.height, one.width, one.setCount) == (2, 3, 2))
        #expect(one.isSet(0, 2) && !one.isSet(1, 0) && one[1, 0] == 112)
        #expect(abs(one.setShare - 1.0 / 3) < 1e-12)
        let copy = one
        one[0, 0] = 200
        one.withMutableRow(1) { row in row[2] = 7 }
        #expect(one.values == [200, 0, 140, 112, 255, 7] && copy.values == [0, 0, 140, 112, 255, 0])
        #expect(one.withRow(1) { row in Int(row[0]) + row.count } == 115)
        #expect(one.thresholded() == mask("#.#", ".#."))
        #expect(one.thresholded(at: 7).setCount == 5)
        #expect(copy.union(mask("#..", "...")) == mask("#.5", "4#."))
        #expect(PixelMask(height: 0, width: 4).setShare == 0 && PixelMask(height: 3, width: 4).isClear)
        #expect(!one.isClear)
    }

    @Test func dilation() {
        let one = mask(".....", ".....", "..#..", ".....", "4....")
        #expect(one.dilated(radius: 0) == one)
        #expect(one.dilated() == mask(".....", ".###.", ".###.", "4###.", "44..."))
        #expect(one.dilated(radius: 2).setCount == 25)
        #expect(mask("#").dilated(radius: 3) == mask("#"))
        #expect(PixelMask(height: 2, width: 0).dilated().values.isEmpty)
    }

    /// Every pixel has the largest value of its square, by plain loops.
    @Test(arguments: [(1, 9), (9, 1), (7, 11), (16, 5)])
    func dilationByPlainLoops(height: Int, width: Int) {
        var random = RandomStream(seed: 3)
        let one = PixelMask(
            height: height, width: width,
            values: (0..<height * width).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) })
        for radius in 1...3 {
            let found = one.dilated(radius: radius)
            for y in 0..<height {
                for x in 0..<width {
                    var largest: UInt8 = 0
                    for v in max(0, y - radius)...min(height - 1, y + radius) {
                        for u in max(0, x - radius)...min(width - 1, x + radius) { largest = max(largest, one[v, u]) }
                    }
                    #expect(found[y, x] == largest)
                }
            }
        }
    }

    @Test func componentsTouchByCornersToo() {
        let one = mask("#..#.", ".#.#.", "...#.", "55.#.", "....6")
        let components = one.components().components
        #expect(
            components == [
                MaskComponent(area: 2, rows: 0..<2, columns: 0..<2, peak: 255, sum: 510),
                MaskComponent(area: 5, rows: 0..<5, columns: 3..<5, peak: 255, sum: 1188),
                MaskComponent(area: 2, rows: 3..<4, columns: 0..<2, peak: 140, sum: 280),
            ])
        // A spiral and a comb join labels late.
        let comb = mask(
            "#.#.#.#", "#.#.#.#", "#######", ".......", "#.....#", "#.###.#", "#.#.#.#", "#.#.###", "#......")
        #expect(comb.components().components.map(\.area) == [15, 5, 12])
        #expect(comb.componentCount() == 3)
        #expect(PixelMask(height: 3, width: 3).components().components.isEmpty)
        #expect(PixelMask(height: 0, width: 0).components().components.isEmpty)
    }

    /// Flooding from every pixel finds the same parts, and the second pass tells of each pixel whose it is.
    @Test(arguments: [(20, 30, 60), (20, 30, 110), (31, 17, 160), (1, 50, 128), (50, 1, 128)] as [(Int, Int, UInt8)])
    func componentsByFlooding(height: Int, width: Int, share: UInt8) {
        for seed in 0..<8 as Range<UInt64> {
            let one = speckled(height: height, width: width, share: share, seed: seed)
            var (owners, areas) = ([Int](repeating: -1, count: height * width), [Int]())
            for start in one.values.indices where one.values[start] != 0 && owners[start] < 0 {
                var open = [start]
                owners[start] = areas.count
                areas.append(0)
                while let place = open.popLast() {
                    areas[areas.count - 1] += 1
                    for (dy, dx) in [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)] {
                        let (y, x) = (place / width + dy, place % width + dx)
                        guard (0..<height).contains(y), (0..<width).contains(x), one[y, x] != 0 else { continue }
                        if owners[y * width + x] < 0 {
                            owners[y * width + x] = areas.count - 1
                            open.append(y * width + x)
                        }
                    }
                }
            }
            let (components, firstPass) = one.components()
            var scan = firstPass
            #expect(components.map(\.area) == areas)
            #expect(one.componentCount() == areas.count)
            var found = [Int](repeating: -1, count: height * width)
            for y in 0..<height {
                one.withRow(y) { row in
                    scan.forEachRun(ofRow: row) { component, columns in
                        for x in columns { found[y * width + x] = component }
                    }
                }
            }
            #expect(found == owners)
            for (index, component) in components.enumerated() {
                let places = owners.indices.filter { owners[$0] == index }
                let (ys, xs) = (places.map { $0 / width }, places.map { $0 % width })
                #expect(component.rows == ys.min()!..<ys.max()! + 1 && component.columns == xs.min()!..<xs.max()! + 1)
            }
        }
    }

    @Test func hysteresisKeepsWhatHasAPeak() {
        let one = mask("33.3.", "39..3", ".....", "3.33.")
        #expect(one.hysteresis(low: 84, high: 250) == mask("##...", "##...", ".....", "....."))
        #expect(one.hysteresis(low: 84, high: 84).setCount == 9)
        #expect(one.hysteresis(low: 253, high: 253).isClear)
        #expect(one.keepingComponents(least: 84) { $0.area == 2 } == mask("...#.", "....#", ".....", "..##."))
    }

    @Test func filesKeepEveryValue() throws {
        let folder = try TemporaryFolder()
        let values = (0..<300 * 7).map { UInt8(truncatingIfNeeded: $0 * 5) }
        let one = PixelMask(height: 300, width: 7, values: values)
        let path = folder.path.appending("mask.png")
        try one.write(to: path)
        let picture = try Picture(reading: path)
        #expect(picture.format == PixelFormat(color: .grey))
        #expect(picture.image.samples.map { UInt8(($0 * 255).rounded()) } == values)
        #expect(try one.encoded() == folder.read(path))
        let read = try PixelMask(reading: path, width: 7, height: 300)
        #expect(read == one.thresholded())
        #expect(try PixelMask(decoding: one.encoded(), width: 7, height: 300) == read)
        #expect(throws: PictureError.zeroSize(width: 0, height: 3)) { try PixelMask(height: 3, width: 0).encoded() }
    }

    @Test func anyPictureIsAMask() throws {
        func bytes(_ samples: [Float], channels: Int, bitDepth: Int = 8) throws -> [UInt8] {
            let image = PlanarImage(channels: channels, height: 1, width: samples.count / channels, samples: samples)
            return try Picture(image, bitDepth: bitDepth).encoded(as: .png).bytes
        }
        // The brightest colour counts; red on black is paint.
        let red = try bytes([1, 0.2, 0, 0.4, 0, 0], channels: 3)
        #expect(try PixelMask(decoding: red, width: 2, height: 1).values == [255, 0])
        // White under alpha 0 is no paint.
        let layer = try bytes([1, 1, 1, 0, 0.4, 1], channels: 2)
        #expect(try PixelMask(decoding: layer, width: 3, height: 1).values == [0, 0, 255])
        let deep = try bytes([32_639.0 / 65535, 32_896.0 / 65535], channels: 1, bitDepth: 16)
        #expect(try PixelMask(decoding: deep, width: 2, height: 1).values == [0, 255])
        let edge = try bytes([127.0 / 255, 128.0 / 255], channels: 1)
        #expect(try PixelMask(decoding: edge, width: 2, height: 1).values == [0, 255])
    }

    @Test func filesThatDoNotFit() throws {
        let bytes = try PixelMask(height: 3, width: 5).encoded()
        let error = PixelMaskError.size(foundWidth: 5, foundHeight: 3, expectedWidth: 3, expectedHeight: 5)
        #expect(throws: error) { try PixelMask(decoding: bytes, width: 3, height: 5) }
        #expect("\(error)" == "the mask has 5x3 pixels, the picture 3x5")
        #expect(throws: PixelMaskError.picture(.empty)) { try PixelMask(decoding: [], width: 3, height: 5) }
        let cut = Array(bytes.prefix(bytes.count / 2))
        #expect(throws: PixelMaskError.self) { try PixelMask(decoding: cut, width: 5, height: 3) }
        let missing = FilePath("/nowhere/mask.png")
        #expect(throws: PixelMaskError.picture(.cannotRead(code: 2))) {
            try PixelMask(reading: missing, width: 5, height: 3)
        }
    }
}
