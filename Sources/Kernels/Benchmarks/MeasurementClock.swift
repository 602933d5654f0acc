internal import Foundation

/// The time that a measurement counts.
public enum MeasurementClock: Sendable {
    /// Time that passes: what a person waits, with whatever else the machine does.
    case wall
    /// Time that the calling thread ran on a processor. Other programs still cost cache and memory bandwidth, but not
    /// turns: the clock to compare kernels by on a machine that is not quiet.
    case processor

    /// Seconds from some beginning; differences of calls on one thread mean something.
    package var seconds: Double {
        var time = timespec()
        switch self {
        case .wall: clock_gettime(CLOCK_MONOTONIC, &time)
        case .processor: clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
