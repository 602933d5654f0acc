import Tensors

/// Words and figures that look like some, for text that nobody is to read.
struct Words {
    private static let beginnings = [
        "b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr",
        "v",
        "w", "z", "", "",
    ]
    private static let middles = ["a", "e", "i", "o", "u", "ai", "ei", "io", "ie", "ou", "ö", "ü", "ä", "é", "i", "e"]
    private static let ends = ["", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ng", "ck", "x", "ll"]

    /// A word of one to three syllables.
    static func word(_ random: inout RandomStream) -> String {
        var word = ""
        for _ in 0..<random.integer(in: 1...3) {
            word += random.element(of: beginnings) + random.element(of: middles) + random.element(of: ends)
        }
        switch random.integer(below: 12) {
        case 0: return word.prefix(1).uppercased() + word.dropFirst()
        case 1 where random.chance(0.3): return word.uppercased()
        default: return word
        }
    }

    /// The kind of a figure.
    enum Form: CaseIterable {
        case hundredths, tenths, comma, large, date, time, amount, share

        /// About as wide as figures of the form get.
        var longest: String {
            switch self {
            case .hundredths, .comma: "-999.99"
            case .tenths: "-999.9"
            case .large: "99,999.99"
            case .date: "30.12.2029"
            case .time: "23:59"
            case .amount: "$999.99"
            case .share: "100.0%"
            }
        }
    }

    static func figure(_ random: inout RandomStream) -> String { figure(random.element(of: Form.allCases), &random) }

    static func figure(_ form: Form, _ random: inout RandomStream) -> String {
        let whole = random.integer(below: random.element(of: [10, 100, 1000]))
        let (a, b, c) = (random.integer(below: 10), random.integer(below: 10), random.integer(below: 10))
        let sign = random.chance(0.15) ? "-" : ""
        return switch form {
        case .hundredths: "\(sign)\(whole).\(a)\(b)"
        case .tenths: "\(sign)\(whole).\(a)"
        case .comma: "\(sign)\(whole),\(a)\(b)"
        case .large: "\(random.integer(in: 1...99)),\(a)\(b)\(c).\(b)\(a)"
        case .date: "\(random.integer(in: 1...30)).\(random.integer(in: 1...12)).\(1900 + random.integer(below: 130))"
        case .time: "\(random.integer(in: 0...23)):\(random.integer(in: 10...59))"
        case .amount: "\(random.element(of: ["$", "€"]))\(whole).\(a)\(b)"
        case .share: "\(whole % 100).\(a)%"
        }
    }

    /// A line of at least `width` pixels with the marks that sentences have, and more full stops than most.
    static func line(width: Float, in lettering: Lettering, _ random: inout RandomStream) -> String {
        var line = ""
        var length: Float = 0
        while length < width {
            var word = random.chance(0.15) ? figure(&random) : word(&random)
            switch random.integer(below: 12) {
            case 0...1: word += "."
            case 2: word += ","
            case 3: word += random.element(of: [":", ";", "!", "?", "...", " -"])
            case 4 where random.chance(0.4): word = "(\(word))"
            case 5 where random.chance(0.2): word = "i.e."
            default: break
            }
            word += " "
            line += word
            // Letters of no width would never end.
            length += max(1, lettering.width(of: word))
        }
        return line
    }
}
