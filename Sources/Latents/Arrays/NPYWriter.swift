public import Files
import Foundation
public import SystemPackage

/// An NPY file of samples, written sample by sample: `[samples, …]` of Float32 (little-endian) or bytes, version 1.0, C
/// order.
///
/// The number of samples need not be known before: the header is written with `commit()`. The file appears whole or not
/// at all.
///
/// Contract: one thread at a time.
public final class NPYWriter {
    /// The type of the numbers.
    public enum Element: String, Sendable {
        /// Float32.
        case float32 = "<f4"
        /// Whole numbers of 0...255.
        case bytes = "|u1"
    }

    private let file: AtomicFile
    private let sampleShape: [Int]
    private let type: Element
    private var pending: [UInt8] = []
    /// The number of rows so far.
    public private(set) var rowCount = 0

    /// The length of the header in bytes, a multiple of 64; a shape of any four sides fits.
    private static let headerByteCount = 128

    /// Begins a file of Float32 in rows, `[rows, columns]`, that will lie at `path`.
    ///
    /// - Parameter columns: the numbers of a row, 1 or more.
    /// - Throws: `FileError`.
    public convenience init(_ path: FilePath, columns: Int) throws(FileError) {
        try self.init(path, sampleShape: [columns], of: .float32)
    }

    /// Begins a file of samples of some shape that will lie at `path`.
    ///
    /// - Parameter sampleShape: 1 to 3 sides, each of 1 or more.
    /// - Throws: `FileError`.
    public init(_ path: FilePath, sampleShape: [Int], of type: Element) throws(FileError) {
        precondition((1...3).contains(sampleShape.count) && sampleShape.allSatisfy { $0 > 0 })
        self.sampleShape = sampleShape
        self.type = type
        file = try AtomicFile(replacing: path)
        try file.write(Self.header(rows: 0, sampleShape, type))
    }

    /// Appends a sample of Float32.
    ///
    /// - Throws: `FileError`.
    public func append(_ sample: some Collection<Float>) throws(FileError) {
        precondition(type == .float32 && sample.count == sampleShape.reduce(1, *))
        for number in sample {
            let bits = number.bitPattern
            pending.append(UInt8(truncatingIfNeeded: bits))
            pending.append(UInt8(truncatingIfNeeded: bits >> 8))
            pending.append(UInt8(truncatingIfNeeded: bits >> 16))
            pending.append(UInt8(truncatingIfNeeded: bits >> 24))
        }
        try finishSample()
    }

    /// Appends a sample of bytes.
    ///
    /// - Throws: `FileError`.
    public func append(bytes sample: some Collection<UInt8>) throws(FileError) {
        precondition(type == .bytes && sample.count == sampleShape.reduce(1, *))
        pending += sample
        try finishSample()
    }

    private func finishSample() throws(FileError) {
        rowCount += 1
        if pending.count >= 1 << 20 { try flush() }
    }

    private func flush() throws(FileError) {
        try file.write(pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// Writes the number of rows, and puts the file in its place.
    ///
    /// - Throws: `FileError`; then there is no file.
    public func commit() throws(FileError) {
        try flush()
        do {
            _ = try file.descriptor.writeAll(
                toAbsoluteOffset: 0, Self.header(rows: rowCount, sampleShape, type))
        } catch {
            throw .system(.write, path: file.target, errno: error as? Errno ?? .ioError)
        }
        try file.commit()
    }

    /// Returns the header.
    private static func header(rows: Int, _ sampleShape: [Int], _ type: Element) -> [UInt8] {
        let sides = ([rows] + sampleShape).map(String.init).joined(separator: ", ")
        let text = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(sides)), }"
        let length = headerByteCount - 10
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length), 0] + Array(text.utf8)
            + [UInt8](repeating: UInt8(ascii: " "), count: length - text.utf8.count - 1) + [UInt8(ascii: "\n")]
    }
}
