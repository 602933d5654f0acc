/// EXIF's eight orientations: where the stored first row and column belong in the picture that is shown.
enum Orientation: Int, CaseIterable {
    case upright = 1
    case mirrored, halfTurn, flipped, transposed, quarterTurnRight, transversed, quarterTurnLeft

    /// True where rows become columns.
    var exchangesSides: Bool { rawValue >= 5 }
    /// True where the first row shown needs more than the first row stored.
    var needsAllRows: Bool { rawValue >= 3 }

    /// Returns the stored position of the shown pixel (0, 0), and the steps from there to the right and down, all in
    /// pixels of (x, y).
    func walk(
        storedWidth w: Int, storedHeight h: Int
    ) -> (
        start: (x: Int, y: Int), right: (x: Int, y: Int), down: (x: Int, y: Int)
    ) {
        switch self {
        case .upright: ((0, 0), (1, 0), (0, 1))
        case .mirrored: ((w - 1, 0), (-1, 0), (0, 1))
        case .halfTurn: ((w - 1, h - 1), (-1, 0), (0, -1))
        case .flipped: ((0, h - 1), (1, 0), (0, -1))
        case .transposed: ((0, 0), (0, 1), (1, 0))
        case .quarterTurnRight: ((0, h - 1), (0, -1), (1, 0))
        case .transversed: ((w - 1, h - 1), (0, -1), (-1, 0))
        case .quarterTurnLeft: ((w - 1, 0), (0, 1), (-1, 0))
        }
    }
}
