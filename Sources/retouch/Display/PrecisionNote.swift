import Restoration

extension Precision {
    /// Notes on standard error that the precision asked for is not there, where something hinders it.
    func tell(_ hindrance: String?) {
        guard self == .fast, let hindrance else { return }
        Console.standardError.write("note: --precision fast: \(hindrance); Float32 is multiplied\n")
    }
}
