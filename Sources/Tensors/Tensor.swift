/// A Float32 array with a shape, for weights and for the reference loops; the fast paths use views of arenas.
public struct Tensor: Sendable, Equatable {
    /// The extents, outermost first; activations are `[channels, height, width]`, weights in PyTorch's order.
    public var shape: [Int]
    /// The elements, the last axis running fastest.
    public var elements: [Float]

    /// Creates a tensor of elements whose number is the product of `shape`.
    public init(shape: [Int], elements: [Float]) {
        precondition(shape.reduce(1, *) == elements.count, "shape \(shape) does not hold \(elements.count) elements")
        self.shape = shape
        self.elements = elements
    }

    /// Creates a tensor whose elements all have one value.
    public init(repeating value: Float = 0, shape: [Int]) {
        self.init(shape: shape, elements: Array(repeating: value, count: shape.reduce(1, *)))
    }
}
