import Foundation

extension TrainingConfiguration {
    /// Returns the names and texts of the values that are one number, text or truth value, sorted by name, as a page
    /// shows them.
    ///
    /// - Throws: the errors of encoding.
    public func settings() throws -> [(name: String, text: String)] {
        try fields().filter { !$0.value.hasPrefix("[") && !$0.value.hasPrefix("{") }
            .sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.trimmingCharacters(in: ["\""])) }
    }
}
