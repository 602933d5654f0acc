import Autoencoders
import SystemPackage
import Training

func train(on pictures: FilePath, into folder: FilePath) throws {
    var configuration = TrainingConfiguration(architecture: UNet.small, images: [pictures.string])
    configuration.sampling.corruptions = ["gaussian:0-75"]
    configuration.length = .steps(30_000)
    let session = try TrainingSession(
        configuration: configuration, folder: folder, resources: .init(workers: 2, memoryLimit: 2 << 30))
    _ = try session.run(observe: { event in
        if case .completed(let model) = event { print(model) }
    })
}
