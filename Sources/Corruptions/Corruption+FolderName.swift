extension Corruption {
    /// A name for a folder of pictures with this corruption: its text with parameters at their standard values left
    /// out, and with `-` for `:`, which other systems' paths and remote copies give a meaning (`grain-15-blur=1.2`).
    public var folderName: String {
        if steps.isEmpty { return Self.none }
        return steps.map { step in
            let kind = type(of: step).kind
            let standards = Set(
                kind.parameters.compactMap { parameter in
                    parameter.standard.map { "\(parameter.name)=\($0)" }
                })
            // Of a file its name alone, without slashes.
            let files = kind.parameters.filter { if case .path = $0.form { true } else { false } }.map(\.name)
            return step.description.split(separator: ":").map(String.init).filter { !standards.contains($0) }
                .map { text in
                    guard let file = files.first(where: { text.hasPrefix("\($0)=") }) else { return text }
                    return "\(file)=\(text.dropFirst(file.count + 1).split(separator: "/").last ?? "")"
                }
                .joined(separator: "-")
        }.joined(separator: "+")
    }
}
