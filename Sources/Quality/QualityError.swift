/// A reason why a picture cannot be measured, or not be compared with its reference.
public enum QualityError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The picture and its reference differ in size.
    case size(foundWidth: Int, foundHeight: Int, expectedWidth: Int, expectedHeight: Int)
    /// The picture is grey and the reference coloured, or the other way round.
    case colour(foundChannels: Int, expectedChannels: Int)
    /// A picture of this many channels is neither grey nor RGB, with or without alpha.
    case channels(found: Int)
    /// Nothing is left within the border.
    case border(width: Int, height: Int, border: Int)
    /// A sample is infinite or not a number.
    case notFinite(channel: Int, row: Int, column: Int)

    public var description: String {
        switch self {
        case .size(let width, let height, let expectedWidth, let expectedHeight):
            "cannot compare a picture of \(width)x\(height) with a reference of \(expectedWidth)x\(expectedHeight)"
        case .colour(let found, let expected):
            "cannot compare a \(found == 1 ? "grey" : "coloured") picture with a "
                + "\(expected == 1 ? "grey" : "coloured") reference; convert one of them first"
        case .channels(let found): "cannot measure a picture of \(found) channels, expected 1 to 4"
        case .border(let width, let height, let border):
            "nothing to compare in a picture of \(width)x\(height) without a border of \(border)"
        case .notFinite(let channel, let row, let column):
            "a sample is not a finite number (channel \(channel), row \(row), column \(column))"
        }
    }
}
