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
            return step.description.split(separator: ":").map(String.init).filter { !standards.contains($0) }
                .joined(separator: "-")
        }.joined(separator: "+")
    }
}
