extension SIMD16 where Scalar: BitwiseCopyable & ExpressibleByIntegerLiteral {
    /// Sixteen samples of a row, from column `x` on; zeros behind its `width`.
    @inline(__always)
    init(_ row: UnsafePointer<Scalar>, from x: Int, width: Int) {
        if width - x >= 16 {
            self = UnsafeRawPointer(row + x).loadUnaligned(as: Self.self)
        } else {
            self.init(repeating: 0)
            for i in 0..<width - x { self[i] = row[x + i] }
        }
    }
}

// The standard library's `pointwiseMin` and `pointwiseMax` are not vectorised.
extension SIMD16<Float> {
    /// Returns the greater of each two samples.
    @inline(__always)
    func greater(_ other: Self) -> Self { replacing(with: other, where: other .> self) }

    /// Returns the lesser of each two samples.
    @inline(__always)
    func lesser(_ other: Self) -> Self { replacing(with: other, where: other .< self) }
}
