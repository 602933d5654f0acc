public import Reports

/// The events that a run reports while it works. They come from any worker, one at a time.
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

/// The progress of a run.
public struct RunProgress: Sendable, Equatable {
    /// The number of pictures worked on to the end, whatever came of it.
    public var finished = 0
    /// The number of pictures to work on.
    public var total = 0
    /// The share of the work that is done, 0...1. Pictures count by the bytes of their files: sizes in pixels are not
    /// known beforehand.
    public var fraction = 0.0
    /// The millions of input pixels done.
    public var megapixels = 0.0
    /// The seconds since the work began.
    public var seconds = 0.0

    /// Creates the progress of a run that begins.
    public init() {}

    /// The millions of input pixels a second; 0 at the very beginning.
    public var megapixelsPerSecond: Double { seconds > 0 ? megapixels / seconds : 0 }

    /// The seconds that the rest will take at this rate; nil as long as nothing can be said.
    public var secondsLeft: Double? {
        guard fraction > 0.001, seconds > 0.5 else { return nil }
        return seconds * (1 - fraction) / fraction
    }
}
