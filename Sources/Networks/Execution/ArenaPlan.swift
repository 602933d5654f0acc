/// Where buffers that live for a while lie in one piece of memory.
///
/// A buffer may take the place of others that are no longer, or not yet, alive. Larger buffers are placed first, each
/// at the lowest place where no living one is in the way: greedy by size.
struct ArenaPlan: Equatable, Sendable {
    /// A buffer: its elements, and the first and last step that touch it.
    struct Buffer: Equatable, Sendable {
        var elementCount: Int
        var life: ClosedRange<Int>
    }

    /// The first element of each buffer, a multiple of `alignment`.
    let offsets: [Int]
    /// Elements of the whole arena.
    let elementCount: Int

    /// In elements: 64 bytes of Float32, which kernels ask for.
    static let alignment = 16

    init(_ buffers: [Buffer]) {
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
