import Kernels
import Tensors

/// Seeded numbers for tests: splitmix64, Vigna 2015.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func tensor(_ shape: [Int]) -> Tensor {
        Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &self) })
    }
}

/// Blocked activations that own their memory, with canaries around them.
final class Blocked {
    static let canaries = 64
    let storage: AlignedBuffer<Float>
    let view: BlockedView

    /// All elements NaN, border zero, as an arena may leave them.
    init(channels: Int, height: Int, width: Int) {
        let count = BlockedView.elementCount(channels: channels, height: height, width: width)
        storage = AlignedBuffer(repeating: .nan, count: count + 2 * Self.canaries)
        view = BlockedView(
            storage: storage.base + Self.canaries, channels: channels, height: height, width: width)
        view.zeroBorder()
    }

    convenience init(_ tensor: Tensor) {
        self.init(channels: tensor.shape[0], height: tensor.shape[1], width: tensor.shape[2])
        load(tensor)
    }

    func load(_ tensor: Tensor) {
        let planar = Planar(tensor)
        withExtendedLifetime(planar) { view.load(planar.view) }
    }

    /// NaN in the border and in the lanes that hold no channel.
    func spoilOutside() {
        for row in -1...view.height {
            for column in -1...view.width {
                for block in 0..<view.blocks {
                    let isBorder = row < 0 || row == view.height || column < 0 || column == view.width
                    let pixel = view.pixel(block: block, row: row, column: column)
                    for lane in 0..<16 where isBorder || block * 16 + lane >= view.channels { pixel[lane] = .nan }
                }
            }
        }
    }

    /// The channels as a tensor.
    var tensor: Tensor {
        let planar = Planar(Tensor(shape: [view.channels, view.height, view.width]))
        return withExtendedLifetime(planar) {
            view.store(to: planar.view)
            return planar.tensor
        }
    }

    /// Whether canaries are NaN, the border is zero and unused lanes are zero.
    var isIntact: Bool {
        let elements = storage.elements
        guard elements.prefix(Self.canaries).allSatisfy(\.isNaN), elements.suffix(Self.canaries).allSatisfy(\.isNaN)
        else { return false }
        for block in 0..<view.blocks {
            for row in -1...view.height {
                for column in -1...view.width {
                    let pixel = view.pixel(block: block, row: row, column: column)
                    let isBorder = row < 0 || row == view.height || column < 0 || column == view.width
                    for lane in 0..<16 where isBorder || block * 16 + lane >= view.channels {
                        guard pixel[lane] == 0 else { return false }
                    }
                }
            }
        }
        return true
    }
}

/// Planar samples that own their memory.
final class Planar {
    let storage: AlignedBuffer<Float>
    let view: PlanarView

    /// Rows and channels lie `gap` elements apart; the gaps hold NaN.
    init(_ tensor: Tensor, gap: Int = 0) {
        let (channels, height, width) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
        let rowStride = width + gap
        let channelStride = height * rowStride + gap
        storage = AlignedBuffer(repeating: .nan, count: gap + channels * channelStride)
        view = PlanarView(
            base: storage.base + gap, channels: channels, height: height, width: width, channelStride: channelStride,
            rowStride: rowStride)
        for c in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { view.row(c, y)[x] = tensor.elements[(c * height + y) * width + x] }
            }
        }
    }

    var tensor: Tensor {
        var elements: [Float] = []
        for c in 0..<view.channels {
            for y in 0..<view.height { elements += UnsafeBufferPointer(start: view.row(c, y), count: view.width) }
        }
        return Tensor(shape: [view.channels, view.height, view.width], elements: elements)
    }

    /// Elements outside the samples that are no longer NaN.
    var touchedOutside: Int {
        storage.elements.filter { !$0.isNaN }.count - tensor.elements.filter { !$0.isNaN }.count
    }
}

/// The first element that differs by more than `tolerance`, as text; nil when all agree.
func firstDifference(_ found: Tensor, _ expected: Tensor, tolerance: Float) -> String? {
    guard found.shape == expected.shape else { return "shape \(found.shape), expected \(expected.shape)" }
    for (i, (a, b)) in zip(found.elements, expected.elements).enumerated() where !(abs(a - b) <= tolerance) {
        return "element \(i) is \(a), expected \(b)"
    }
    return nil
}
