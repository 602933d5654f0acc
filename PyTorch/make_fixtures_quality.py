"""Makes Tests/Fixtures/quality: MS-SSIM, PSNR-B, MAE and blur in float64, SSIM's maps and blur by scikit-image.

The pictures are made of whole numbers and NumPy's legacy noise, so that any program can make them.
"""

import json
from pathlib import Path

import numpy as np
import skimage
from skimage.measure import blur_effect
from skimage.metrics import structural_similarity

from metrics import luma, psnr

TARGET = Path(__file__).resolve().parents[1] / "Tests/Fixtures/quality"
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def picture(height, width):
    """Shades, steps and a little texture: [H, W, 3] of 8 bits."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return (40 + (x * 3 + y * 2) % 256 // 2 + (x // 24 + y // 17) % 3 * 20 + (x * y) % 7 * 3 + c * 5).astype(np.uint8)


def degraded(clean, kind):
    np.random.seed(0)
    if kind == "noise":
        noisy = (clean / 255 + np.random.normal(0, 25 / 255, clean.shape)).astype(np.float32)
        return np.floor(np.clip(noisy, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    if kind == "steps":
        return (clean // 16 * 16 + 8).astype(np.uint8)
    # Blocks of 8x8 made flat in part: three quarters of each block's own mean, in whole numbers.
    height, width = clean.shape[0] // 8 * 8, clean.shape[1] // 8 * 8
    result = clean.astype(np.int64)
    blocks = result[:height, :width].reshape(height // 8, 8, width // 8, 8, 3)
    means = blocks.sum((1, 3), keepdims=True) // 64
    result[:height, :width] = ((blocks + 3 * means) // 4).reshape(height, width, 3)
    return result.astype(np.uint8)


def contrast_and_ssim(a, b):
    """The means of the factor of contrast and structure, and of SSIM, from scikit-image's own windows."""
    from scipy.ndimage import correlate1d
    at = np.arange(-5, 6)
    window = np.exp(-(at**2) / (2 * 1.5**2))
    window /= window.sum()

    def mean(v):
        return correlate1d(correlate1d(v, window, 0), window, 1)[5:-5, 5:-5]

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ma, mb = mean(a), mean(b)
    va, vb, vab = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    contrast = (2 * vab + c2) / (va + vb + c2)
    whole = np.mean((2 * ma * mb + c1) / (ma * ma + mb * mb + c1) * contrast)
    skimage_ssim = structural_similarity(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
    assert abs(whole - skimage_ssim) < 1e-12
    return np.mean(contrast), whole


def halved(a):
    a = np.pad(a, ((0, a.shape[0] % 2), (0, a.shape[1] % 2)), mode="edge")
    return (a[::2, ::2] + a[::2, 1::2] + a[1::2, ::2] + a[1::2, 1::2]) / 4


def ms_ssim(a, b):
    """Wang 2003 of one plane."""
    product = 1
    for scale, weight in enumerate(WEIGHTS):
        contrast, whole = contrast_and_ssim(a, b)
        product *= max(0, whole if scale == 4 else contrast) ** weight
        a, b = halved(a), halved(b)
    return product


def psnr_b(image, reference):
    """Yim and Bovik 2011; planes last, pooled; the edges of blocks counted as they are."""
    image, reference = (v.astype(np.float64).reshape(v.shape[0], v.shape[1], -1) for v in (image, reference))
    edge, other, edges, others = 0, 0, 0, 0
    for axis in (0, 1):
        squares = np.diff(image, axis=axis) ** 2
        at_edge = np.arange(squares.shape[axis]) % 8 == 7
        edge += squares.compress(at_edge, axis).sum()
        edges += squares.compress(at_edge, axis).size
        other += squares.compress(~at_edge, axis).sum()
        others += squares.compress(~at_edge, axis).size
    excess = edge / edges - other / others
    effect = 3 / np.log2(min(image.shape[:2])) * excess if excess > 0 else 0
    return 10 * np.log10(255**2 / (np.mean((image - reference) ** 2) + effect))


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    rows = []
    for height, width in ((176, 176), (183, 201), (200, 190)):
        clean = picture(height, width)
        for kind in ("noise", "steps", "blocks"):
            other = degraded(clean, kind)
            a, b = clean.astype(np.float64), other.astype(np.float64)
            rows.append({
                "height": height, "width": width, "kind": kind,
                "psnr": psnr(b, a), "channelPSNR": [psnr(b[..., c], a[..., c]) for c in range(3)],
                "ssim": float(np.mean([contrast_and_ssim(a[..., c], b[..., c])[1] for c in range(3)])),
                "msSSIM": float(np.mean([ms_ssim(a[..., c], b[..., c]) for c in range(3)])),
                "msSSIMY": float(ms_ssim(luma(a), luma(b))),
                "psnrB": float(psnr_b(b, a)), "psnrBY": float(psnr_b(luma(b), luma(a))),
                "mae": float(np.mean(np.abs(a - b))), "max": float(np.max(np.abs(a - b))),
                "blur": float(blur_effect(b[..., 1] / 255)), "sum": int(other.astype(np.int64).sum())})
    (TARGET / "quality.json").write_text(json.dumps(
        {"versions": {"numpy": np.__version__, "scikit-image": skimage.__version__},
         "about": "the picture and what was done to it: make_fixtures_quality.py; sum: of all samples; blur: of channel 1",
         "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
