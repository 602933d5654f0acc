public import Files
import Foundation
public import Imaging
public import Restoration

/// The settings of a run, which with the model decide the bytes of an output.
///
/// Where, how fast and with how much memory a run works is not part of it: a result is the same to the bit for any
/// number of workers, tile size and memory limit.
public struct RunSettings: Codable, Hashable, Sendable {
    /// The format of the outputs.
    public enum OutputFormat: String, Codable, Sendable, CaseIterable {
        /// Each output has its input's format; PNG where that is only read.
        case same
        /// All outputs are PNG files.
        case png
        /// All outputs are JPEG files.
        case jpg
        /// All outputs are TIFF files.
        case tiff
        /// All outputs are WebP files that lose nothing.
        case webp
        /// All outputs are WebP files of the quality that JPEGs would have.
        case webpLossy = "webp-lossy"

        /// Creates the format whose outputs are of a container; `same` for one that is only read.
        init(of container: PictureContainer) {
            self =
                switch container {
                case .png: .png
                case .jpeg: .jpg
                case .tiff: .tiff
                case .webp: .webp
                case .bmp, .gif, .netpbm: .same
                }
        }
    }

    /// The format of the outputs.
    public var format: OutputFormat
    /// The quality of JPEG outputs, 1 to 100.
    public var quality: Int
    /// The compression of TIFF outputs; nil for Deflate, so that settings of before say the same.
    public var tiffCompression: TIFFCompression?
    /// The policy for the metadata of the inputs.
    public var metadata: MetadataPolicy
    /// The policy for damaged files.
    public var damaged: DamagePolicy
    /// The settings of restoring.
    public var restoration: RestorationSettings
    /// The amount by which what is restored is sharpened, within `SharpeningRowSink.amounts`; nil, the default, where
    /// sharpness is left as it is.
    public var sharpening: Float?
    /// The correction of faded prints; nil, the default, for none.
    public var tone: ToneSettings?

    /// Creates settings.
    public init(
        format: OutputFormat = .same, quality: Int = 95, tiffCompression: TIFFCompression = .deflate,
        metadata: MetadataPolicy = .all, damaged: DamagePolicy = .reject, restoration: RestorationSettings = .init(),
        sharpening: Float? = nil, tone: ToneSettings? = nil
    ) {
        self.format = format
        self.quality = quality
        self.tiffCompression = tiffCompression == .deflate ? nil : tiffCompression
        self.metadata = metadata
        self.damaged = damaged
        self.restoration = restoration
        self.sharpening = sharpening
        self.tone = tone
    }

    /// The revision, raised when a change of the program changes the outputs of the same settings and model.
    static let outputRevision = 2

    /// Returns the SHA-256 of the settings in a canonical form, without the tile size; the ledger tells runs apart by
    /// it.
    ///
    /// - Parameters:
    ///   - roundedOperations: the operations of the model that multiply BF16 with these settings, which its weights do
    ///     not tell.
    ///   - greyModel: the digest of the weights for grey pictures, where the model brings some along.
    ///   - mending: what decides what is mended; nil where nothing is.
    /// - Throws: `FileError.digestFailed`.
    public func digest(
        roundedOperations: [String] = [], greyModel: String? = nil, mending: MendingDigest? = nil
    ) throws -> SHA256Digest {
        struct Canonical: Encodable {
            var greyModel: String?
            var mending: MendingDigest?
            var outputRevision: Int
            /// The operations; left out where there are none.
            var roundedOperations: [String]?
            var settings: RunSettings
        }
        var settings = self
        settings.restoration.tileSize = 0
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try SHA256Digest(
            of: encoder.encode(
                Canonical(
                    greyModel: greyModel, mending: mending, outputRevision: Self.outputRevision,
                    roundedOperations: roundedOperations.isEmpty ? nil : roundedOperations.sorted(),
                    settings: settings)))
    }

    /// True where a picture that is passed through keeps its bytes, if its format stays.
    var keepsBytes: Bool { metadata == .all && sharpening == nil }

    /// The compression of WebP outputs; nil for that of the input.
    var webpCompression: WebPCompression? {
        switch format {
        case .webp: .lossless
        case .webpLossy: .lossy
        case .same, .png, .jpg, .tiff: nil
        }
    }

    /// Returns the container of an output whose input has `container`.
    public func outputContainer(of container: PictureContainer) -> PictureContainer {
        switch format {
        case .same: container.isWritten ? container : .png
        case .png: .png
        case .jpg: .jpeg
        case .tiff: .tiff
        case .webp, .webpLossy: .webp
        }
    }
}
