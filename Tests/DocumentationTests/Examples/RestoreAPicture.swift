import Autoencoders
import Imaging
import Restoration
import SystemPackage

func restore(_ input: FilePath, to output: FilePath, modelFolder: FilePath) throws {
    let picture = try Picture(reading: input)
    let restorer = try Restorer(model: loadModel(at: modelFolder), memoryLimit: 2 << 30)
    let restored = try restorer.restore(picture.image, hasAlpha: picture.format.hasAlpha, workers: 4)
    try Picture(image: restored, format: picture.format, metadata: picture.metadata).write(to: output, as: .png)
}
