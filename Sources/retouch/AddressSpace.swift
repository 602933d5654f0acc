import Batches

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `ulimit -v`: where the address space is limited, an allocation that fails ends the program with a line and exit code
/// 74 in place of the trace of its calls. What was under way is done again by the next run.
enum AddressSpace {
    /// Watches failed allocations from now on, where there is a limit.
    static func watch() {
        guard Machine.addressSpaceLimit != nil else { return }
        // Swift's runtime aborts where there is no memory; nothing here may allocate.
        signal(SIGABRT) { _ in
            let text: StaticString = """
                retouch: there is too little memory within ulimit -v; allow more, or give less to -j and --max-memory

                """
            _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
            _exit(74)
        }
    }
}
