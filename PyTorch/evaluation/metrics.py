"""PSNR and SSIM as the papers compute them, in float64."""

import numpy as np
from scipy.ndimage import correlate1d


def psnr(a, b, border=0):
    """Peak 255, one mean over all samples; a, b: [H, W] or [H, W, C] on 0...255."""
    a, b = (cropped(v, border).astype(np.float64) for v in (a, b))
    error = np.mean((a - b) ** 2)
    return float("inf") if error == 0 else 10 * np.log10(255**2 / error)


def ssim(a, b, border=0):
    """Wang 2004: 11x11 Gaussian of 1.5, K = (.01, .03), valid window only; mean over channels."""
    a, b = (cropped(v, border).astype(np.float64) for v in (a, b))
    if a.ndim == 3:
        return float(np.mean([ssim(a[..., c], b[..., c]) for c in range(a.shape[2])]))
    at = np.arange(-5, 6)
    window = np.exp(-(at**2) / (2 * 1.5**2))
    window /= window.sum()

    def mean(x):
        return correlate1d(correlate1d(x, window, 0), window, 1)[5:-5, 5:-5]

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ma, mb = mean(a), mean(b)
    va, vb, vab = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    return float(np.mean((2 * ma * mb + c1) * (2 * vab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))))


def luma(picture):
    """Studio-range Y of BT.601, unrounded, of an RGB picture on 0...255."""
    return 16 + picture.astype(np.float64) @ np.array([65.481, 128.553, 24.966]) / 255


def cropped(picture, border):
    return picture[border : picture.shape[0] - border, border : picture.shape[1] - border] if border else picture
