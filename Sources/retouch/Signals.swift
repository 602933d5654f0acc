import Batches
import Files
import Workers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ctrl-C and the other signals that ask a program to end.
enum Signals {
    /// Watches the signals from now on: the first one requests `interruption`, the second ends the process at once; no
    /// temporary file stays in either case.
    ///
    /// Call before any other thread is made: they inherit that the signals are blocked, and one thread waits for them.
    static func watch(_ interruption: Interruption) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let signals = set
        let isWatched = Threads.detach {
            var set = signals
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { return }
            interruption.request()
            Console.standardError.write("retouch: stopping; once more to stop at once\n")
            guard sigwait(&set, &number) == 0 else { return }
            ChildProcess.killAll()
            AtomicFile.discardAll()
            WorkFolder.removeAll()
            _exit(ExitStatus.interrupted.rawValue)
        }
        // Without a thread that waits the signals do what they do to any program.
        if !isWatched { pthread_sigmask(SIG_UNBLOCK, &set, nil) }
    }

    /// Returns true where the parent process wants the signal ignored, as `nohup` does.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
            return action.__sigaction_u.__sa_handler == nil ? false : isIgnore(action.__sigaction_u.__sa_handler)
        #else
            return isIgnore(action.__sigaction_handler.sa_handler)
        #endif
    }

    private static func isIgnore(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
