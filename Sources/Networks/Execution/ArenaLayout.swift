/// The places of buffers with limited lifetimes in one arena.
///
/// A buffer may take the place of others that are no longer, or not yet, alive. Larger buffers are placed first, each
/// at the lowest place where no living one is in the way: greedy by size.
package struct ArenaLayout: Equatable, Sendable {
    /// A buffer: its elements, and the first and last step that touch it.
    package struct Buffer: Equatable, Sendable {
        package var elementCount: Int
        package var life: ClosedRange<Int>

        package init(elementCount: Int, life: ClosedRange<Int>) {
            self.elementCount = elementCount
            self.life = life
        }
    }

    /// The first element of each buffer, a multiple of `alignment`.
    package let offsets: [Int]
    /// The number of elements of the whole arena.
    package let elementCount: Int

    /// The alignment of every buffer in elements: 64 bytes of Float32, which kernels ask for.
    package static let alignment = 16

    package init(_ buffers: [Buffer]) {
        var offsets = Array(repeating: 0, count: buffers.count)
        var placed: [Int] = []
        var total = 0
        let bySize = buffers.indices.sorted { (-buffers[$0].elementCount, $0) < (-buffers[$1].elementCount, $1) }
        for index in bySize {
            let buffer = buffers[index]
            let inTheWay = placed.filter { buffers[$0].life.overlaps(buffer.life) }
                .sorted { offsets[$0] < offsets[$1] }
            var offset = 0
            for other in inTheWay {
                if offset + buffer.elementCount <= offsets[other] { break }
                let end = offsets[other] + buffers[other].elementCount
                offset = max(offset, (end + Self.alignment - 1) / Self.alignment * Self.alignment)
            }
            offsets[index] = offset
            placed.append(index)
            total = max(total, offset + buffer.elementCount)
        }
        self.offsets = offsets
        elementCount = total
    }
}
