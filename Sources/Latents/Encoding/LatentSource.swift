import Files
import Foundation
public import Networks
public import SystemPackage

/// The model that made latents, kept as JSON beside their array: `z.json` beside `z.npy`. It lets them be decoded again,
/// and by no other model.
public struct LatentSource: Sendable, Codable, Equatable {
    /// The name of the model.
    public var model: String
    /// The digest of the model's weights in hexadecimal.
    public var sha256: String
    /// The value that vectors are made of.
    public var kind: LatentEncoder.Kind
    /// The part of a picture that a vector stands for.
    public var extent: LatentEncoder.Extent
    /// The shape of a vector, `[channels, height, width]`.
    public var shape: [Int]
    /// The height of the pictures in pixels, where all have one size.
    public var height: Int?
    /// The width of the pictures in pixels, where all have one size.
    public var width: Int?

    /// Creates a record of the model and the encoder that made vectors of a shape.
    public init(
        model: Model, encoder: LatentEncoder, shape: [Int], pictureSize: (height: Int, width: Int)? = nil
    ) {
        self.model = model.name
        sha256 = model.sha256
        kind = encoder.kind
        extent = encoder.extent
        self.shape = shape
        height = pictureSize?.height
        width = pictureSize?.width
    }

    /// Returns the place of the record of an array.
    public static func path(beside array: FilePath) -> FilePath {
        var path = array
        path.extension = "json"
        return path
    }

    /// Reads the record beside an array; nil where there is none.
    ///
    /// - Throws: `NumberArrayError` where it is no such record.
    public init?(beside array: FilePath) throws(NumberArrayError) {
        let path = Self.path(beside: array)
        guard FileStamp.exists(path) else { return nil }
        let expected = "a record of what made latents"
        do {
            let bytes = try FileBytes.read(path, limit: FileBytes.jsonByteLimit)
            self = try JSONDecoder().decode(LatentSource.self, from: Data(bytes))
        } catch {
            throw NumberArrayError(path: path.printed, found: "something else", expected: expected)
        }
        guard shape.count == 3, shape.allSatisfy({ (1...1 << 20).contains($0) }) else {
            throw NumberArrayError(path: path.printed, found: "the shape \(shape)", expected: expected)
        }
    }

    /// The record as JSON, keys sorted.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
    }
}
