import Autoencoders
import Networks
import Restoration
import SystemPackage
import Tensors

func squeezed(_ picture: PlanarImage, by model: FilePath) throws -> PlanarImage {
    let latents = try LatentModel(loadModel(at: model).network)
    let (latent, result) = try latents.encode(picture)
    print(latent.shape)
    return result
}
