import Files
import Foundation
import SystemPackage
import TestFolders
import Testing

@Suite struct SHA256DigestTests {
    /// The examples of FIPS 180-4's companion document (NIST, "SHA256.pdf") and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func knownMessages(message: String, expected: String) throws {
        #expect(try SHA256Digest(of: Array(message.utf8)).hex == expected)
        #expect(try SHA256Digest(of: Array(message.utf8).lazy.map { $0 }).hex == expected)
    }

    @Test func aMillionLettersInPiecesOfEverySize() throws {
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(try SHA256Digest(of: message).hex == expected)
        var hasher = try SHA256Hasher()
        var position = 0
        var piece = 1
        while position < message.count {
            let end = min(message.count, position + piece)
            message[position..<end].withUnsafeBytes { hasher.update($0) }
            position = end
            piece = piece % 4099 + 7
        }
        #expect(try hasher.finish().hex == expected)
    }

    @Test func ofAFileLongerThanOnePiece() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "0123456789", count: 250_001)
        let path = try folder.write(text, to: "long")
        #expect(try SHA256Digest(ofFile: path) == SHA256Digest(of: Array(text.utf8)))
    }

    @Test func missingFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("none")
        #expect(throws: FileError.system(.open, path: path, errno: .noSuchFileOrDirectory)) {
            try SHA256Digest(ofFile: path)
        }
    }

    @Test func hexadecimalRoundTripAndJSON() throws {
        let digest = try SHA256Digest(of: [1, 2, 3])
        #expect(SHA256Digest(hex: digest.hex) == digest)
        #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
        #expect(SHA256Digest(hex: String(digest.hex.dropLast())) == nil)
        #expect(SHA256Digest(hex: "g" + digest.hex.dropFirst()) == nil)
        let stored = try JSONEncoder().encode([digest])
        #expect(String(decoding: stored, as: UTF8.self) == "[\"\(digest.hex)\"]")
        #expect(try JSONDecoder().decode([SHA256Digest].self, from: stored) == [digest])
    }
}
