import Corruptions
import Tensors

/// The look of an old print, given to target and input alike, so that a network preserves it.
///
/// Three prints of ten are grey, three sepia, four keep their colours and have faded; of the grey and the sepia ones
/// one in five has faded too.
struct Toning: Equatable {
    /// The factors of red, green and blue, once these have become the luma; nil where colours stay. All 1 is grey.
    private var tint: [Float]?
    /// The new values of black and white; nil where nothing has faded.
    private var fading: (black: Float, white: Float)?

    init(random: inout RandomStream) {
        let look = random.uniform()
        if look < 0.3 {
            tint = [1, 1, 1]
        } else if look < 0.6 {
            tint = [1, Float(0.8 + 0.2 * random.uniform()), Float(0.55 + 0.4 * random.uniform())]
        }
        if look >= 0.6 || random.uniform() < 0.2 {
            fading = (Float(0.2 * random.uniform()), Float(0.75 + 0.25 * random.uniform()))
        }
    }

    static func == (a: Toning, b: Toning) -> Bool {
        a.tint == b.tint && a.fading?.black == b.fading?.black && a.fading?.white == b.fading?.white
    }

    /// Removes the colour and applies the tint where there is one.
    func tint(_ patch: PlanarView) {
        guard let tint, patch.channels == tint.count else { return }
        patch.removeColour()
        for (c, share) in tint.enumerated() where share < 1 {
            for y in 0..<patch.height {
                let row = patch.row(c, y)
                for x in 0..<patch.width { row[x] *= share }
            }
        }
    }

    func fade(_ patch: PlanarView) {
        guard let (black, white) = fading else { return }
        for c in 0..<patch.channels {
            for y in 0..<patch.height {
                let row = patch.row(c, y)
                for x in 0..<patch.width { row[x] = black + (white - black) * row[x] }
            }
        }
    }
}
