"""Frames of old film: dust, hairs, scratches and streaks on the film, grain, the softness of copies, the video's blocks.

Dirt lies on the film, so it comes before the softness of the copy and before the video. Overlays: `data/defects`
(FilmDamageSimulator, MIT), read once as masks at several sizes; lines and grain are drawn.
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from PyTorch.data.corruptions import blurred, gaussian_kernels, grain, jpeg
from PyTorch.data.pictures import DATA

# Share of each kind of overlay; stains and smut are large and rare.
KINDS = {"dirt": 0.2, "dots": 0.15, "hair-short": 0.1, "lint": 0.05, "scratches": 0.12, "smut": 0.05, "spots": 0.2,
         "sprinkles": 0.08, "stain": 0.05}
SIZES = (48, 72, 112, 176)


class Overlays:
    """Masks on 0...1 at several sizes, by kind."""

    def __init__(self):
        self.masks = {}
        for kind in KINDS:
            paths = sorted((DATA / "defects" / kind).glob("*.png"))
            if not paths:
                raise FileNotFoundError(f"{DATA / 'defects' / kind}: no overlays")
            whole = [Image.open(p).convert("RGBA").getchannel("A") for p in paths]
            self.masks[kind] = [np.asarray(m.resize((s, s), Image.Resampling.BOX), np.float32) / 255
                                for m in whole for s in SIZES]

    def dirt(self, side, random):
        """[side, side] opacities of one overlay anywhere, turned and mirrored."""
        kinds = list(KINDS)
        masks = self.masks[random.choice(kinds, p=list(KINDS.values()))]
        mask = np.rot90(masks[random.integers(len(masks))], random.integers(4))
        mask = mask[:, :: random.choice((-1, 1))]
        canvas, m = np.zeros((side, side), np.float32), mask.shape[0]
        y, x = random.integers(-m + 4, side - 4, 2)
        ys, xs = slice(max(0, y), min(side, y + m)), slice(max(0, x), min(side, x + m))
        canvas[ys, xs] = mask[ys.start - y : ys.stop - y, xs.start - x : xs.stop - x]
        return canvas


def specks(side, random):
    """[side, side] opacities of a few small ellipses with soft edges."""
    canvas = np.zeros((side, side), np.float32)
    at = np.mgrid[:side, :side].astype(np.float32)
    for _ in range(random.integers(1, 6)):
        y, x = random.uniform(0, side, 2)
        a, b = random.uniform(0.6, 3.5), random.uniform(0.6, 3.5)
        turn = random.uniform(0, np.pi)
        u = (at[0] - y) * np.cos(turn) + (at[1] - x) * np.sin(turn)
        v = (at[1] - x) * np.cos(turn) - (at[0] - y) * np.sin(turn)
        r = np.sqrt((u / a) ** 2 + (v / b) ** 2)
        canvas = np.maximum(canvas, np.clip((1 - r) * min(a, b) + 0.5, 0, 1))
    return canvas


def scratch(side, random):
    """[side, side] opacities of a nearly straight line along the run of the film, broken here and there."""
    at = np.arange(side)
    position = random.uniform(0, side) + random.uniform(-0.03, 0.03) * at
    width = random.uniform(0.5, 1.5)
    line = np.clip(width + 0.5 - np.abs(np.arange(side)[None] - position[:, None]), 0, 1)
    along = np.interp(at, np.linspace(0, side, 6), random.uniform(-0.3, 1, 6)).clip(0, 1)
    return (line * along[:, None]).astype(np.float32)


def laid_on(picture, opacity, random, lowest, highest):
    """[3, H, W] under black or white dirt."""
    value = random.uniform(0, 0.15) if random.random() < 0.5 else random.uniform(0.8, 1)
    mask = torch.from_numpy(opacity * random.uniform(lowest, highest)).float()
    return picture + (value - picture) * mask


class Film:
    def __init__(self):
        self.overlays = Overlays()

    def frame(self, picture, random, generator):
        """[3, S, S] on 0...1 as a frame of old film in a video, at the same size."""
        side = picture.shape[-1]
        x = picture
        for _ in range(random.integers(0, 3)):
            opacity = self.overlays.dirt(side, random) if random.random() < 0.5 else specks(side, random)
            x = laid_on(x, opacity, random, 0.4, 1)
        for _ in range(random.integers(1, 4) if random.random() < 0.35 else 0):
            x = laid_on(x, scratch(side, random), random, 0.1, 0.7)
        small = side if random.random() < 0.4 else max(24, round(side * random.uniform(0.5, 1)))
        x = x[None]
        if small != side:
            x = F.interpolate(x, size=(small, small), mode="bicubic", antialias=True, align_corners=False)
        x = blurred(x, gaussian_kernels(torch.tensor([random.uniform(0.3, 1.1)])))
        luma = x.mean(1, keepdim=True).clamp(0, 1)
        film = grain((1, 1, small, small), torch.tensor([random.uniform(0.5, 1.6)]), generator)
        x = x + film * (0.4 + 0.6 * 4 * luma * (1 - luma)) * (16 * random.random() ** 2 / 255)
        if random.random() < 0.3:  # Fine streaks along the run of the film.
            streaks = torch.randn(1, 1, max(2, small // 16), small, generator=generator)
            streaks = F.interpolate(streaks, size=(small, small), mode="bilinear", align_corners=False)
            x = x + streaks * (random.uniform(0, 7) / 255)
        bytes_ = torch.floor(x[0].clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).contiguous().numpy()
        if random.random() < 0.8:
            bytes_ = jpeg(bytes_, random.integers(30, 95), 2)
        x = torch.from_numpy(bytes_.copy()).permute(2, 0, 1)[None].float() / 255
        if small != side:
            x = F.interpolate(x, size=(side, side), mode="bicubic", align_corners=False)
        return x[0]
