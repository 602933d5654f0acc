import Tensors

// Loops that elementary operations share.

extension PlanarView {
    /// Calls `body` with each row in pieces of at most `count` pixels.
    @inline(__always)
    func forEachPiece(of count: Int, _ body: (_ row: Int, _ first: Int, _ count: Int) -> Void) {
        for row in 0..<height {
            for first in stride(from: 0, to: width, by: count) { body(row, first, min(count, width - first)) }
        }
    }

    /// Sets every sample to `term` of the corresponding one of `source`.
    @inline(__always)
    func setEach(of source: PlanarView, _ term: (Float) -> Float) {
        for channel in 0..<channels {
            for row in 0..<height {
                let (x, target) = (source.row(channel, row), self.row(channel, row))
                for i in 0..<width { target[i] = term(x[i]) }
            }
        }
    }

    /// Sets every sample to `term` of the corresponding ones of `a` and `b`.
    @inline(__always)
    func setEach(of a: PlanarView, _ b: PlanarView, _ term: (Float, Float) -> Float) {
        for channel in 0..<channels {
            for row in 0..<height {
                let (x, y, target) = (a.row(channel, row), b.row(channel, row), self.row(channel, row))
                for i in 0..<width { target[i] = term(x[i], y[i]) }
            }
        }
    }
}

extension Tensor {
    /// Returns `term` of every element, computed in Float64: the plain loop of operations that take elements one by
    /// one.
    func mapping(_ term: (Double) -> Double) -> Tensor {
        Tensor(shape: shape, elements: elements.map { Float(term(Double($0))) })
    }
}
