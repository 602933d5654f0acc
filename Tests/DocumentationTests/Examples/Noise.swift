import Tensors

func noisePicture(seed: UInt64) -> PlanarImage {
    let image = PlanarImage(channels: 3, height: 64, width: 64)
    var random = RandomStream(seed: seed)
    for channel in 0..<image.channels {
        for y in 0..<image.height {
            let row = image.view.row(channel, y)
            for x in 0..<image.width { row[x] = Float(random.uniform()) }
        }
    }
    return image
}
