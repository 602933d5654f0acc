import CCodecs
package import Foundation

/// Files that gzip compressed, as sets of pictures are often handed out.
package enum GzipFile {
    /// The first two bytes of such a file.
    package static let firstBytes: [UInt8] = [0x1F, 0x8B]

    /// Returns the content of a file of at most 4 GiB; nil where it is damaged, incomplete or longer than `limit`
    /// bytes.
    package static func content(of bytes: Data, limit: Int) -> Data? {
        bytes.withUnsafeBytes { bytes -> Data? in
            var count = 0
            let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let memory = codec_gunzip(base, bytes.count, min(limit, Int(UInt32.max)), &count) else { return nil }
            return Data(
                bytesNoCopy: memory, count: count,
                deallocator: .custom { address, _ in
                    codec_free(address.assumingMemoryBound(to: UInt8.self))
                })
        }
    }
}
