public import Reports

/// What a run tells while it works. Events come from any worker, one at a time.
public enum BatchEvent: Sendable {
    /// The run knows what there is to do. `toDo` pictures will be worked on.
    case began(toDo: Int, total: Int)
    /// One line that somebody should see.
    case warning(String)
    /// Work went on.
    case progressed(RunProgress)
    /// The outcome of an input is known.
    case settled(PictureRecord, RunProgress)
}

/// How far a run is.
public struct RunProgress: Sendable, Equatable {
    /// Pictures worked on to the end, whatever came of it, and how many there are to work on.
    public var finished = 0
    public var total = 0
    /// Done of the work, 0...1. Pictures count by the bytes of their files: sizes in pixels are not known beforehand.
    public var fraction = 0.0
    /// Millions of input pixels done.
    public var megapixels = 0.0
    /// Since the work began.
    public var seconds = 0.0

    public init() {}

    /// Millions of input pixels a second; 0 at the very beginning.
    public var megapixelsPerSecond: Double { seconds > 0 ? megapixels / seconds : 0 }

    /// Seconds that the rest will take at this rate; nil as long as nothing can be said.
    public var secondsLeft: Double? {
        guard fraction > 0.001, seconds > 0.5 else { return nil }
        return seconds * (1 - fraction) / fraction
    }
}
