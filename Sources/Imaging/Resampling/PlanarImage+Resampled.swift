public import Tensors

extension PlanarImage {
    /// Returns the image resampled to `height` x `width` pixels.
    ///
    /// Values are summed in Float64 in the order of the input's pixels. As in `imresize`, the axis with the smaller
    /// scale comes first, the vertical one where both are equal.
    ///
    /// - Parameter scale: output pixels an input pixel, vertical and horizontal, where it is not the quotient of the
    ///   sizes.
    /// - Precondition: the image and the result have pixels.
    /// - Complexity: (support / min(scale, 1) + 2) multiply-adds a sample and pass.
    public func resampled(
        toHeight height: Int, width: Int, _ resampling: Resampling = .bicubic,
        scale: (vertical: Double, horizontal: Double)? = nil
    ) -> PlanarImage {
        precondition(self.height > 0 && self.width > 0 && height > 0 && width > 0)
        let scale = scale ?? (Double(height) / Double(self.height), Double(width) / Double(self.width))
        let vertical = ResamplingWeights(
            inputCount: self.height, outputCount: height, scale: scale.vertical, resampling: resampling)
        let horizontal = ResamplingWeights(
            inputCount: self.width, outputCount: width, scale: scale.horizontal, resampling: resampling)
        let result = PlanarImage(channels: channels, height: height, width: width)
        let isVerticalFirst = scale.vertical <= scale.horizontal
        let unit: Double = resampling.rounding == .eightBits ? 255 : 1
        for channel in 0..<channels {
            var plane = ResamplingPlane(view.channels(from: channel, count: 1), unit: unit)
            if isVerticalFirst { plane = plane.resampledVertically(vertical, height: height, unit: unit) }
            plane = plane.resampledHorizontally(horizontal, width: width, unit: unit)
            if !isVerticalFirst { plane = plane.resampledVertically(vertical, height: height, unit: unit) }
            plane.store(to: result.view.channels(from: channel, count: 1), unit: unit)
        }
        return result
    }

    /// Returns the image upscaled or downsampled by `factor`; sides are rounded up as `imresize` does.
    public func resampled(by factor: Double, _ resampling: Resampling = .bicubic) -> PlanarImage {
        resampled(
            toHeight: Int((factor * Double(height)).rounded(.up)), width: Int((factor * Double(width)).rounded(.up)),
            resampling, scale: (factor, factor))
    }
}

/// One channel in Float64 between the passes; with `unit` 255 its values are whole numbers of 0...255.
private struct ResamplingPlane {
    let height: Int
    let width: Int
    private var values: [Double]

    private init(height: Int, width: Int) {
        self.height = height
        self.width = width
        values = [Double](repeating: 0, count: height * width)
    }

    init(_ view: PlanarView, unit: Double) {
        self.init(height: view.height, width: view.width)
        for y in 0..<height {
            let row = view.row(0, y)
            for x in 0..<width { values[y * width + x] = Double(row[x]) }
        }
        if unit != 1 {
            // A Float's multiple of 1/255 is off by less than a millionth: the whole number it stands for is meant.
            for i in values.indices { values[i] = Self.rounded(values[i] * unit, limit: unit) }
        }
    }

    @inline(__always)
    private static func rounded(_ value: Double, limit: Double) -> Double {
        min(max((value + 0.5).rounded(.down), 0), limit)
    }

    func resampledVertically(_ plan: ResamplingWeights, height: Int, unit: Double) -> ResamplingPlane {
        var result = ResamplingPlane(height: height, width: width)
        values.withUnsafeBufferPointer { from in
            result.values.withUnsafeMutableBufferPointer { to in
                for y in 0..<height {
                    let sums = to.baseAddress! + y * width
                    for tap in (y * plan.tapCount)..<((y + 1) * plan.tapCount) where plan.weights[tap] != 0 {
                        let weight = plan.weights[tap]
                        let row = from.baseAddress! + plan.indices[tap] * width
                        for x in 0..<width { sums[x] += weight * row[x] }
                    }
                }
            }
        }
        if unit != 1 { result.round(limit: unit) }
        return result
    }

    func resampledHorizontally(_ plan: ResamplingWeights, width: Int, unit: Double) -> ResamplingPlane {
        var result = ResamplingPlane(height: height, width: width)
        values.withUnsafeBufferPointer { from in
            result.values.withUnsafeMutableBufferPointer { to in
                plan.weights.withUnsafeBufferPointer { weights in
                    plan.indices.withUnsafeBufferPointer { indices in
                        for y in 0..<height {
                            let row = from.baseAddress! + y * self.width
                            for x in 0..<width {
                                var sum = 0.0
                                for tap in (x * plan.tapCount)..<((x + 1) * plan.tapCount) {
                                    sum += weights[tap] * row[indices[tap]]
                                }
                                to[y * width + x] = sum
                            }
                        }
                    }
                }
            }
        }
        if unit != 1 { result.round(limit: unit) }
        return result
    }

    private mutating func round(limit: Double) {
        for i in values.indices { values[i] = Self.rounded(values[i], limit: limit) }
    }

    func store(to view: PlanarView, unit: Double) {
        for y in 0..<height {
            let row = view.row(0, y)
            // The nearest Float of v / 255, as a decoder makes it.
            if unit == 1 {
                for x in 0..<width { row[x] = Float(values[y * width + x]) }
            } else {
                for x in 0..<width { row[x] = Float(values[y * width + x]) / Float(unit) }
            }
        }
    }
}
