/// The look of one picture's damage: the colours and opacities of its pieces.
struct DamageLook {
    /// The two looks that a step can be asked for.
    enum Kind: String, CaseIterable {
        /// Grey of 20 or 235 of 255, as sets have it that are to be compared with others' figures.
        case plain
        /// Near black, near white, or between, perhaps with a tint.
        case varied
    }

    private let kind: Kind
    /// The share of bright pieces among all.
    private let brightShare: Double
    private let tint: Colour
    private let faintest: Float

    /// - Parameter faintest: the least opacity of a piece, 0...1.
    init(_ kind: Kind, faintest: Float, random: inout some RandomNumbers) {
        self.kind = kind
        self.faintest = faintest
        guard kind == .varied else {
            (brightShare, tint) = (0.5, .black)
            return
        }
        let place = random.uniform()
        brightShare = place < 0.45 ? 1 : place < 0.75 ? 0 : 0.5
        tint =
            random.happens(0.6) ? .black : Colour(random.bell(), random.bell(), random.bell()) * (12 / 255)
    }

    /// The colour and the opacity of a piece.
    func draw(_ random: inout some RandomNumbers) -> (colour: Colour, opacity: Float) {
        let isBright = random.happens(brightShare)
        var colour: Colour
        if kind == .plain {
            colour = .grey((isBright ? 235 : 20) / 255)
        } else if random.happens(0.1) {
            colour = .grey(random.within(60, 200) / 255) + tint
        } else {
            colour = .grey((isBright ? random.within(200, 255) : random.within(0, 60)) / 255) + tint
        }
        colour.clamp(lowerBound: .black, upperBound: .white)
        return (colour, random.within(faintest, 1))
    }

    /// Old paper: what shows where a print has lost its emulsion.
    static func paper(_ random: inout some RandomNumbers) -> Colour {
        Colour(random.within(215, 255), random.within(205, 250), random.within(180, 240)) / 255
    }
}
