import Kernels
import Tensors

func convolved(_ image: PlanarImage, weights: Tensor) -> PlanarImage {
    let (outputs, height, width) = (weights.shape[0], image.height, image.width)
    let result = PlanarImage(channels: outputs, height: height, width: width)
    let buffers = [image.channels, outputs].map { channels in
        let count = BlockedView.elementCount(channels: channels, height: height, width: width)
        return AlignedBuffer<Float>(repeating: 0, count: count)
    }
    withExtendedLifetime(buffers) {
        let input = BlockedView(storage: buffers[0].base, channels: image.channels, height: height, width: width)
        let output = BlockedView(storage: buffers[1].base, channels: outputs, height: height, width: width)
        input.load(image.view)
        PackedConvolution(kind: .threeByThree, weights: weights).apply(input, to: output)
        output.store(to: result.view)
    }
    return result
}
