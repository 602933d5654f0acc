import Foundation
public import Imaging
public import Tensors

/// The correction of fading: a stain taken off each channel, and its densities made larger.
///
/// With D = -log10 of a sample's light, the result's is g (D - b), where g is the channel's gain, 1 or more, and b the
/// density of its stain, 0 or more. The inverse D = D' / g + b gives the picture back, but for what was clipped or
/// rounded.
public struct ToneCorrection: Sendable, Hashable, Codable {
    /// The factor of the densities of each channel, 1...e.
    public var gains: [Double]
    /// The density of each channel's stain, 0...0.2.
    public var stains: [Double]

    /// Creates a correction of one or three channels.
    public init(gains: [Double], stains: [Double]) {
        precondition(gains.count == stains.count)
        (self.gains, self.stains) = (gains, stains)
    }

    /// Returns the correction of which `amount`, 0...1, is done.
    public func scaled(by amount: Double) -> ToneCorrection {
        ToneCorrection(gains: gains.map { pow($0, amount) }, stains: stains.map { $0 * amount })
    }

    /// Returns the light of an encoded sample, both 0...1, as sRGB has it.
    package static func linear(_ sample: Double) -> Double {
        sample <= 0.04045 ? sample / 12.92 : pow((sample + 0.055) / 1.055, 2.4)
    }

    private static func encoded(_ light: Double) -> Double {
        light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
    }

    /// Returns a corrected sample, both 0...1.
    public func corrected(_ sample: Double, channel: Int) -> Double {
        let density = -log10(max(Self.linear(sample), 1e-5))
        return max(0, min(1, Self.encoded(pow(10, -gains[channel] * (density - stains[channel])))))
    }

    /// The intervals of a channel's table; between them samples are interpolated.
    private static let intervals = 4096

    /// Returns the table of a channel: the corrected samples of 0, 1/4096, ..., 1.
    package func table(ofChannel channel: Int) -> [Float] {
        (0...Self.intervals).map { Float(corrected(Double($0) / Double(Self.intervals), channel: channel)) }
    }

    /// Looks up samples in a table.
    package static func apply(_ table: [Float], to samples: UnsafeMutablePointer<Float>, count: Int) {
        for x in 0..<count {
            let place = max(0, min(1, samples[x])) * Float(intervals)
            let low = min(Int(place), intervals - 1)
            samples[x] = table[low] + (table[low + 1] - table[low]) * (place - Float(low))
        }
    }
}

/// Reads a picture and corrects its tone on the way.
public final class TonedRowSource: RowSource {
    private let source: any RowSource
    private let tables: [[Float]]
    private let colours: Int
    private let isNeutral: Bool

    /// Creates a source of corrected rows.
    ///
    /// - Parameters:
    ///   - source: rows of one or three colours, then alpha if `hasAlpha`, which stays.
    ///   - correction: of one channel, for all, or of three; nil for none.
    ///   - isNeutral: whether colours are taken out afterwards: each gets the luma of the three.
    public init(_ source: any RowSource, hasAlpha: Bool, _ correction: ToneCorrection?, isNeutral: Bool) {
        self.source = source
        colours = source.channels - (hasAlpha ? 1 : 0)
        tables = correction.map { correction in correction.gains.indices.map { correction.table(ofChannel: $0) } } ?? []
        self.isNeutral = isNeutral && colours == 3
    }

    public var width: Int { source.width }
    public var height: Int { source.height }
    public var channels: Int { source.channels }

    public func readRows(into view: PlanarView) throws {
        try source.readRows(into: view)
        for y in 0..<view.height {
            if !tables.isEmpty {
                for c in 0..<colours {
                    ToneCorrection.apply(tables[min(c, tables.count - 1)], to: view.row(c, y), count: width)
                }
            }
            guard isNeutral else { continue }
            let rows = (view.row(0, y), view.row(1, y), view.row(2, y))
            for x in 0..<width {
                let luma = 0.299 * rows.0[x] + 0.587 * rows.1[x] + 0.114 * rows.2[x]
                (rows.0[x], rows.1[x], rows.2[x]) = (luma, luma, luma)
            }
        }
    }
}
