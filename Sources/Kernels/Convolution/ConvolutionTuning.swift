/// The choice of the algorithm that computes a 3x3 convolution, by its channels: a table with the measurements that
/// justify it.
///
/// One table for every processor: the grid of tiles, the bit radius and with them the places where parts of a picture
/// may be cut follow from it. `retouch bench --plan` measures the lines again on the machine at hand and says where
/// another choice would be faster there.
public enum ConvolutionTuning {
    /// The choice that holds from some numbers of channels on.
    public struct Line: Sendable, Equatable {
        /// The least number of input channels that the line fits.
        public let inputChannels: Int
        /// The least number of output channels that the line fits.
        public let outputChannels: Int
        /// The numbers that are multiplied.
        public let operands: ProductOperands
        /// True where Winograd is chosen, false where direct sums are.
        public let takesWinograd: Bool
    }

    /// The lines, of which the last one that fits decides. The ratios are Winograd's speed over that of direct sums,
    /// one thread, 64x256 pixels, medians of 60 turns.
    public static let lines: [Line] = [
        // AVX-512 0.9 and AVX2 1.4 times as fast for 3 to 48 channels, 0.9 and 1.0 for 3 to 3, 1.0 and 1.1 for 4 to 4
        // (Cascade Lake, 2026-11-27).
        Line(inputChannels: 1, outputChannels: 1, operands: .float32, takesWinograd: false),
        // 1.3 and 1.5 for 8 to 8; 1.5 and 1.8 for 12 to 12; 1.7 and 2.1 for 12 to 48; 2.0 and 2.4 for 48 to 3; 2.2 and
        // 2.4 for 48 to 12; from 16 to 16 on 1.7 to 2.4 and 2.0 to 3.4, with SSE2 2.7 to 4.1 (the same).
        Line(inputChannels: 8, outputChannels: 1, operands: .float32, takesWinograd: true),
        // In the first and last layers Winograd's rounding of BF16 operands would cost quality.
        Line(inputChannels: 1, outputChannels: 1, operands: .bfloat16, takesWinograd: false),
        // Faster than direct sums and than Winograd in Float32 from some 8x8 pixels on (Zen 4, 2026-11-26).
        Line(inputChannels: 16, outputChannels: 16, operands: .bfloat16, takesWinograd: true),
    ]

    /// Returns true where Winograd computes a convolution of these channels, on pictures that are large enough.
    public static func takesWinograd(
        inputChannels: Int, outputChannels: Int, operands: ProductOperands
    ) -> Bool {
        lines.last {
            $0.operands == operands && $0.inputChannels <= inputChannels && $0.outputChannels <= outputChannels
        }?.takesWinograd ?? false
    }
}
