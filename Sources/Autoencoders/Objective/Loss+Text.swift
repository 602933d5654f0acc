import Foundation

extension Loss.Kind: LosslessStringConvertible {
    public var description: String {
        switch self {
        case .charbonnier(let eps), .edge(let eps): "\(name):eps=\(eps)"
        default: name
        }
    }

    /// Reads `mse`, `l1`, `psnr`, `bce`, `charbonnier`, `edge`, or the last two with `:eps=1e-3` (above 0, at most 1);
    /// nil for any other text.
    public init?(_ description: String) {
        let fields = description.split(separator: ":", omittingEmptySubsequences: false)
        guard let kind = Loss.all.map({ $0.terms[0].kind }).first(where: { $0.name == fields[0] }) else { return nil }
        switch (kind, fields.count) {
        case (_, 1): self = kind
        case (.charbonnier, 2), (.edge, 2):
            let parts = fields[1].split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "eps", let eps = Double(parts[1]), eps > 0, eps <= 1 else { return nil }
            if case .edge = kind { self = .edge(eps: eps) } else { self = .charbonnier(eps: eps) }
        default: return nil
        }
    }
}

extension Loss: LosslessStringConvertible {
    public var description: String {
        terms.map { ($0.weight == 1 ? "" : "\($0.weight)*") + $0.kind.description }.joined(separator: "+")
    }

    /// Reads terms with plus signs between them, each with or without a weight and a star before it; nil for any other
    /// text.
    public init?(_ description: String) {
        var terms: [Term] = []
        for text in Self.terms(of: description) {
            let parts = text.split(separator: "*", omittingEmptySubsequences: false)
            let weight = parts.count == 2 ? Double(parts[0]) : parts.count == 1 ? 1 : nil
            guard let weight, weight > 0, weight.isFinite, let kind = Kind(String(parts[parts.count - 1])) else {
                return nil
            }
            terms.append(Term(kind, weight: weight))
        }
        self.init(terms)
    }

    /// Splits a text at plus signs, except those of an exponent: `1e+3`.
    private static func terms(of text: String) -> [String] {
        var parts = [""]
        for character in text {
            let last = parts.count - 1
            let isExponent =
                parts[last].last.map { "eE".contains($0) } == true
                && parts[last].dropLast().last?.isNumber == true
            if character == "+", !isExponent {
                parts.append("")
            } else {
                parts[last].append(character)
            }
        }
        return parts
    }

    package static let expectation =
        "mse, l1, psnr, bce, charbonnier:eps=1e-3 or edge:eps=1e-3, or a sum such as l1+0.1*edge"
}

extension Loss: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let loss = Loss(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected \(Self.expectation), found '\(text)'")
        }
        self = loss
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
