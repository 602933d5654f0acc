import Foundation
import Kernels
import Tensors
import Testing

/// Products of matrices, against plain loops in Float64.
@Suite struct ProductTests {
    /// A matrix with gaps between its rows, or with rows and columns exchanged in memory.
    private struct Sample {
        let storage: AlignedBuffer<Float>
        let view: MatrixView

        init(_ rows: Int, _ columns: Int, isTransposed: Bool, seed: UInt64) {
            let (lines, length) = isTransposed ? (columns, rows) : (rows, columns)
            let stride = length + 3
            storage = AlignedBuffer(repeating: .nan, count: lines * stride)
            let own = MatrixView(storage.base, rows: lines, columns: length, rowStride: stride, columnStride: 1)
            view = isTransposed ? own.transposed : own
            var numbers = Numbers(seed: seed)
            for line in 0..<lines {
                for place in 0..<length { storage.base[line * stride + place] = .random(in: -1...1, using: &numbers) }
            }
        }

        subscript(_ row: Int, _ column: Int) -> Float {
            view.base[row * view.rowStride + column * view.columnStride]
        }
    }

    @Test(arguments: InstructionSet.available) func productsAreThoseOfPlainLoops(isa: InstructionSet) {
        let sizes = [
            (1, 1, 1), (2, 3, 5), (15, 16, 17), (16, 17, 15), (14, 33, 32), (31, 5, 48), (64, 6, 64), (7, 64, 83),
        ]
        for (index, (rows, inner, columns)) in sizes.enumerated() {
            for layout in 0..<8 {
                let a = Sample(rows, inner, isTransposed: layout & 1 != 0, seed: UInt64(index))
                let b = Sample(inner, columns, isTransposed: layout & 2 != 0, seed: UInt64(40 + index))
                let c = Sample(rows, columns, isTransposed: layout & 4 != 0, seed: 3)
                let count = PackedProduct.workspaceCount(rows: rows, inner: inner, columns: columns)
                // What the workspace held does not show, and nothing behind it is touched.
                let workspace = AlignedBuffer<Float>(repeating: .nan, count: count + 16)
                PackedProduct.multiply(a.view, b.view, into: c.view, workspace: workspace.base, isa: isa)
                let behind = workspace.elements[count...].allSatisfy { $0.isNaN }
                #expect(behind)
                for row in 0..<rows {
                    for column in 0..<columns {
                        let sum = (0..<inner).reduce(0.0) { $0 + Double(a[row, $1]) * Double(b[$1, column]) }
                        let tolerance = 4 * 1.2e-7 * (Double(inner).squareRoot() + 2)
                        #expect(
                            abs(Double(c[row, column]) - sum) <= tolerance,
                            "\(isa) \(rows)x\(inner)x\(columns), layout \(layout), (\(row), \(column))")
                    }
                }
                // Gaps between rows keep what they held.
                let gaps = c.storage.elements.count { $0.isNaN }
                #expect(gaps == c.storage.count - rows * columns)
            }
        }
    }

    /// An element's bits do not depend on how many rows and columns stand beside it.
    @Test(arguments: InstructionSet.available) func bitsDoNotDependOnTheSize(isa: InstructionSet) {
        let (a, b) = (Sample(30, 21, isTransposed: false, seed: 1), Sample(21, 70, isTransposed: false, seed: 2))
        func product(_ rows: Int, _ columns: Int) -> Sample {
            let result = Sample(rows, columns, isTransposed: false, seed: 3)
            let workspace = AlignedBuffer<Float>(
                repeating: 0, count: PackedProduct.workspaceCount(rows: rows, inner: 21, columns: columns))
            PackedProduct.multiply(
                MatrixView(a.view.base, rows: rows, columns: 21, rowStride: a.view.rowStride, columnStride: 1),
                MatrixView(b.view.base, rows: 21, columns: columns, rowStride: b.view.rowStride, columnStride: 1),
                into: result.view, workspace: workspace.base, isa: isa)
            return result
        }
        let whole = product(30, 70)
        for (rows, columns) in [(1, 1), (13, 16), (30, 33), (5, 70)] {
            let part = product(rows, columns)
            for row in 0..<rows {
                for column in 0..<columns { #expect(part[row, column].bitPattern == whole[row, column].bitPattern) }
            }
        }
    }

    /// At least half of the roof, packing included; by processor time, the best of many.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["RETOUCH_KERNEL_SPEED"] != nil))
    func largeProductsAreNearTheRoof() {
        let side = 256
        let samples = (1...3).map { Sample(side, side, isTransposed: false, seed: $0) }
        let workspace = AlignedBuffer<Float>(
            repeating: 0, count: PackedProduct.workspaceCount(rows: side, inner: side, columns: side))
        for isTransposed in [false, true] {
            var (best, roof) = (0.0, 0.0)
            for _ in 0..<20 {
                let clock = MeasurementClock.processor
                let start = clock.seconds
                for _ in 0..<20 {
                    PackedProduct.multiply(
                        isTransposed ? samples[0].view.transposed : samples[0].view, samples[1].view,
                        into: samples[2].view, workspace: workspace.base)
                }
                best = max(best, 20 * 2 * Double(side * side * side) / (clock.seconds - start))
                roof = max(roof, FMARoof.measure(seconds: 0.02, repeats: 1, clock: .processor).operationsPerSecond)
            }
            print("256x256x256, transposed \(isTransposed): \(Int(best / 1e9)) of \(Int(roof / 1e9)) GFLOP/s")
            #expect(best > roof / 2)
        }
    }
}
