import Files
import SystemPackage

func save(_ text: String, to path: FilePath) throws {
    try AtomicFile.write(text.utf8, to: path)
    print(try SHA256Digest(of: Array(text.utf8)).hex, path.printed)
}
