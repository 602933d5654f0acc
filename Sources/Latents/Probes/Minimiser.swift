/// The limited-memory quasi-Newton method L-BFGS (Liu and Nocedal 1989) for smooth convex functions, with steps halved
/// until they lead down far enough (Armijo).
struct Minimiser {
    /// The present place.
    private(set) var place: [Double]
    /// The function's value there.
    private(set) var value: Double
    /// The number of steps taken.
    private(set) var iterations = 0
    private var gradient: [Double]
    /// The last steps, and how the gradient changed along them.
    private var pairs: [(step: [Double], change: [Double], product: Double)] = []
    private let function: ([Double]) -> (value: Double, gradient: [Double])

    /// The number of steps that are remembered.
    private static let memory = 12

    init(_ place: [Double], _ function: @escaping ([Double]) -> (value: Double, gradient: [Double])) {
        self.place = place
        self.function = function
        (value, gradient) = function(place)
    }

    /// The largest derivative at the present place, without its sign.
    var largestDerivative: Double { gradient.reduce(0) { max($0, abs($1)) } }

    /// Takes a step; returns false where none leads down.
    mutating func step() -> Bool {
        let direction = descent()
        let slope = Self.product(direction, gradient)
        guard slope < 0 else {
            // The memory misleads: begin anew along the gradient.
            guard !pairs.isEmpty else { return false }
            pairs = []
            return step()
        }
        var length = pairs.isEmpty ? min(1, 1 / Self.product(gradient, gradient).squareRoot()) : 1
        for _ in 0..<40 {
            let next = zip(place, direction).map { $0 + length * $1 }
            let found = function(next)
            if found.value <= value + 1e-4 * length * slope {
                let change = zip(found.gradient, gradient).map { $0 - $1 }
                let step = direction.map { length * $0 }
                let product = Self.product(step, change)
                if product > 1e-12 * Self.product(change, change) {
                    pairs.append((step, change, product))
                    if pairs.count > Self.memory { pairs.removeFirst() }
                }
                (place, value, gradient) = (next, found.value, found.gradient)
                iterations += 1
                return true
            }
            length /= 2
        }
        guard !pairs.isEmpty else { return false }
        pairs = []
        return step()
    }

    /// Returns the direction of the next step: the gradient against the curvature that the memory knows.
    private func descent() -> [Double] {
        var direction = gradient.map { -$0 }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = Self.product(pair.step, direction) / pair.product
            for i in direction.indices { direction[i] -= share * pair.change[i] }
            shares.append(share)
        }
        if let last = pairs.last {
            let scale = last.product / Self.product(last.change, last.change)
            for i in direction.indices { direction[i] *= scale }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            let other = Self.product(pair.change, direction) / pair.product
            for i in direction.indices { direction[i] += (share - other) * pair.step[i] }
        }
        return direction
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
