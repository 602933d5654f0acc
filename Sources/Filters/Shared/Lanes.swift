/// Eight Float32 lanes: two vectors on the x86-64 baseline, one with AVX2.
typealias Lanes = SIMD8<Float>

/// Contract: eight elements lie at the pointer; alignment does not matter.
extension UnsafeMutablePointer<Float> {
    @inline(__always)
    var lanes: Lanes {
        get { UnsafeRawPointer(self).loadUnaligned(as: Lanes.self) }
        nonmutating set { UnsafeMutableRawPointer(self).storeBytes(of: newValue, as: Lanes.self) }
    }
}
