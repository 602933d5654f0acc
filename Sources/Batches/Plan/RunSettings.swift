public import Files
import Foundation
public import Imaging
public import Restoration

/// Everything but the model that decides the bytes of an output.
///
/// Where, how fast and with how much memory a run works is not part of it: a result is the same to the bit for any
/// number of workers, tile size and memory limit.
public struct RunSettings: Codable, Hashable, Sendable {
    /// The format of the outputs.
    public enum OutputFormat: String, Codable, Sendable, CaseIterable {
        /// Each output has its input's format.
        case same
        case png
        case jpg
    }

    public var format: OutputFormat
    /// Of JPEG outputs, 1 to 100.
    public var quality: Int
    public var metadata: MetadataPolicy
    public var damaged: DamagePolicy
    public var restoration: RestorationSettings

    public init(
        format: OutputFormat = .same, quality: Int = 95, metadata: MetadataPolicy = .all,
        damaged: DamagePolicy = .reject, restoration: RestorationSettings = .init()
    ) {
        self.format = format
        self.quality = quality
        self.metadata = metadata
        self.damaged = damaged
        self.restoration = restoration
    }

    /// Raised when a change of the program changes the outputs of the same settings and model.
    static let outputRevision = 2

    /// SHA-256 of the settings in a canonical form: what the ledger tells runs apart by.
    ///
    /// - Parameters:
    ///   - roundedOperations: those of the model that multiply BF16 with these settings, which its weights do not tell.
    ///   - greyModel: the digest of the weights for grey pictures, where the model brings some along.
    /// - Throws: `FileError.digestFailed`.
    public func digest(roundedOperations: [String] = [], greyModel: String? = nil) throws -> SHA256Digest {
        struct Canonical: Encodable {
            var greyModel: String?
            var outputRevision: Int
            /// Left out where there are none.
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
                    greyModel: greyModel, outputRevision: Self.outputRevision,
                    roundedOperations: roundedOperations.isEmpty ? nil : roundedOperations.sorted(),
                    settings: settings)))
    }

    /// The container of an output whose input has `container`.
    public func outputContainer(of container: PictureContainer) -> PictureContainer {
        switch format {
        case .same: container
        case .png: .png
        case .jpg: .jpeg
        }
    }
}
