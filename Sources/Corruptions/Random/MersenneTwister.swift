/// MT19937 (Matsumoto and Nishimura, 1998), seeded as the reference program and NumPy seed it.
public struct MersenneTwister: Sendable {
    private var state: [UInt32]
    private var position = 624

    /// `init_genrand`: what `np.random.seed(seed)` does with one number.
    public init(seed: UInt32) {
        state = [UInt32](repeating: 0, count: 624)
        state[0] = seed
        for i in 1..<624 {
            state[i] = 1_812_433_253 &* (state[i - 1] ^ (state[i - 1] >> 30)) &+ UInt32(i)
        }
    }

    /// `init_by_array`: what `np.random.seed([a, b, …])` does. An empty key counts as one zero.
    public init(key: [UInt32]) {
        self.init(seed: 19_650_218)
        let key = key.isEmpty ? [0] : key
        var (i, j) = (1, 0)
        for _ in 0..<max(624, key.count) {
            let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_664_525
            state[i] = (state[i] ^ mixed) &+ key[j] &+ UInt32(truncatingIfNeeded: j)
            i += 1
            j += 1
            if i >= 624 {
                state[0] = state[623]
                i = 1
            }
            if j >= key.count { j = 0 }
        }
        for _ in 0..<623 {
            let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_566_083_941
            state[i] = (state[i] ^ mixed) &- UInt32(i)
            i += 1
            if i >= 624 {
                state[0] = state[623]
                i = 1
            }
        }
        state[0] = 0x8000_0000
    }

    /// The next 32 bits.
    public mutating func next() -> UInt32 {
        if position == 624 { refill() }
        var y = state[position]
        position += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9d2c_5680
        y ^= (y << 15) & 0xefc6_0000
        y ^= y >> 18
        return y
    }

    private mutating func refill() {
        func mixed(_ high: UInt32, _ low: UInt32) -> UInt32 {
            let y = (high & 0x8000_0000) | (low & 0x7fff_ffff)
            return (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_b0df)
        }
        state.withUnsafeMutableBufferPointer { state in
            for i in 0..<227 { state[i] = state[i + 397] ^ mixed(state[i], state[i + 1]) }
            for i in 227..<623 { state[i] = state[i - 227] ^ mixed(state[i], state[i + 1]) }
            state[623] = state[396] ^ mixed(state[623], state[0])
        }
        position = 0
    }
}
