"""Pictures in memory: reading, random patches, MATLAB's resampling in NumPy."""

import concurrent.futures
import functools
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from PyTorch.networks.bicubic import cubic

DATA = Path(os.environ.get("RETOUCH_DATA", Path(__file__).resolve().parents[2] / "../shared/data"))
VALIDATION = "gb82"


def picture_paths(folder):
    return sorted(p for p in (DATA / folder).rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg", ".bmp"))


def read_rgb(path):
    return np.asarray(Image.open(path).convert("RGB"))


def contributions(inputs, outputs, scale, edges="symmetric"):
    """The matrix of MATLAB's imresize along one axis: bicubic, antialiased where it reduces, float64.

    Edges are "symmetric" since about R2011; before, indices were "clamped".
    """
    matrix = np.zeros((outputs, inputs))
    stretch = min(scale, 1.0)
    width = 4 / stretch
    taps = int(np.ceil(width)) + 2
    for o in range(outputs):
        centre = (o + 1) / scale + 0.5 * (1 - 1 / scale)
        left = int(np.floor(centre - width / 2))
        at = left + np.arange(taps)
        weights = np.array([stretch * cubic(stretch * (centre - i)) for i in at])
        weights /= weights.sum()
        for i, weight in zip(at, weights):
            if edges == "clamped":
                j = min(max(i - 1, 0), inputs - 1)
            else:
                j = (i - 1) % (2 * inputs)
                j = j if j < inputs else 2 * inputs - 1 - j
            matrix[o, j] += weight
    return matrix


def imresize(picture, scale, edges="symmetric", between=lambda x: x):
    """MATLAB's imresize(picture, scale, 'bicubic') of an [H, W] or [H, W, C] array, in float64, not rounded.

    `between` is what happens to the values between rows and columns: nothing for float pictures.
    """
    h, w = picture.shape[:2]
    rows = contributions(h, int(np.ceil(h * scale)), scale, edges)
    columns = contributions(w, int(np.ceil(w * scale)), scale, edges)
    first = between(np.tensordot(rows, picture.astype(np.float64), (1, 0)))
    return np.moveaxis(np.tensordot(columns, first, (1, 1)), 0, 1)


def published_small(picture, factor):
    """What the published LRbicx files of Set5 and Set14 hold, to the sample: clamped edges, and 8 bits already between
    rows and columns."""
    return rounded(imresize(picture, 1 / factor, "clamped", lambda x: rounded(x).astype(np.float64)))


def rounded(picture):
    """Float on 0...255 to uint8, half away from zero as MATLAB does; noise of the last bit is taken off first."""
    return np.clip(np.floor(np.round(picture, 9) + 0.5), 0, 255).astype(np.uint8)


def halved(picture):
    """imresize by 1/2 of an even-sided uint8 picture, in Float32 (fast: 8 taps each way), as uint8."""
    x = torch.tensor(picture).permute(2, 0, 1)[:, None].float()
    taps = torch.tensor([0.5 * cubic(0.5 * (k - 3.5)) for k in range(8)])
    x = torch.cat([x[..., :3, :].flip(-2), x, x[..., -3:, :].flip(-2)], -2)
    x = torch.cat([x[..., :3].flip(-1), x, x[..., -3:].flip(-1)], -1)
    x = torch.nn.functional.conv2d(x, taps.view(1, 1, 8, 1), stride=(2, 1))
    x = torch.nn.functional.conv2d(x, taps.view(1, 1, 1, 8), stride=(1, 2))
    return (x[:, 0].permute(1, 2, 0) + 0.5).floor().clamp(0, 255).byte().numpy()


def read_scaled(path, scales):
    """The picture at each scale, of which the first is 1; [H, W, 3] uint8."""
    image = Image.open(path).convert("RGB")
    sides = [(round(image.width * s), round(image.height * s)) for s in scales]
    return [np.asarray(image if s == image.size else image.resize(s, Image.Resampling.LANCZOS)) for s in sides]


class TrainingPictures:
    """The clean pictures of `train/` as uint8, at full size and reduced, so that a sharp, low-noise patch costs a slice."""

    def __init__(self, scales=(1.0, 0.75, 0.5), smallest=144):
        self.pictures, sizes = [], []
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
            read = pool.map(functools.partial(read_scaled, scales=scales), picture_paths("train"), chunksize=4)
            for full, *reduced in read:
                area = full.shape[0] * full.shape[1]
                # Half of the patches at full size, half reduced.
                for p, share in [(full, 0.5)] + [(r, 0.5 / len(reduced)) for r in reduced]:
                    if min(p.shape[:2]) >= smallest:
                        self.pictures.append(p)
                        sizes.append(area * share)
        self.cumulative = np.cumsum(np.array(sizes) / sum(sizes))

    def patches(self, random, count, side):
        """[count, side, side, 3] uint8, in one of the eight orientations."""
        batch = np.empty((count, side, side, 3), np.uint8)
        for n in range(count):
            p = self.pictures[min(int(np.searchsorted(self.cumulative, random.random())), len(self.pictures) - 1)]
            y, x = random.integers(p.shape[0] - side + 1), random.integers(p.shape[1] - side + 1)
            batch[n] = oriented(p[y : y + side, x : x + side], random.integers(8))
        return batch


class TrainingPairs:
    """Clean pictures with their halves by MATLAB's bicubic, both uint8."""

    def __init__(self):
        self.pairs, sizes = [], []
        for path in picture_paths("train"):
            p = read_rgb(path)
            p = p[: p.shape[0] // 2 * 2, : p.shape[1] // 2 * 2]
            self.pairs.append((p, halved(p)))
            sizes.append(p.shape[0] * p.shape[1])
        self.cumulative = np.cumsum(np.array(sizes) / sum(sizes))

    def patches(self, random, count, side):
        """Small [count, side, side, 3] and large [count, 2 side, 2 side, 3], uint8."""
        small = np.empty((count, side, side, 3), np.uint8)
        large = np.empty((count, 2 * side, 2 * side, 3), np.uint8)
        for n in range(count):
            hr, lr = self.pairs[min(int(np.searchsorted(self.cumulative, random.random())), len(self.pairs) - 1)]
            y, x = random.integers(lr.shape[0] - side + 1), random.integers(lr.shape[1] - side + 1)
            way = random.integers(8)
            small[n] = oriented(lr[y : y + side, x : x + side], way)
            large[n] = oriented(hr[2 * y : 2 * (y + side), 2 * x : 2 * (x + side)], way)
        return small, large


def oriented(picture, way):
    if way & 1:
        picture = picture[::-1]
    if way & 2:
        picture = picture[:, ::-1]
    return picture.transpose(1, 0, 2) if way & 4 else picture


def as_tensor(pictures):
    """[N, H, W, C] uint8 to [N, C, H, W] Float32 on 0...1."""
    return torch.tensor(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255
