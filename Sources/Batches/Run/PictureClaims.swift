import Files
import Synchronization
import SystemPackage

/// The claims of a run on the pictures of an output folder, by which runs at the same time share the work: none does a
/// picture that another has under way.
///
/// A claim is a lock on one byte of the ledger's file, far behind its end, at a place that follows from the output's
/// name. It ends with its run, however that ends, and holds between machines where the folder's file system passes
/// locks on. Where there are no locks, or the file cannot be made, every claim is granted: runs do not share then, and
/// lose nothing.
///
/// Contract: a run has one object, and claims an output once at a time.
final class PictureClaims: Sendable {
    /// The open file; nil where it cannot be made.
    private let file: FileDescriptor?

    /// Opens the claims of an output folder, whose ledger lies at `ledger` or will.
    init(on ledger: FilePath) {
        try? createFolders(at: ledger.removingLastComponent())
        file = try? FileDescriptor.open(
            ledger, .readWrite, options: [.create, .closeOnExec], permissions: FilePermissions(rawValue: 0o666))
    }

    deinit { try? file?.close() }

    /// Claims the output named `output`, relative to the folder.
    ///
    /// - Returns: false where another run has it under way.
    func claim(_ output: FilePath) -> Bool {
        guard let file else { return true }
        return SystemCalls.lockByte(file, at: Self.place(of: output)) != .held
    }

    /// Gives a claim back.
    func release(_ output: FilePath) {
        if let file { SystemCalls.unlockByte(file, at: Self.place(of: output)) }
    }

    /// Returns the place of an output's byte, from 2^61 on: FNV-1a of its name, 61 bits. Two outputs of one place would
    /// only not be shared.
    private static func place(of output: FilePath) -> Int64 {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in PathText.text(of: output).utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return Int64(1) << 61 | Int64(hash >> 3)
    }
}
