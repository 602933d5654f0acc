import Kernels
public import Tensors

/// The product of two values as matrices, a row for each channel and a column for each pixel of a square: what
/// attention is made of (Vaswani et al. 2017).
///
/// For each square of `side` x `side` = N pixels:
/// - `.comparing`: for A `[C, N]` and B `[C, N]` the result is scale · Aᵀ B, `[N, N]`: how like pixel k of A, a channel
///   of the result, is to pixel q of B.
/// - `.gathering`: for A `[C, N]` and B `[N, N]` it is scale · A B, `[C, N]`: A's pixels summed with the shares in B.
///
/// Memory is bounded by the side, whatever the picture's size.
///
/// Shapes: `[C, H, W]` and `[C, H, W]` to `[N, H, W]`, or `[C, H, W]` and `[N, H, W]` to `[C, H, W]`.
public struct MatrixProduct: ElementaryOperation {
    public static let kind = "matrix product"

    /// The form of the product.
    public enum Form: Sendable {
        /// The products scale · Aᵀ B and scale · A B of two values A and B.
        case comparing, gathering
    }

    /// The form of the product.
    public let form: Form
    /// The side of a square in pixels, 2...64.
    public let side: Int
    /// The factor of every product.
    public let scale: Float

    /// Creates a product over squares of `side` x `side` pixels, `side` 2...64.
    public init(_ form: Form, side: Int, scale: Float = 1) {
        self.form = form
        self.side = side
        self.scale = scale
    }

    /// The number of pixels of a square.
    private var pixels: Int { side * side }

    public var inputCount: Int { 2 }

    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (first, second) = try pair(inputs)
        guard 2...64 ~= side else { throw .factor(operation: kind, found: side, expected: 2...64) }
        let expected = form == .comparing ? first.channels : pixels
        guard second.channels == expected else {
            throw .channels(operation: kind, found: second.channels, expected: expected)
        }
        return ValueShape(channels: form == .comparing ? pixels : first.channels, resolution: first.resolution)
    }

    /// A square is all that there is.
    public var isLocal: Bool { false }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { (inputs.first?.channels ?? 0) * pixels }
    /// Scaling both inputs by a scales the result by a squared.
    public var isHomogeneous: Bool { false }

    // MARK: Workspace

    /// Returns the elements of three matrices without gaps and of the packing of the largest product.
    public func workspaceCount(inputs: [ValueShape]) -> Int {
        let channels = inputs.first?.channels ?? 0
        let packing = [(pixels, channels, pixels), (channels, pixels, pixels)].map {
            PackedProduct.workspaceCount(rows: $0.0, inner: $0.1, columns: $0.2)
        }
        return 3 * matrixCount(channels) + packing.reduce(0, max)
    }

    /// The number of elements of the larger kind of matrix, rounded up to a 64-byte boundary.
    private func matrixCount(_ channels: Int) -> Int { (max(channels, pixels) * pixels + 15) / 16 * 16 }

    /// Returns a square as a matrix: in place, or without gaps between its rows at a place of the workspace.
    private func matrix(_ square: PlanarView, _ place: UnsafeMutablePointer<Float>, isRead: Bool) -> MatrixView {
        guard square.rowStride != side else {
            return MatrixView(
                square.base, rows: square.channels, columns: pixels, rowStride: square.channelStride, columnStride: 1)
        }
        if isRead { copy(of: square, place).copySamples(from: square) }
        return MatrixView(place, rows: square.channels, columns: pixels)
    }

    private func copy(of square: PlanarView, _ place: UnsafeMutablePointer<Float>) -> PlanarView {
        PlanarView(
            base: place, channels: square.channels, height: side, width: side, channelStride: pixels, rowStride: side)
    }

    // MARK: Products

    public func forward(_ views: ElementaryViews) {
        guard let other = views.other else { return }
        let count = matrixCount(views.input.channels)
        let first = matrix(views.input, views.workspace, isRead: true)
        let second = matrix(other, views.workspace + count, isRead: true)
        multiply(form == .comparing ? first.transposed : first, second, into: views.output, views, count)
    }

    /// Computes, for R = s Aᵀ B, dA = s B dRᵀ and dB = s A dR; for R = s A B, dA = s dR Bᵀ and dB = s Aᵀ dR.
    public func backward(_ views: ElementaryGradients) {
        guard let other = views.values.other else { return }
        let workspace = views.values.workspace
        let count = matrixCount(views.values.input.channels)
        let result = matrix(views.gradient, workspace, isRead: true)
        if let target = views.input {
            let second = matrix(other, workspace + count, isRead: true)
            switch form {
            case .comparing: multiply(second, result.transposed, into: target, views.values, count)
            case .gathering: multiply(result, second.transposed, into: target, views.values, count)
            }
        }
        if let target = views.other {
            let first = matrix(views.values.input, workspace + count, isRead: true)
            multiply(form == .comparing ? first : first.transposed, result, into: target, views.values, count)
        }
    }

    /// Writes s a b.
    private func multiply(
        _ a: MatrixView, _ b: MatrixView, into square: PlanarView, _ views: ElementaryViews, _ count: Int
    ) {
        let place = views.workspace + 2 * count
        let result = matrix(square, place, isRead: false)
        PackedProduct.multiply(
            a, b, into: result, workspace: views.workspace + 3 * count, isa: views.instructionSet)
        if result.base == place { square.copySamples(from: copy(of: square, place)) }
        if scale != 1 { square.setEach(of: square) { $0 * scale } }
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let (a, b) = (inputs[0], inputs[1])
        let (channels, height, width) = (a.shape[0], a.shape[1], a.shape[2])
        let outputs = form == .comparing ? pixels : channels
        var result = Tensor(shape: [outputs, height, width])
        func at(_ channel: Int, _ pixel: Int, _ top: Int, _ left: Int) -> Int {
            (channel * height + top + pixel / side) * width + left + pixel % side
        }
        for top in stride(from: 0, to: height, by: side) {
            for left in stride(from: 0, to: width, by: side) {
                for output in 0..<outputs {
                    for pixel in 0..<pixels {
                        var sum = 0.0
                        for inner in 0..<(form == .comparing ? channels : pixels) {
                            let (row, column) = form == .comparing ? (inner, output) : (output, inner)
                            sum +=
                                Double(a.elements[at(row, column, top, left)])
                                * Double(b.elements[at(inner, pixel, top, left)])
                        }
                        result.elements[at(output, pixel, top, left)] = Float(Double(scale) * sum)
                    }
                }
            }
        }
        return result
    }
}
