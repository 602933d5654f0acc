public import Tensors

/// A share of the pixels, or of square blocks of them, becomes black in all channels.
///
/// Blocks tile the picture from its upper left corner, those at the right and at the bottom are cut off. One uniform
/// number a block, row by row: black where it is under the share.
public struct Masking: CorruptionStep {
    /// The share of the blocks that become black, 0 to 1.
    public var share: Double
    /// The side of a block in pixels, 1 to 1024.
    public var block: Int

    /// Creates masking of a share, 0 to 1, of blocks of a side in pixels.
    public init(share: Double, block: Int = 1) {
        self.share = share
        self.block = block
    }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(share: values.number("share"), block: values.integer("block"))
    }

    public static let kind = CorruptionKind(
        name: "mask",
        summary: "a share (0 to 1) of the pixels, or of blocks of a side in pixels (1 to 1024), becomes black",
        parameters: [
            .init(name: "share", form: .number(0...1), standard: nil),
            .init(name: "block", form: .integer(1...1024), standard: "1"),
        ],
        example: "mask:0.5:block=8")

    public var description: String { "mask:\(CorruptionText.number(share)):block=\(block)" }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        if target.base != source.base { target.copySamples(from: source) }
        for top in stride(from: 0, to: source.height, by: block) {
            for left in stride(from: 0, to: source.width, by: block) where random.uniform() < share {
                let width = min(block, source.width - left)
                for c in 0..<target.channels {
                    for y in top..<min(top + block, source.height) {
                        (target.row(c, y) + left).update(repeating: 0, count: width)
                    }
                }
            }
        }
    }
}
