/// A rule that ends a run whose validation has not improved for a while.
public struct EarlyStopping: Sendable, Equatable, Codable {
    /// The number of validations in a row that may pass without a new best; nil never stops.
    public let patience: Int?
    /// The lowest validation loss so far.
    public private(set) var best: Double?
    /// The step of the lowest validation loss.
    public private(set) var bestStep = 0
    /// The number of validations since the best.
    public private(set) var waited = 0

    /// Creates a rule without validations.
    public init(patience: Int?) { self.patience = patience }

    /// Records a validation loss; one that is not a number is never the best.
    public mutating func note(_ loss: Double, step: Int) {
        if best.map({ loss < $0 }) ?? !loss.isNaN {
            (best, bestStep, waited) = (loss, step, 0)
        } else {
            waited += 1
        }
    }

    /// True where `patience` validations have passed without a new best.
    public var shouldStop: Bool { patience.map { waited >= $0 } ?? false }
}
