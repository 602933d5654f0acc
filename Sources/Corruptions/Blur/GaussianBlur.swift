import Foundation
public import Tensors

/// Blur by a Gaussian whose standard deviation is in pixels, cut at 4 of them; the picture is mirrored at its edges,
/// the last row repeated: `scipy.ndimage.gaussian_filter` in its standard form.
public struct GaussianBlur: CorruptionStep {
    /// The standard deviation in pixels, 0 to 20; 0 blurs nothing.
    public var deviation: Double

    /// Creates a blur of a standard deviation in pixels.
    public init(deviation: Double) { self.deviation = deviation }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(deviation: values.number("sd")) }

    public static let kind = CorruptionKind(
        name: "blur", summary: "blur by a Gaussian of standard deviation sd, in pixels (0 to 20)",
        parameters: [.init(name: "sd", form: .number(0...20), standard: nil)], example: "blur:1.5")

    public var description: String { "blur:\(CorruptionText.number(deviation))" }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let weights = weights()
        MirroredPlane.forEach(source, margin: weights.count / 2) { c, plane in
            let columns = AlignedBuffer<Float>(repeating: 0, count: plane.width)
            for y in 0..<source.height {
                let sums = columns.base
                for x in 0..<plane.width { sums[x] = 0 }
                for (k, weight) in weights.enumerated() {
                    let row = plane.row(y + k)
                    for x in 0..<plane.width { sums[x] += weight * row[x] }
                }
                let result = target.row(c, y)
                for x in 0..<source.width { result[x] = 0 }
                for (k, weight) in weights.enumerated() {
                    for x in 0..<source.width { result[x] += weight * sums[x + k] }
                }
            }
        }
    }

    /// Odd in number, with a sum of 1.
    private func weights() -> [Float] {
        let radius = Int(4 * deviation + 0.5)
        guard radius > 0 else { return [1] }
        let raw = (-radius...radius).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
        let sum = raw.reduce(0, +)
        return raw.map { Float($0 / sum) }
    }
}

/// One channel with a margin of its mirrored self on every side.
struct MirroredPlane {
    let width: Int
    private let storage: AlignedBuffer<Float>

    /// Hands each channel of `view` with `margin` pixels around it to `body`.
    static func forEach(_ view: PlanarView, margin: Int, _ body: (_ channel: Int, MirroredPlane) -> Void) {
        guard view.height > 0, view.width > 0 else { return }
        let plane = MirroredPlane(height: view.height + 2 * margin, width: view.width + 2 * margin)
        for c in 0..<view.channels {
            for y in 0..<view.height + 2 * margin {
                let source = view.row(c, Mirroring.place(of: y - margin, count: view.height))
                let row = plane.storage.base + y * plane.width
                (row + margin).update(from: source, count: view.width)
                for x in 0..<margin {
                    row[x] = source[Mirroring.place(of: x - margin, count: view.width)]
                    row[margin + view.width + x] = source[Mirroring.place(of: view.width + x, count: view.width)]
                }
            }
            body(c, plane)
        }
    }

    private init(height: Int, width: Int) {
        self.width = width
        storage = AlignedBuffer(repeating: 0, count: height * width)
    }

    /// Row `y`, from the margin's first on.
    func row(_ y: Int) -> UnsafePointer<Float> { UnsafePointer(storage.base + y * width) }
}
