/// A Float32 array with a shape, for weights and for the reference loops; the fast paths use views of arenas.
public struct Tensor: Sendable, Equatable {
    /// Extents, outermost first; activations are `[channels, height, width]`, weights in PyTorch's order.
    public var shape: [Int]
    public var elements: [Float]

    public init(shape: [Int], elements: [Float]) {
        precondition(shape.reduce(1, *) == elements.count, "shape \(shape) does not hold \(elements.count) elements")
        self.shape = shape
        self.elements = elements
    }

    public init(repeating value: Float = 0, shape: [Int]) {
        self.init(shape: shape, elements: Array(repeating: value, count: shape.reduce(1, *)))
    }
}
