/// Ends a run whose validation has not become better for a while.
public struct EarlyStopping: Sendable, Equatable, Codable {
    /// How many validations in a row may pass without a new best; nil never stops.
    public let patience: Int?
    /// The lowest validation loss so far.
    public private(set) var best: Double?
    /// The step of the lowest validation loss.
    public private(set) var bestStep = 0
    /// Validations since the best.
    public private(set) var waited = 0

    public init(patience: Int?) { self.patience = patience }

    /// Takes note of a validation loss; one that is not a number is never the best.
    public mutating func note(_ loss: Double, step: Int) {
        if best.map({ loss < $0 }) ?? !loss.isNaN {
            (best, bestStep, waited) = (loss, step, 0)
        } else {
            waited += 1
        }
    }

    public var shouldStop: Bool { patience.map { waited >= $0 } ?? false }
}
