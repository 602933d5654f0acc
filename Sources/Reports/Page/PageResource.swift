/// The parts of pages that are no Swift: templates, styles and scripts, which lie in `Resources` and are compiled in.
enum PageResource {
    /// The text of a resource, which is UTF-8.
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
