internal import CKernels

/// A matrix in memory: element (i, j) lies at `base + i * rowStride + j * columnStride`. Whoever makes one keeps its
/// memory alive while it is used.
public struct MatrixView: @unchecked Sendable {
    /// The address of element (0, 0).
    public let base: UnsafeMutablePointer<Float>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The number of elements from a row to the next.
    public let rowStride: Int
    /// The number of elements from a column to the next.
    public let columnStride: Int

    /// Creates a view of a matrix whose rows lie one after the other, without gaps.
    public init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
        self.init(base, rows: rows, columns: columns, rowStride: columns, columnStride: 1)
    }

    /// Creates a view of a matrix with any strides, in elements.
    public init(
        _ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, rowStride: Int, columnStride: Int
    ) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.rowStride = rowStride
        self.columnStride = columnStride
    }

    /// The same elements with rows and columns exchanged.
    public var transposed: MatrixView {
        MatrixView(base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
    }
}

/// The product of two matrices, by the micro-kernels of convolutions: rows of the first are their pixels, columns of
/// the second their output channels.
///
/// Each element's sum runs over the inner index in order, whatever the sizes.
public enum PackedProduct {
    /// Elements of workspace for a product of `rows x inner` and `inner x columns` matrices.
    public static func workspaceCount(rows: Int, inner: Int, columns: Int) -> Int {
        Places(rows: rows, inner: inner, columns: columns).elementCount
    }

    /// The offsets in the workspace, behind the first matrix in blocks of columns, of a group of columns of the second,
    /// of the result in blocks of columns, and of the zeros of a bias.
    private struct Places {
        let second: Int
        let result: Int
        let bias: Int

        init(rows: Int, inner: Int, columns: Int) {
            let block = BlockedView.block
            second = BlockedView.blockCount(channels: inner) * rows * block
            result = second + inner * Int(F32_MAXIMUM_BLOCKS) * block
            bias = result + BlockedView.blockCount(channels: columns) * rows * block
        }

        var elementCount: Int { bias + Int(F32_MAXIMUM_BLOCKS) * BlockedView.block }
    }

    /// Sets `result` to the product of `a` and `b`.
    ///
    /// One thread, no allocation. `result` overlaps neither factor, and no matrix is empty.
    ///
    /// - Parameter workspace: `workspaceCount` elements on a 64-byte boundary; what they hold does not matter.
    /// - Complexity: rows x inner x columns multiply-adds, and copies of all three matrices.
    public static func multiply(
        _ a: MatrixView, _ b: MatrixView, into result: MatrixView, workspace: UnsafeMutablePointer<Float>,
        isa: InstructionSet = .current
    ) {
        let (rows, inner, columns) = (a.rows, a.columns, b.columns)
        precondition(b.rows == inner && result.rows == rows && result.columns == columns)
        precondition(rows > 0 && inner > 0 && columns > 0)
        precondition(UInt(bitPattern: workspace) % 64 == 0, "workspaces lie on 64-byte lines")
        guard let kernels = isa.kernels else { preconditionFailure("\(isa) is not available") }
        let block = BlockedView.block
        let places = Places(rows: rows, inner: inner, columns: columns)
        (workspace + places.bias).update(repeating: 0, count: Int(F32_MAXIMUM_BLOCKS) * block)
        copyBlocks(of: a, to: workspace)
        var run = f32_convolution_run()
        run.input_block_stride = rows * block
        run.input_blocks = Int32(BlockedView.blockCount(channels: inner))
        run.last_block_words = Int32(inner - (inner - 1) / block * block)
        run.kernel_side = 1
        run.input_pixel_step = 1
        run.weights = UnsafePointer(workspace + places.second)
        run.bias = UnsafePointer(workspace + places.bias)
        run.output_block_stride = rows * block
        run.output_pixel_step = 1
        run.activation = Int32(f32_activation_none.rawValue)
        var next = 0
        let blocks = BlockedView.blockCount(channels: columns)
        while next < blocks {
            let together = blocksTogether(of: blocks - next, kernels.pointee.convolution_pixels)
            let first = next * block
            copy(
                b.base + first * b.columnStride, (b.rowStride, b.columnStride), to: workspace + places.second,
                (together * block, 1), rows: inner, columns: min(together * block, columns - first))
            let maximum = ConvolutionOperands.maximumPixels(kernels.pointee.convolution_pixels, blocks: together)
            let table = kernels.pointee.convolution + (together - 1) * Int(F32_MAXIMUM_PIXELS)
            for row in stride(from: 0, to: rows, by: maximum) {
                run.input = UnsafePointer(workspace + row * block)
                run.output = workspace + places.result + (next * rows + row) * block
                table[min(maximum, rows - row) - 1]!(&run)
            }
            next += together
        }
        for first in stride(from: 0, to: columns, by: block) {
            copy(
                workspace + places.result + first * rows, (block, 1), to: result.base + first * result.columnStride,
                (result.rowStride, result.columnStride), rows: rows, columns: min(block, columns - first))
        }
    }

    /// The number of `count` blocks of columns that are computed next: twos, and one time three, where there are
    /// kernels for them.
    private static func blocksTogether(of count: Int, _ pixels: (Int32, Int32, Int32)) -> Int {
        pixels.1 == 0 || count == 1 ? 1 : count % 2 == 0 ? 2 : 3
    }

    /// Copies a matrix into blocks of 16 columns, one behind the other.
    private static func copyBlocks(of matrix: MatrixView, to target: UnsafeMutablePointer<Float>) {
        let block = BlockedView.block
        for first in stride(from: 0, to: matrix.columns, by: block) {
            copy(
                matrix.base + first * matrix.columnStride, (matrix.rowStride, matrix.columnStride),
                to: target + first * matrix.rows, (block, 1), rows: matrix.rows,
                columns: min(block, matrix.columns - first))
        }
    }

    /// Copies a matrix between strides of rows and columns.
    private static func copy(
        _ source: UnsafePointer<Float>, _ from: (Int, Int), to target: UnsafeMutablePointer<Float>, _ to: (Int, Int),
        rows: Int, columns: Int
    ) {
        var permutation = f32_permutation()
        permutation.counts = (1, rows, columns)
        permutation.from_strides = (0, from.0, from.1)
        permutation.to_strides = (0, to.0, to.1)
        f32_permute(&permutation, source, target, false)
    }
}
