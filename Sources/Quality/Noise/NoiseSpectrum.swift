import Foundation

/// The correlation of a picture's noise, from the noise that is left at full, half and quarter size.
///
/// The measure does not see noise that its patches cannot distinguish from structure. White noise looks the same at
/// every size (deviations multiplied by 1, 2, 4 for the mean of 2x2 that halving takes); noise blurred by a Gaussian
/// vanishes from the full size and comes back at the reduced ones. The blur and deviation that together explain the
/// three are looked up in a table that was made by measuring blurred Gaussian noise alone, the smoothest share of its
/// patches, in NumPy.
struct NoiseSpectrum {
    /// The standard deviation in pixels of the Gaussian that the noise looks blurred by; 0 is white.
    let blur: Double
    /// The standard deviation of the noise, on the scale of the deviations that were given.
    let sigma: Double
    /// True where the noise is white, or too little for more to be said. The bounds lie between white noise of 5 and
    /// noise blurred by 0.5 on 25 photographs: the half size shows at most 1.16 times the noise of the full one where
    /// it is white (one picture in 25 under a sigma of 5: 1.2), and at least 1.3 times where it is not, unless the full
    /// size shows nothing but texture.
    let isWhite: Bool

    private struct Row {
        var blur: Double
        var responses: [Double]
    }

    /// The responses of patches over three channels, the smoother half.
    private static let colour: [Row] = [
        Row(blur: 0, responses: [0.962, 0.965, 0.957]), Row(blur: 0.3, responses: [0.961, 0.971, 0.971]),
        Row(blur: 0.4, responses: [0.941, 1.035, 1.085]), Row(blur: 0.5, responses: [0.844, 1.160, 1.337]),
        Row(blur: 0.6, responses: [0.589, 1.269, 1.637]), Row(blur: 0.7, responses: [0.376, 1.308, 1.860]),
        Row(blur: 0.8, responses: [0.159, 1.244, 2.063]), Row(blur: 0.9, responses: [0.0743, 1.155, 2.180]),
        Row(blur: 1, responses: [0.0254, 1.038, 2.302]), Row(blur: 1.1, responses: [0.0124, 0.912, 2.381]),
        Row(blur: 1.2, responses: [0.0066, 0.683, 2.442]), Row(blur: 1.3, responses: [0.0036, 0.522, 2.450]),
        Row(blur: 1.4, responses: [0.0018, 0.429, 2.439]), Row(blur: 1.5, responses: [0.0009, 0.349, 2.360]),
        Row(blur: 1.6, responses: [0.0005, 0.281, 2.279]), Row(blur: 1.8, responses: [0.0002, 0.1075, 2.147]),
        Row(blur: 2, responses: [0.0001, 0.0393, 1.950]), Row(blur: 2.5, responses: [0.00001, 0.0081, 0.977]),
    ]

    /// The responses of patches of one channel, the smoothest quarter.
    private static let grey: [Row] = [
        Row(blur: 0, responses: [0.883, 0.879, 0.893]), Row(blur: 0.4, responses: [0.871, 0.959, 0.993]),
        Row(blur: 0.5, responses: [0.794, 1.088, 1.219]), Row(blur: 0.6, responses: [0.624, 1.210, 1.514]),
        Row(blur: 0.7, responses: [0.405, 1.254, 1.764]), Row(blur: 0.8, responses: [0.151, 1.244, 1.928]),
        Row(blur: 0.9, responses: [0.085, 1.116, 2.076]), Row(blur: 1, responses: [0.0215, 1.014, 2.197]),
        Row(blur: 1.2, responses: [0.0061, 0.777, 2.293]), Row(blur: 1.4, responses: [0.002, 0.417, 2.320]),
        Row(blur: 1.6, responses: [0.001, 0.277, 2.330]), Row(blur: 1.8, responses: [0.0004, 0.179, 2.108]),
        Row(blur: 2, responses: [0.0001, 0.0337, 1.908]), Row(blur: 2.5, responses: [0.00001, 0.0072, 1.275]),
    ]

    /// Returns the share of the patches, the smoothest ones, that the table was measured on.
    static func share(colours: Int) -> Double { colours == 3 ? 0.5 : 0.25 }

    /// - Parameter sizes: the deviations, in levels of 255, at full, half and quarter size, as many as there are,
    ///   multiplied by 1, 2, 4.
    init(sizes: [Double], colours: Int) {
        let table = colours == 3 ? Self.colour : Self.grey
        // Rounding to 8 bits is white noise of 0.29; less than 0.2 counts as none.
        let rounding = 1.0 / 12
        let observed = sizes.prefix(3).map { log(max($0, 0.2)) }
        var best = (error: Double.infinity, blur: 0.0, sigma: 0.0)
        for step in 0...50 {
            let blur = Double(step) * 0.05
            let responses = Self.responses(table, blur)
            for place in 0..<200 {
                // 0.05 to 120, a step of 4 %.
                let sigma = 0.05 * exp(Double(place) / 199 * log(2400))
                var error = 0.0
                for (size, value) in observed.enumerated() {
                    let expected = sigma * sigma * responses[size] * responses[size] + rounding
                    let difference = log(expected) / 2 - value
                    error += difference * difference
                }
                if error < best.error { best = (error, blur, sigma) }
            }
        }
        let ratio = sizes.count < 2 ? 1 : sizes[1] / max(sizes[0], 0.2)
        isWhite = best.blur < 0.65 && ratio < 1.19 || (sizes.max() ?? 0) < 0.2
        // A ratio that says correlated stands above a blur that does not.
        blur = isWhite ? 0 : max(best.blur, 0.4)
        sigma = best.sigma
    }

    private static func responses(_ table: [Row], _ blur: Double) -> [Double] {
        let above = table.firstIndex { $0.blur >= blur } ?? table.count - 1
        guard above > 0 else { return table[0].responses }
        let (low, high) = (table[above - 1], table[above])
        let share = min(1, (blur - low.blur) / (high.blur - low.blur))
        return zip(low.responses, high.responses).map { exp(log($0) * (1 - share) + log($1) * share) }
    }
}
