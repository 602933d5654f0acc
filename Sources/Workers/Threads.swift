import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The one place where threads are made.
///
/// They are the system's own: a thread has the priority of the one that made it, so a program that was begun under
/// `nice` is nice in all its threads. (Threads of libdispatch take a priority of their own where they may, which is as
/// root: half of a program's threads then compete with what it was meant to give way to.)
package enum Threads {
    /// Runs `body` once for every index in `0..<count`, on this thread and on as many others as there are processors
    /// to run them, and returns when all are done.
    ///
    /// Nothing promises that two indices run at the same time: with one processor, or where the system grants no
    /// thread, they come one after the other. So no `body` may wait for one that has not begun.
    static func run(_ count: Int, _ body: @Sendable (_ index: Int) -> Void) {
        let next = Atomic(0)
        @Sendable func work() {
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }
        withoutActuallyEscaping(work) { work in
            var others: [pthread_t] = []
            for _ in 1..<max(1, min(count, ProcessInfo.processInfo.activeProcessorCount)) {
                guard let thread = begin(work) else { break }
                others.append(thread)
            }
            work()
            for thread in others { pthread_join(thread, nil) }
        }
    }

    /// Runs `body` on a thread of its own that is not joined.
    ///
    /// - Returns: false where the system grants no thread; `body` is not run then.
    package static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
        guard let thread = begin(body) else { return false }
        pthread_detach(thread)
        return true
    }

    /// The work of a thread, as an object whose address is passed to the thread.
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Begins a thread that runs `body`; nil where the system grants none.
    private static func begin(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        // The thread gives the object back before it ends.
        let work = Unmanaged.passRetained(Work(body))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = pthread_create(
            &thread, nil,
            { argument in
                let argument: UnsafeMutableRawPointer? = argument
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            return nil
        }
        return thread
    }
}
