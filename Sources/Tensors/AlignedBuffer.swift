/// Uninitialised-at-birth storage of `Element`s on a 64-byte boundary, freed with its owner.
///
/// Contract: `Element` must be trivial (numbers). The buffer owns its memory; every pointer taken from it is
/// valid as long as the buffer lives. It is `@unchecked Sendable` because callers divide it among workers by
/// disjoint ranges; two workers never write one element.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Element>
    public let count: Int

    /// The alignment of `base` in bytes: one AVX-512 vector, one cache line.
    public static var alignment: Int { 64 }

    /// Allocates `count` elements, all set to `value`.
    public init(repeating value: Element, count: Int) {
        precondition(count >= 0)
        let bytes = max(1, count) * MemoryLayout<Element>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
        self.base = raw.bindMemory(to: Element.self, capacity: max(1, count))
        self.count = count
        base.initialize(repeating: value, count: count)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    public var elements: UnsafeMutableBufferPointer<Element> { .init(start: base, count: count) }
}
