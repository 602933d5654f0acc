import Filters
import Tensors

func denoised(_ noisy: PlanarImage) throws -> PlanarImage {
    let restored = try BlockMatching3D().apply(to: noisy, noiseSigma: 25.0 / 255)
    return restored
}
