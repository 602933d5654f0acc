"""Checks of the batches made on a device against Pillow, NumPy and identities; ends with status 1 if one fails.

    python -m PyTorch.data.check_batches
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from PyTorch.data import batches
from PyTorch.networks import check as checks
from PyTorch.data import corruptions
from PyTorch.networks.check import check
from PyTorch.data.pictures import imresize, read_rgb

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
def sample():
    picture = read_rgb(sorted(SAMPLES.rglob("*.png"))[0])
    return picture[: picture.shape[0] // 16 * 16, : picture.shape[1] // 16 * 16]


def as_batch(picture):
    return torch.tensor(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float()


def jpeg():
    picture = sample()
    for quality in (5, 20, 50, 75, 95):
        for subsampled in (True, False):
            expected = corruptions.jpeg(picture, quality, 2 if subsampled else 0).astype(int)
            found = batches.jpeg(as_batch(picture), torch.tensor([quality + 0.5]), subsampled)
            difference = np.abs(found[0].permute(1, 2, 0).numpy() - expected)
            # libjpeg's transform is of whole numbers: a coefficient on the edge of two steps may go the other way.
            check(f"JPEG {quality} {'4:2:0' if subsampled else '4:4:4'} is Pillow's", difference.mean() < 0.4,
                  f"mean {difference.mean():.3f}, largest {difference.max():.0f}, same {np.mean(difference == 0):.3f}")


def bicubic():
    picture = sample()
    for scale in (2, 4):
        expected = imresize(picture, 1 / scale)[2:-2, 2:-2]
        found = batches.bicubic_reduced(as_batch(picture), scale)[0].permute(1, 2, 0).numpy()
        check(f"bicubic 1/{scale} is MATLAB's", found.shape == expected.shape and np.abs(found - expected).max() < 1e-3,
              f"{np.abs(found - expected).max():.1e}")


def noise():
    torch.manual_seed(1)
    for deviation in (0.0, 0.6, 1.4):
        film = batches.grain((4, 3, 128, 128), torch.full((4,), deviation), torch.device("cpu"), radius=6)
        found = film.std().item()
        check(f"grain of {deviation} pixels has a deviation of 1", abs(found - 1) < 0.03, f"{found:.3f}")
    x = torch.rand(2, 3, 64, 64)
    k = corruptions.gaussian_kernels(torch.tensor([0.8, 1.2]), 4)
    padded = torch.nn.functional.pad(x, (4,) * 4, mode="replicate")
    expected = torch.stack([torch.nn.functional.conv2d(padded[i][:, None], (k[i][:, None] * k[i])[None, None])[:, 0]
                            for i in range(2)])
    found = batches.blurred(x, torch.tensor([0.8, 1.2]))
    check("each sample has its own blur", torch.allclose(found, expected, atol=1e-5))


class OnePicture:
    """Crops of one picture, so that what a batch pairs can be judged."""

    def __init__(self, picture):
        self.device, self.picture = torch.device("cpu"), as_batch(picture)

    def crops(self, count, side):
        y, x = (np.random.randint(0, n - side + 1, count) for n in self.picture.shape[-2:])
        return torch.cat([batches.cut(self.picture, int(a), int(b), side) for a, b in zip(y, x)])


def pairs():
    """Input and target lie on each other: moving one by a pixel makes the difference larger."""
    pictures = OnePicture(sample())
    makers = {"compressed": lambda: batches.compressed(pictures, 6, 64),
              "noisy": lambda: batches.noisy(pictures, 6, 64),
              "upscaling by 2": lambda: batches.upscaling(pictures, 6, 64, 2),
              "upscaling by 4": lambda: batches.upscaling(pictures, 6, 32, 4),
              "photographed": lambda: batches.photographed(pictures, 6, 64)}
    for name, make in makers.items():
        x, target, _ = make()
        scale = target.shape[-1] // x.shape[-1]
        small = torch.nn.functional.avg_pool2d(target, scale)

        def distance(dy, dx):
            return ((torch.roll(x, (dy, dx), (2, 3)) - small)[..., 2:-2, 2:-2] ** 2).mean().item()

        others = [distance(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]
        check(f"{name}: input and target lie on each other", distance(0, 0) < min(others),
              f"{distance(0, 0):.5f} beside {min(others):.5f}")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for part in (jpeg, bicubic, noise, pairs):
        part()
    sys.exit(checks.failures > 0)
