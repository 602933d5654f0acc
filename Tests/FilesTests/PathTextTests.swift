import Files
import SystemPackage
import Testing

func path(ofBytes bytes: [UInt8]) -> FilePath {
    (bytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
}

@Suite("Paths as text")
struct PathTextTests {
    @Test(
        "names that are plain text stay as they are",
        arguments: ["a.png", "Ferien/Größe 2.jpg", "写真/一枚.png", "e\u{301}.png", "a b'\"<&>.png", "می\u{200C}خواهم.png"])
    func plain(name: String) {
        #expect(PathText.text(of: FilePath(name)) == name)
    }

    @Test(
        "what a reader could not see or trust is escaped",
        arguments: [
            ([0x66, 0xFF, 0x2E], "f\\xff."), ([0x61, 0x0A, 0x62], "a\\x0ab"), ([0x1B, 0x5B, 0x6D], "\\x1b[m"),
            ([0x61, 0xE2, 0x80, 0xAE, 0x67], "a\\xe2\\x80\\xaeg"), ([0x5C, 0x78], "\\\\x"),
            ([0xE2, 0x80, 0x61], "\\xe2\\x80a"), ([0xC0, 0x80], "\\xc0\\x80"), ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
        ] as [([UInt8], String)])
    func escaped(bytes: [UInt8], text: String) {
        #expect(PathText.text(of: path(ofBytes: bytes)) == text)
        #expect(PathText.path(from: text) == path(ofBytes: bytes))
    }

    @Test("any bytes read back as themselves")
    func roundTrip() {
        var state: UInt64 = 7
        for _ in 0..<2000 {
            var bytes: [UInt8] = []
            for _ in 0..<9 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let byte = UInt8(truncatingIfNeeded: state >> 33)
                // A path's own normalisation of slashes is not what is tested here.
                bytes.append(byte == 0 || byte == UInt8(ascii: "/") ? 0x5C : byte)
            }
            let original = path(ofBytes: bytes)
            #expect(PathText.path(from: PathText.text(of: original)) == original)
        }
    }

    @Test("malformed escapes are refused", arguments: ["\\", "\\q", "\\x1", "\\xg0", "a\\x00b"])
    func malformed(text: String) {
        #expect(PathText.path(from: text) == nil)
    }

    @Test func textsOfSeveralLinesSteerNoTerminal() {
        #expect(PathText.printable("plain\n\ttext \\ ü 写 👩‍👧") == "plain\n\ttext \\ ü 写 👩‍👧")
        #expect(
            PathText.printable("a\u{1B}[31m\r\u{9B}\u{202E}\u{7F}b\u{2028}")
                == #"a\x1b[31m\x0d\xc2\x9b\xe2\x80\xae\x7fb\xe2\x80\xa8"#)
        #expect(
            PathText.printable(json: "{\n\"a\": \"\u{9B}\u{202E}\u{7F}\u{E0001}ü\"}")
                == "{\n\"a\": \"\\u009b\\u202e\\u007f\\udb40\\udc01ü\"}")
    }
}
