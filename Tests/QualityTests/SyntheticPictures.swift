import Corruptions
import Tensors

/// The test picture of the oracle: 37 rows, 53 columns, RGB, made of whole numbers so that any program can make it:
/// `(x*x*3//8 + y*5 + c*29 + ((x*y) % 17)*3) % 256`.
func testPicture() -> PlanarImage {
    let image = PlanarImage(channels: 3, height: 37, width: 53)
    for c in 0..<3 {
        for y in 0..<37 {
            for x in 0..<53 {
                let value = (x * x * 3 / 8 + y * 5 + c * 29 + (x * y) % 17 * 3) % 256
                image.view.row(c, y)[x] = Float(value) / 255
            }
        }
    }
    return image
}

func noisyTestPicture() throws -> PlanarImage {
    var random = RandomState(seed: 0)
    return try GaussianNoise(sigma: 25).applied(to: testPicture(), random: &random)
}

extension PlanarImage {
    func channel(_ index: Int) -> PlanarImage {
        let size = height * width
        return PlanarImage(
            channels: 1, height: height, width: width, samples: Array(samples[index * size..<(index + 1) * size]))
    }

    func filled(_ value: Float, _ c: Int, _ y: Int, _ x: Int) -> PlanarImage {
        let copy = PlanarImage(channels: channels, height: height, width: width, samples: samples)
        copy.view.row(c, y)[x] = value
        return copy
    }
}
