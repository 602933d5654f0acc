import Autoencoders
import Networks
import SystemPackage
import Training

func members() throws -> [Network] {
    let model = try loadModel(at: "models/1x-Denoise-S")
    let fresh = try InitialWeights.network(of: UNet.medium, seed: 1)
    return [model.network, fresh]
}
