/// The program's version, as CHANGELOG.md has it. It stands here alone: Makefile and scripts read it from this line.
enum Version {
    static let current = "0.2.0"
}
