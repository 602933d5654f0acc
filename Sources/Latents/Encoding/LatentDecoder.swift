public import Networks
import Restoration
public import Tensors

/// Makes pictures of vectors, the opposite of `LatentEncoder`.
public struct LatentDecoder: Sendable {
    /// The shape that each vector has as a latent, `[channels, height, width]`.
    public let shape: [Int]
    private let model: LatentModel
    private let size: (height: Int, width: Int)?

    /// Creates a decoder for vectors of `dimension` numbers.
    ///
    /// - Parameter source: what made them, if it is known; else they are taken for latents of one pixel or of a square
    ///   of pixels.
    /// - Throws: `LatentError.otherModel` where another model made them, `.setting` where they have another length than
    ///   this model's latents, are features, or the model has no decoder.
    public init(_ model: Model, dimension: Int, source: LatentSource? = nil) throws(LatentError) {
        guard let latents = try? LatentModel(model.network) else {
            throw .setting(
                name: "the model", found: "one without a decoder behind a latent", expected: "an autoencoder")
        }
        self.model = latents
        if let source {
            guard source.sha256 == model.sha256 else {
                throw .otherModel(
                    found: "\(source.model) (weights \(source.sha256.prefix(8)))",
                    expected: "\(model.name) (weights \(model.sha256.prefix(8)))")
            }
            guard source.kind == .latent else {
                throw .setting(name: "the array", found: "one of features", expected: "latents, which a decoder reads")
            }
        }
        let expected =
            "\(latents.channels) of a latent"
            + (model.network.patchSide == nil ? ", or that many for each pixel of a square" : "")
        if let source, source.shape.reduce(1, *) == dimension, source.shape[0] == latents.channels {
            shape = source.shape
            size = source.extent == .whole ? source.height.flatMap { height in source.width.map { (height, $0) } } : nil
        } else {
            let pixels = dimension / latents.channels
            let root = Int(Double(pixels).squareRoot().rounded())
            guard dimension % latents.channels == 0, root * root == pixels, source == nil else {
                throw .setting(name: "a vector", found: "of \(dimension) numbers", expected: expected)
            }
            shape = [latents.channels, root, root]
            size = nil
        }
    }

    /// Returns the picture of a vector, of the size of those that were encoded where that is known.
    ///
    /// - Throws: `LatentError.setting` for a vector of another length.
    public func decode(_ vector: some Collection<Float>) throws(LatentError) -> PlanarImage {
        guard vector.count == shape.reduce(1, *) else {
            throw .setting(
                name: "a vector", found: "of \(vector.count) numbers", expected: "\(shape.reduce(1, *))")
        }
        let picture: PlanarImage
        do { picture = try model.decode(Tensor(shape: shape, elements: Array(vector))) } catch {
            throw .setting(name: "the latent", found: "\(error)", expected: "one of this model")
        }
        let scale = model.network.scale
        guard let size, (1...picture.height).contains(size.height * scale),
            (1...picture.width).contains(size.width * scale)
        else { return picture }
        return picture.cropped(top: 0, left: 0, height: size.height * scale, width: size.width * scale)
    }
}
