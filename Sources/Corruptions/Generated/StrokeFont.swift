/// Letters as strokes on a grid, designed for this purpose.
///
/// A glyph is its width and a path. Places are two digits of base 36, x and y: the left edge is x = 0, the baseline y =
/// 6, small letters end at g (16), capitals at k (20), descenders at 1. An apostrophe makes a place a point that a
/// curve only bends to (quadratic, as in TrueType; between two such points lies one that the curve goes through), a
/// slash begins a new stroke, and a stroke of one place is a dot.
package struct StrokeFont: Sendable {
    typealias Point = (x: Float, y: Float)

    struct Glyph: Sendable {
        /// The distance from the left edge of the strokes' middle lines to the right one.
        var width: Float
        var strokes: [[Point]]
        /// The number of strokes that are dots.
        var dotCount: Int { strokes.count { $0.count == 1 } }
    }

    static let baseline: Float = 6
    static let smallHeight: Float = 10
    static let capitalHeight: Float = 14
    /// The distance from one baseline to the next where lines are set without extra space.
    static let lineHeight: Float = 23

    package static let standard = StrokeFont()

    private let glyphs: [Character: Glyph]

    private init() {
        var glyphs: [Character: Glyph] = [:]
        for line in Self.drawing.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, let character = words[0].first, let width = Float(words[1]) else { continue }
            let strokes = words[2...].split(separator: "/").map { Self.flattened($0.map(String.init)) }
            glyphs[character] = Glyph(width: width, strokes: strokes)
        }
        self.glyphs = glyphs
    }

    /// All characters that have a glyph.
    package var characters: [Character] { glyphs.keys.sorted() }

    subscript(character: Character) -> Glyph? { glyphs[character] }

    /// The points of a path, curves cut into four pieces each.
    private static func flattened(_ places: [String]) -> [Point] {
        var points: [Point] = []
        var control: Point?
        func curve(_ start: Point, _ middle: Point, _ end: Point) {
            for step in 1...4 {
                let t = Float(step) / 4
                let (a, b, c) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t)
                points.append((a * start.x + b * middle.x + c * end.x, a * start.y + b * middle.y + c * end.y))
            }
        }
        for place in places {
            let digits = place.drop { $0 == "'" }.compactMap { $0.hexadecimalPlace }
            guard digits.count == 2 else { continue }
            let point: Point = (digits[0], digits[1] - baseline)
            let isControl = place.hasPrefix("'")
            if let last = points.last, let bend = control {
                let end: Point = isControl ? ((bend.x + point.x) / 2, (bend.y + point.y) / 2) : point
                curve(last, bend, end)
            } else if !isControl {
                points.append(point)
            }
            control = isControl ? point : nil
        }
        return points
    }

    private static let drawing = """
        A 12 06 6k c6 / 2b ab
        B 9 06 0k 5k '9k '9d 5d 0d / 5d 'ad 'a6 56 06
        C 10 ai '8k 6k '0k 0d '06 66 '86 a8
        D 11 06 0k 4k 'bk bd 'b6 46 06
        E 9 9k 0k 06 96 / 0d 8d
        F 8 8k 0k 06 / 0d 7d
        G 11 ai '8k 6k '0k 0d '06 66 '96 b9 bc 7c
        H 11 06 0k / b6 bk / 0d bd
        I 0 06 0k
        J 6 6k 6a '66 36 '16 08
        K 10 06 0k / 9k 0b / 3e a6
        L 8 0k 06 86
        M 12 06 0k 69 ck c6
        N 11 06 0k b6 bk
        O 12 6k '0k 0d '06 66 'c6 cd 'ck 6k
        P 9 06 0k 4k '9k '9c 4c 0c
        Q 12 6k '0k 0d '06 66 'c6 cd 'ck 6k / 7a c5
        R 10 06 0k 4k '9k '9c 4c 0c / 5c a6
        S 10 9h '9k 5k '0k 0h '0e 5d 'ac a9 'a6 56 '06 09
        T 10 0k ak / 5k 56
        U 11 0k 0c '06 56 'b6 bc bk
        V 12 0k 66 ck
        W 16 0k 46 8k c6 gk
        X 10 06 ak / 0k a6
        Y 10 0k 5d ak / 5d 56
        Z 10 0k ak 06 a6
        a 8 1e '1g 4g '8g 8d 86 / 8b 4b '0b '06 36 '66 89
        b 8 0k 06 / 0b '0g 4g '8g 8b '86 46 '06 0b
        c 7 7e '6g 4g '0g 0b '06 46 '66 78
        d 8 8k 86 / 8b '8g 4g '0g 0b '06 46 '86 8b
        e 8 0b 8b '8g 4g '0g 0b '06 46 '76 88
        f 5 5k '2k 2h 26 / 0g 5g
        g 8 8g 84 '81 41 '11 12 / 8b '8g 4g '0g 0b '06 46 '86 8b
        h 8 0k 06 / 0b '0g 4g '8g 8c 86
        i 0 06 0g / 0k
        j 2 2g 23 '21 01 / 2k
        k 7 0k 06 / 7g 0a / 2c 76
        l 0 0k 06
        m 12 06 0g / 0b '0g 3g '6g 6c 66 / 6b '6g 9g 'cg cc c6
        n 8 06 0g / 0b '0g 4g '8g 8c 86
        o 8 4g '0g 0b '06 46 '86 8b '8g 4g
        p 8 0g 01 / 0b '0g 4g '8g 8b '86 46 '06 0b
        q 8 8g 81 / 8b '8g 4g '0g 0b '06 46 '86 8b
        r 5 06 0g / 0b '0g 4g 5f
        s 7 7e '6g 4g '0g 0e '0b 4b '7b 79 '76 36 '16 08
        t 5 2k 2a '26 56 / 0g 5g
        u 8 0g 0a '06 46 '86 8b / 8g 86
        v 8 0g 46 8g
        w 12 0g 36 6g 96 cg
        x 8 0g 86 / 06 8g
        y 8 0g 46 / 8g 21
        z 7 0g 7g 06 76
        ä 8 1e '1g 4g '8g 8d 86 / 8b 4b '0b '06 36 '66 89 / 2k / 6k
        ö 8 4g '0g 0b '06 46 '86 8b '8g 4g / 2k / 6k
        ü 8 0g 0a '06 46 '86 8b / 8g 86 / 2k / 6k
        é 8 0b 8b '8g 4g '0g 0b '06 46 '76 88 / 3j 5m
        0 8 4k '0k 0d '06 46 '86 8d '8k 4k
        1 8 1h 4k 46 / 16 76
        2 8 0h '0k 4k '8k 8g '8d 06 86
        3 8 0i '1k 4k '8k '8d 3d / 4d '8d 8a '86 46 '16 08
        4 8 66 6k 0a 8a
        5 8 7k 1k 0d '2f 4f '8f 8b '86 46 '16 08
        6 8 7j '0k 0b '06 46 '86 8a '8e 4e '1e 0a
        7 8 0k 8k 36
        8 8 4k '1k '1d 4d '7d '7k 4k / 4d '0d 0a '06 46 '86 8a '8d 4d
        9 8 17 '86 8f '8k 4k '0k 0g '0c 4c '7c 8g
        . 0 06
        , 1 16 / 16 04
        : 0 06 / 0e
        ; 1 16 / 16 04 / 1e
        - 5 0b 5b
        + 8 4f 47 / 0b 8b
        = 8 0d 8d / 09 89
        / 6 03 6l
        % 12 16 bk / 2k '0k 0h '0e 2e '4e 4h '4k 2k / ac '8c 89 '86 a6 'c6 c9 'cc ac
        ( 3 3m '0i 0c '06 32
        ) 3 0m '3i 3c '36 02
        [ 3 3m 0m 02 32
        ] 3 0m 3m 32 02
        $ 10 9h '9k 5k '0k 0h '0e 5d 'ac a9 'a6 56 '06 09 / 5m 54
        € 9 9j '8k 6k '2k 2d '26 66 '86 97 / 0e 8e / 0b 7b
        ! 0 0k 0b / 06
        ? 8 0h '0k 4k '8k 8h '8e 4d 4a / 46
        " 3 0k 0g / 3k 3g
        ' 0 0k 0g
        * 6 3k 3e / 0i 6g / 0g 6i
        # 8 16 3k / 56 7k / 0a 8a / 0g 8g
        _ 8 04 84
        < 7 7g 0b 76
        > 7 0g 7b 06
        """
}

extension Character {
    /// The digit of base 36.
    fileprivate var hexadecimalPlace: Float? { Int(String(self), radix: 36).map { Float($0) } }
}
