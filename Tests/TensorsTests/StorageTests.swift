import Tensors
import Testing

@Suite("Storage")
struct StorageTests {
    @Test("Buffers are aligned and filled, also empty ones", arguments: [0, 1, 15, 16, 17, 1000])
    func buffer(count: Int) {
        let buffer = AlignedBuffer<Float>(repeating: 3, count: count)
        withExtendedLifetime(buffer) {
            #expect(UInt(bitPattern: buffer.base) % 64 == 0)
            #expect(buffer.count == count && buffer.elements.count == count)
            #expect(buffer.elements.allSatisfy { $0 == 3 })
            for i in 0..<count { buffer.base[i] = Float(i) }
            #expect(Array(buffer.elements) == (0..<count).map(Float.init))
        }
    }

    @Test("A tensor is its shape and elements")
    func tensor() {
        let zeros = Tensor(shape: [2, 0, 3], elements: [])
        #expect(zeros == Tensor(repeating: 7, shape: [2, 0, 3]))
        #expect(Tensor(repeating: 7, shape: [2, 2]).elements == [7, 7, 7, 7])
        #expect(Tensor(repeating: 7, shape: [4]) != Tensor(repeating: 7, shape: [2, 2]))
        #expect(Tensor(repeating: 1, shape: []).elements == [1])
    }
}

@Suite("Planar samples")
struct PlanarTests {
    let image = PlanarImage(
        channels: 3, height: 4, width: 5, samples: numbers(channels: 0..<3, rows: 0..<4, columns: 0..<5))

    /// Sample (c, y, x) of the image is 100 c + 10 y + x.
    static func numbers(channels: Range<Int>, rows: Range<Int>, columns: Range<Int>) -> [Float] {
        var result: [Float] = []
        for c in channels {
            for y in rows {
                for x in columns { result.append(Float(100 * c + 10 * y + x)) }
            }
        }
        return result
    }

    func samples(_ view: PlanarView) -> [Float] {
        var result: [Float] = []
        for c in 0..<view.channels {
            for y in 0..<view.height { result += UnsafeBufferPointer(start: view.row(c, y), count: view.width) }
        }
        return result
    }

    @Test("Rows lie where the strides say")
    func rows() {
        let view = image.view
        #expect(view.row(2, 3)[4] == 234)
        #expect(samples(view) == image.samples)
        #expect(image.sampleCount == 60)
    }

    @Test("A crop sees its rectangle of every channel")
    func crop() {
        let part = image.view.cropped(rows: 1..<3, columns: 2..<5)
        #expect((part.channels, part.height, part.width) == (3, 2, 3))
        let expected = Self.numbers(channels: 0..<3, rows: 1..<3, columns: 2..<5)
        #expect(samples(part) == expected)
        let again = part.cropped(rows: 1..<2, columns: 0..<1)
        #expect(samples(again) == [22, 122, 222])
        #expect(samples(image.view.cropped(rows: 4..<4, columns: 0..<5)).isEmpty)
    }

    @Test("A run of channels sees those")
    func channels() {
        let part = image.view.channels(from: 1, count: 2).cropped(rows: 0..<1, columns: 0..<2)
        #expect(samples(part) == [100, 101, 200, 201])
        #expect(image.view.channels(from: 3, count: 0).channels == 0)
    }

    @Test("A view writes into its image; a new image is zero")
    func writing() {
        let target = PlanarImage(channels: 1, height: 2, width: 2)
        #expect(target.samples == [0, 0, 0, 0])
        target.view.cropped(rows: 1..<2, columns: 0..<1).row(0, 0)[0] = 9
        #expect(target.samples == [0, 0, 9, 0])
    }
}
