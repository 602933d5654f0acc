/// Knuth's MMIX generator: the numbers of the tests, the same on every machine, whatever becomes of the generators under
/// test.
package struct SeededNumbers {
    private var state: UInt64

    /// Creates a generator that goes on from `state`.
    package init(state: UInt64) { self.state = state }

    /// Creates a generator whose numbers have little to do with those of the next seed.
    package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func step() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }

    /// Returns a number that is uniform on 0..<1, with 24 bits.
    package mutating func fraction() -> Float { Float(step() >> 40) / Float(1 << 24) }

    /// Returns a whole number that is uniform on 0..<limit.
    package mutating func next(below limit: Int) -> Int { Int(step() >> 33) % limit }

    /// Returns one of `elements`, each as likely.
    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(below: elements.count)] }
}
