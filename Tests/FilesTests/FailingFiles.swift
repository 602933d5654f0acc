import Files
import Synchronization
import SystemPackage

/// The file system of the machine, but for one call that fails before it does anything.
final class FailingFiles: FileSystem {
    /// The number of the call that fails, from 0; no call fails where there are fewer.
    private let failing: Int
    private let errno: Errno
    private let machine = SystemFiles.system
    private let names = Mutex<[String]>([])

    /// The answers to who asks for a lock, the machine's where there are none left.
    private let answers: Mutex<[SystemCalls.LockAnswer]>

    /// The calls so far, in order.
    var calls: [String] { names.withLock { $0 } }

    /// Called before each call, with its name.
    private let before: @Sendable (String) -> Void

    init(
        failing: Int = .max, with errno: Errno = .ioError, answers: [SystemCalls.LockAnswer] = [],
        before: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.before = before
        self.answers = Mutex(answers)
        self.failing = failing
        self.errno = errno
    }

    /// Notes a call; true where it is to fail.
    private func isFailing(_ name: String) -> Bool {
        before(name)
        return names.withLock { names in
            names.append(name)
            return names.count - 1 == failing
        }
    }

    func lock(_ descriptor: FileDescriptor) -> SystemCalls.LockAnswer {
        answers.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? machine.lock(descriptor)
    }

    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: FileDescriptor) throws(Errno) {
        if isFailing("write") { throw errno }
        try machine.write(bytes, to: descriptor)
    }

    func flush(_ descriptor: FileDescriptor, at path: FilePath) throws(FileError) {
        if isFailing("flush") { throw .system(.flush, path: path, errno: errno) }
        try machine.flush(descriptor, at: path)
    }

    func close(_ descriptor: FileDescriptor) throws(Errno) {
        // A failed close has closed the descriptor all the same.
        let isFailing = isFailing("close")
        try machine.close(descriptor)
        if isFailing { throw errno }
    }

    func rename(_ source: FilePath, to target: FilePath) throws(FileError) {
        if isFailing("rename") { throw .system(.rename, path: target, errno: errno) }
        try machine.rename(source, to: target)
    }

    func flush(folder: FilePath) throws(FileError) {
        if isFailing("flush folder") { throw .system(.flush, path: folder, errno: errno) }
        try machine.flush(folder: folder)
    }
}
