import Quality
import Tensors

func printFigures(clean: PlanarImage, noisy: PlanarImage, restored: PlanarImage) throws {
    let comparison = Comparison(reference: clean, protocol: .awgn)
    let before = try comparison.scores(of: noisy, .before)
    let after = try comparison.scores(of: restored, .after)
    print(before.psnr, after.psnr, after.ssim ?? .nan)
}
