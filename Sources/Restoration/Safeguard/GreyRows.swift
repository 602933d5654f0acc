public import Imaging
public import Tensors

/// A row source that hands on a picture of three equal channels as one channel, with its alpha, so that a grey picture
/// stored as colour is restored as a grey one.
public final class GreyRowSource: RowSource {
    /// A pixel has colour after all.
    public struct HasColour: Error {}

    private let source: any RowSource
    private let hasAlpha: Bool
    private let rows: PlanarImage

    /// Creates a source of one channel, or two with alpha.
    ///
    /// - Parameter source: the picture, of three channels, or four with alpha.
    public init(_ source: any RowSource, hasAlpha: Bool) {
        self.source = source
        self.hasAlpha = hasAlpha
        rows = PlanarImage(channels: source.channels, height: min(32, source.height), width: source.width)
    }

    public var width: Int { source.width }
    public var height: Int { source.height }
    public var channels: Int { hasAlpha ? 2 : 1 }

    /// Reads the next rows as grey.
    ///
    /// - Throws: `HasColour` for a pixel whose channels differ, and what the source throws.
    public func readRows(into view: PlanarView) throws {
        for first in stride(from: 0, to: view.height, by: rows.height) {
            let part = first..<min(view.height, first + rows.height)
            let colour = rows.view.cropped(rows: 0..<part.count, columns: 0..<width)
            try source.readRows(into: colour)
            guard colour.channels(from: 0, count: 3).hasEqualChannels else { throw HasColour() }
            let grey = view.cropped(rows: part, columns: 0..<width)
            grey.channels(from: 0, count: 1).copySamples(from: colour.channels(from: 0, count: 1))
            if hasAlpha { grey.channels(from: 1, count: 1).copySamples(from: colour.channels(from: 3, count: 1)) }
        }
    }
}

/// A row sink that hands on a grey picture in three equal channels.
public final class TripledRowSink: RowSink {
    private let sink: any RowSink
    private let hasAlpha: Bool
    private let rows: PlanarImage

    /// Creates a sink for one channel, or two with alpha.
    ///
    /// - Parameter sink: takes three channels, or four with alpha.
    public init(_ sink: any RowSink, hasAlpha: Bool) {
        self.sink = sink
        self.hasAlpha = hasAlpha
        rows = PlanarImage(channels: sink.channels, height: min(32, sink.height), width: sink.width)
    }

    public var width: Int { sink.width }
    public var height: Int { sink.height }
    public var channels: Int { hasAlpha ? 2 : 1 }

    public func writeRows(from view: PlanarView) throws {
        for first in stride(from: 0, to: view.height, by: rows.height) {
            let part = first..<min(view.height, first + rows.height)
            let grey = view.cropped(rows: part, columns: 0..<width)
            let colour = rows.view.cropped(rows: 0..<part.count, columns: 0..<width)
            for c in 0..<3 { colour.channels(from: c, count: 1).copySamples(from: grey.channels(from: 0, count: 1)) }
            if hasAlpha { colour.channels(from: 3, count: 1).copySamples(from: grey.channels(from: 1, count: 1)) }
            try sink.writeRows(from: colour)
        }
    }
}
