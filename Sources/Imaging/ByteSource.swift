import CCodecs
import SystemPackage

/// The bytes of a file or of memory, read at any offset. It owns the descriptor.
final class ByteSource {
    private enum Storage {
        case file(FileDescriptor)
        case memory(UnsafeMutableBufferPointer<UInt8>)
    }

    private let storage: Storage
    let count: Int

    init(path: FilePath) throws(PictureError) {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            do {
                count = Int(try descriptor.seek(offset: 0, from: .end))
                storage = .file(descriptor)
            } catch {
                try? descriptor.close()
                throw error
            }
        } catch {
            throw .cannotRead(code: (error as? Errno ?? .ioError).rawValue)
        }
    }

    init(bytes: [UInt8]) {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = memory.initialize(from: bytes)
        storage = .memory(memory)
        count = bytes.count
    }

    deinit {
        switch storage {
        case .file(let descriptor): try? descriptor.close()
        case .memory(let memory): memory.deallocate()
        }
    }

    /// The input for the codecs, valid as long as the source lives.
    var codecInput: CodecInput {
        switch storage {
        case .file(let descriptor): CodecInput(bytes: nil, count: 0, descriptor: descriptor.rawValue)
        case .memory(let memory): CodecInput(bytes: memory.baseAddress, count: memory.count, descriptor: -1)
        }
    }

    /// Returns up to `length` bytes from `offset` on; fewer at the end of the file.
    func read(at offset: Int, count length: Int) throws(PictureError) -> [UInt8] {
        guard offset >= 0, offset < count, length > 0 else { return [] }
        let length = min(length, count - offset)
        switch storage {
        case .memory(let memory): return Array(memory[offset..<(offset + length)])
        case .file(let descriptor):
            do {
                return try Array(unsafeUninitializedCapacity: length) { buffer, filled in
                    while filled < length {
                        let part = UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<length])
                        let got = try descriptor.read(fromAbsoluteOffset: Int64(offset + filled), into: part)
                        if got == 0 { break }
                        filled += got
                    }
                }
            } catch {
                throw .cannotRead(code: (error as? Errno ?? .ioError).rawValue)
            }
        }
    }
}

extension [UInt8] {
    /// The big-endian number of two bytes at `offset`, which must exist.
    func bigEndian16(at offset: Int) -> Int { Int(self[offset]) << 8 | Int(self[offset + 1]) }

    /// The big-endian number of four bytes at `offset`, which must exist.
    func bigEndian32(at offset: Int) -> Int { bigEndian16(at: offset) << 16 | bigEndian16(at: offset + 2) }

    /// The little-endian number of two bytes at `offset`, which must exist.
    func littleEndian16(at offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }

    /// The little-endian number of four bytes at `offset`, which must exist.
    func littleEndian32(at offset: Int) -> Int { littleEndian16(at: offset) | littleEndian16(at: offset + 2) << 16 }
}
