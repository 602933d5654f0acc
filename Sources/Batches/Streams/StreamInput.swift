public import Files
import Imaging
public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A picture that comes through a pipe, kept in a file without a name: decoders read any part of it, more than once.
///
/// The file is gone with the object or the process.
public final class StreamInput: Sendable {
    /// The name of the input in records, which outputs in a folder are named by.
    public static let name = FilePath("stdin")
    /// The word that stands for the stream among inputs.
    public static let placeholder = FilePath("-")

    /// The path to open the file by, in this process and in those that it starts, as long as the object lives.
    public let path: FilePath
    /// The size and time of the file.
    public let stamp: FileStamp
    private let descriptor: FileDescriptor

    /// Reads a stream to its end. What does not begin like a picture is not read any further.
    ///
    /// - Parameters:
    ///   - folder: the folder on whose disk the bytes are kept.
    ///   - byteLimit: the most bytes that are read.
    ///   - isCancelled: asked ten times a second while nothing comes.
    /// - Throws: `StreamError` for what comes, `FileError` where the bytes cannot be kept.
    public init(
        reading stream: FileDescriptor, inFolder folder: FilePath, byteLimit: Int,
        isCancelled: () -> Bool = { false }
    ) throws {
        let descriptor = try ScratchFile.makeNameless(inFolder: folder)
        do {
            try Self.copy(stream, to: descriptor, in: folder, byteLimit: byteLimit, isCancelled: isCancelled)
            #if canImport(Darwin)
                path = FilePath("/dev/fd/\(descriptor.rawValue)")
            #else
                path = FilePath("/proc/\(getpid())/fd/\(descriptor.rawValue)")
            #endif
            stamp = try FileStamp(of: path)
        } catch {
            try? descriptor.close()
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { try? descriptor.close() }

    /// The most bytes that a stream may have where pictures may have this many pixels: 16 for each, those of RGBA with
    /// 32 bits, and 64 MiB for what is beside the pixels.
    public static func byteLimit(maximumPixels: Int) -> Int {
        let (bytes, overflow) = maximumPixels.multipliedReportingOverflow(by: 16)
        return overflow ? .max : min(bytes, .max - (64 << 20)) + (64 << 20)
    }

    private static func copy(
        _ stream: FileDescriptor, to file: FileDescriptor, in folder: FilePath, byteLimit: Int,
        isCancelled: () -> Bool
    ) throws {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { piece.deallocate() }
        var total = 0
        var first: [UInt8] = []
        var isPicture = false
        while true {
            try wait(for: stream, isCancelled: isCancelled)
            let count: Int
            do { count = try stream.read(into: piece) } catch Errno.resourceTemporarilyUnavailable {
                continue
            } catch { throw StreamError.unreadable(error as? Errno ?? .ioError) }
            if !isPicture {
                first += piece[..<min(count, RecognisedFormat.byteCount)]
                if count == 0 || first.count >= RecognisedFormat.byteCount {
                    if first.isEmpty { throw StreamError.empty }
                    if recognise(first) == .notAPicture { throw StreamError.notAPicture(Array(first.prefix(8))) }
                    isPicture = true
                }
            }
            if count == 0 { return }
            guard count <= byteLimit - total else { throw StreamError.tooLong(limit: byteLimit) }
            total += count
            do { _ = try file.writeAll(piece[..<count]) } catch {
                throw FileError.system(.spool, path: folder, errno: error as? Errno ?? .ioError)
            }
        }
    }

    /// Waits until the stream has bytes or has ended.
    private static func wait(for stream: FileDescriptor, isCancelled: () -> Bool) throws(StreamError) {
        while true {
            if isCancelled() { throw .cancelled }
            var state = pollfd(fd: stream.rawValue, events: Int16(POLLIN), revents: 0)
            // What cannot be waited for is told by reading.
            if poll(&state, 1, 100) != 0 { return }
        }
    }
}

/// The reasons why a stream is no input.
public enum StreamError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing came.
    case empty
    /// The first bytes are no picture's.
    case notAPicture([UInt8])
    /// More bytes came than a picture within the limits can have.
    case tooLong(limit: Int)
    /// Reading failed.
    case unreadable(Errno)
    /// The caller asked to stop.
    case cancelled

    public var description: String {
        switch self {
        case .empty: "standard input is empty"
        case .notAPicture(let bytes): "standard input: \(PictureError.notAPicture(firstBytes: bytes))"
        case .tooLong(let limit):
            "standard input has more than the \(limit >> 20) MiB that a picture of --max-pixels may have"
        case .unreadable(let errno): "cannot read standard input: \(errno)"
        case .cancelled: "interrupted while standard input was read"
        }
    }
}
