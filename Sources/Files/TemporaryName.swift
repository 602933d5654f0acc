import SystemPackage

/// Names of temporary files: `.retouch-<machine>-<random>.tmp`, 38 bytes, whatever the target is called.
enum TemporaryName {
    enum Origin {
        /// This machine: the file's lock tells whether its owner lives.
        case thisMachine
        /// Another machine, or this one where no lock was to be had.
        case unknown
    }

    private static let prefix = ".retouch-"
    private static let suffix = ".tmp"
    private static let machine: String = {
        // FNV-1a, 32 bits: only has to differ between machines that share a folder.
        var hash: UInt32 = 2_166_136_261
        for byte in SystemCalls.hostName() { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return hexadecimal(UInt64(hash), digits: 8)
    }()

    /// The text in the place of the machine's name where the file has no lock.
    private static let unlocked = "unlocked"

    static func make(isLocked: Bool) -> FilePath.Component {
        let name =
            prefix + (isLocked ? machine : unlocked) + "-" + hexadecimal(UInt64.random(in: 0...UInt64.max), digits: 16)
            + suffix
        return FilePath.Component(name) ?? FilePath.Component(".retouch-0-0.tmp")
    }

    static func origin(of name: FilePath.Component) -> Origin? {
        let text = name.string
        guard text.hasPrefix(prefix), text.hasSuffix(suffix), text.utf8.count == 38 else { return nil }
        return text.dropFirst(prefix.count).hasPrefix(machine + "-") ? .thisMachine : .unknown
    }

    private static func hexadecimal(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
