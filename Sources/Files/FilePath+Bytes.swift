public import SystemPackage

extension FilePath {
    /// The path's bytes as the system has them, without the closing zero.
    public var bytes: [UInt8] {
        withPlatformString { start in
            var bytes: [UInt8] = []
            var next = start
            while next.pointee != 0 {
                bytes.append(UInt8(bitPattern: next.pointee))
                next += 1
            }
            return bytes
        }
    }

    /// A path of these bytes; nil where one of them is zero.
    public init?(bytes: some Collection<UInt8>) {
        guard !bytes.contains(0) else { return nil }
        let characters = bytes.map { CChar(bitPattern: $0) } + [0]
        self = characters.withUnsafeBufferPointer { $0.baseAddress.map { FilePath(platformString: $0) } ?? FilePath() }
    }

    /// The path for people, on one line: `PathText.text(of:)`.
    public var printed: String { PathText.text(of: self) }

    /// The absolute path without links, `.` and `..`; what does not exist yet is taken as it is written.
    public func resolved() -> FilePath {
        if isEmpty { return FilePath(".").resolved() }
        if let real = SystemCalls.realPath(self) { return real }
        guard let last = lastComponent else { return self }
        var parent = removingLastComponent().resolved()
        switch last.kind {
        case .currentDirectory: break
        case .parentDirectory: parent.removeLastComponent()
        default: parent.append(last)
        }
        return parent
    }

    /// Returns true where the order of bytes puts this path before `other`.
    public func precedes(_ other: FilePath) -> Bool { bytes.lexicographicallyPrecedes(other.bytes) }
}

extension FilePath.Component {
    /// The name's bytes.
    public var bytes: [UInt8] { FilePath().appending(self).bytes }

    /// The name's bytes up to the last dot; all of them where there is no dot but a first one.
    public var stemBytes: [UInt8] {
        let bytes = bytes
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return bytes }
        return Array(bytes[..<dot])
    }

    /// A name of these bytes; nil for an empty one or one with a slash or a zero byte.
    public init?(bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty, !bytes.contains(UInt8(ascii: "/")), let path = FilePath(bytes: bytes),
            let component = path.lastComponent
        else { return nil }
        self = component
    }
}
