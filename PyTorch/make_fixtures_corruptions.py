"""Makes Tests/Fixtures/corruptions: what NumPy, SciPy, PyTorch and Pillow make of a part of `anchors/grass.png`.

Tensors are [C, H, W] on 0...1, computed in float64 and rounded once; random numbers are NumPy's, `np.random.seed(7)`
before each, drawn in the order row, column, channel.
"""

import json
from pathlib import Path

import numpy as np
import scipy.ndimage
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.numpy import save_file

from corruptions import jpeg

FIXTURES = Path(__file__).resolve().parents[1] / "Tests/Fixtures"


def seeded():
    return np.random.RandomState(7)


def motion_kernel(length, angle):
    """Weight 1 - distance to the segment, found by walking along it in small steps."""
    half, turn = (length - 1) / 2, np.deg2rad(angle)
    margin = int(np.ceil(half)) + 1
    at = np.linspace(-half, half, 200_001)
    kernel = np.zeros((2 * margin + 1,) * 2)
    for dy in range(-margin, margin + 1):
        for dx in range(-margin, margin + 1):
            distance = np.hypot(dx - at * np.cos(turn), dy + at * np.sin(turn)).min()
            kernel[dy + margin, dx + margin] = max(0, 1 - distance)
    return kernel / kernel.sum()


def by_channel(x, function):
    return np.stack([function(x[..., c]) for c in range(x.shape[2])], 2)


def bilinear(x, factor):
    """Antialiased, the picture mirrored beyond its edges."""
    h, w = x.shape[0] // factor * factor, x.shape[1] // factor * factor
    pad = 4 * factor
    y = np.pad(x[:h, :w], ((pad, pad), (pad, pad), (0, 0)), "symmetric")
    y = torch.from_numpy(y).permute(2, 0, 1)[None]
    y = F.interpolate(y, scale_factor=1 / factor, mode="bilinear", antialias=True, align_corners=False)
    return y[0, :, 4:-4, 4:-4].permute(1, 2, 0).numpy()


def area(x, factor):
    h, w = x.shape[0] // factor, x.shape[1] // factor
    return x[: h * factor, : w * factor].reshape(h, factor, w, factor, 3).mean((1, 3))


def salt_and_pepper(x, share, salt):
    u = seeded().random_sample(x.shape)
    return np.where(u < share * salt, 1, np.where(u < share, 0, x))


def mask(x, share, block):
    h, w = x.shape[:2]
    u = seeded().random_sample((-(-h // block), -(-w // block)))
    return np.where(np.kron(u < share, np.ones((block, block)))[:h, :w, None] > 0, 0, x)


def shifted_jpeg(picture, quality, subsampling, dy, dx):
    padded = np.pad(picture, ((dy, 0), (dx, 0), (0, 0)), "edge")
    return jpeg(padded, quality, subsampling)[dy:, dx:]


def main():
    target = FIXTURES / "corruptions"
    target.mkdir(exist_ok=True)
    picture = np.asarray(Image.open(FIXTURES / "anchors/grass.png").convert("RGB"))[:25, :29]
    x = (picture / 255).astype(np.float32).astype(np.float64)
    cases = {
        "poisson:3": seeded().poisson(x * 3) / 3,
        "poisson:30": seeded().poisson(x * 30) / 30,
        "poisson:20000": seeded().poisson(x * 20000) / 20000,
        "speckle:40": x + x * seeded().normal(0, 40 / 255, x.shape),
        "saltpepper:0.2:salt=0.3": salt_and_pepper(x, 0.2, 0.3),
        "mask:0.5": mask(x, 0.5, 1),
        "mask:0.5:block=8": mask(x, 0.5, 8),
        "bilinear:2": bilinear(x, 2),
        "bilinear:3": bilinear(x, 3),
        "area:2": area(x, 2),
        "area:4": area(x, 4),
        "quantise:3": np.floor(x * 7 + 0.5) / 7,
        "jpeg:40": jpeg(picture, 40, 2) / 255,
        "jpeg:10:sampling=444": jpeg(picture, 10, 0) / 255,
        "jpeg:95": jpeg(picture, 95, 2) / 255,
        "jpeg:40:dy=3:dx=5": shifted_jpeg(picture, 40, 2, 3, 5) / 255,
        "jpeg:40+jpeg:80:dx=4": shifted_jpeg(jpeg(picture, 40, 2), 80, 2, 0, 4) / 255,
    }
    for sd in (0.1, 0.7, 2.5):
        cases[f"blur:{sd}"] = by_channel(x, lambda p: scipy.ndimage.gaussian_filter(p, sd))
    for length, angle in ((9, 0), (9, 30), (6.5, -75), (1, 40)):
        kernel = motion_kernel(length, angle)
        cases[f"motion:{length}:angle={angle}"] = by_channel(
            x, lambda p: scipy.ndimage.correlate(p, kernel, mode="reflect"))
    names = list(cases)
    tensors = {str(i): np.ascontiguousarray(cases[name].transpose(2, 0, 1), np.float32) for i, name in enumerate(names)}
    tensors["picture"] = np.ascontiguousarray(x.transpose(2, 0, 1), np.float32)
    save_file(tensors, target / "corruptions.safetensors", metadata={"cases": json.dumps(names)})


if __name__ == "__main__":
    main()
