"""Validation on gb82 with fixed noise: what every choice of a recipe is made on."""

import functools

import numpy as np
import torch

from PyTorch.data import corruptions
from PyTorch.data.film import Film
from PyTorch.evaluation.metrics import luma, psnr
from PyTorch.networks.family import restored
from PyTorch.data.pictures import VALIDATION, as_tensor, halved, picture_paths, read_rgb


def validation_pictures(side=None):
    """Whole pictures, or their middle [side, side]."""
    pictures = [read_rgb(p) for p in picture_paths(VALIDATION)]
    if side:
        pictures = [p[(p.shape[0] - side) // 2 :, (p.shape[1] - side) // 2 :][:side, :side] for p in pictures]
    return pictures


def eight_bits(x):
    return torch.floor(x.clamp(0, 1) * 255 + 0.5) / 255


def as_picture(x):
    return torch.floor(x[0].clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).numpy()


def seeded(index):
    return torch.Generator().manual_seed(index)


def white(clean, index, sigma):
    return clean + torch.randn(clean.shape, generator=seeded(index)) * (sigma / 255)


def grainy(clean, index, sigma, deviation=1.0, grey=False):
    """Correlated grain, rounded to 8 bits as a file would be."""
    film = corruptions.grain(clean.shape, torch.tensor([deviation]), seeded(index))
    return eight_bits(clean + (film[:, :1] if grey else film) * (sigma / 255))


def compressed(clean, quality):
    return as_tensor(corruptions.jpeg(as_picture(clean), quality, 2)[None])


def film_frame(clean, index):
    """A frame of old film and the grey picture under it."""
    grey = eight_bits((clean * clean.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True))
    grey = grey.expand(-1, 3, -1, -1)
    return film().frame(grey[0], np.random.default_rng(index), seeded(index))[None], grey


@functools.cache
def film():
    return Film()


TASKS = {
    "denoise": {f"white{s}": (lambda c, i, s=s: white(c, i, s)) for s in (15, 25, 50)},
    "scan": {
        "clean": lambda c, i: c,
        "grain15": lambda c, i: grainy(c, i, 15),
        "grey15": lambda c, i: grainy(c, i, 15, grey=True),
        "grain30": lambda c, i: grainy(c, i, 30, 1.4),
        "white15": lambda c, i: eight_bits(white(c, i, 15)),
        "jpeg75": lambda c, i: compressed(c, 75),
        "scan": lambda c, i: compressed(grainy(c, i, 10, 0.8, grey=i % 2 == 0), 85),
        "film": film_frame,
    },
}


def validate(network, task, side=None):
    """Mean PSNR in RGB by corruption (for `upscale` also in Y, 2 pixels of border cut)."""
    result = {}
    pictures = validation_pictures(side)
    if task == "upscale":
        pictures = [p[: p.shape[0] // 2 * 2, : p.shape[1] // 2 * 2] for p in pictures]
        outputs = [as_picture(restored(network, as_tensor(halved(p)[None]))) for p in pictures]
        result["rgb"] = np.mean([psnr(o, p, 2) for o, p in zip(outputs, pictures)])
        result["y"] = np.mean([psnr(luma(o), luma(p), 2) for o, p in zip(outputs, pictures)])
        return result
    for name, corrupt in TASKS[task].items():
        values = []
        for i, p in enumerate(pictures):
            x = corrupt(as_tensor(p[None]), i)
            x, p = (x[0], as_picture(x[1])) if isinstance(x, tuple) else (x, p)
            values.append(min(psnr(as_picture(restored(network, x)), p), 60))
        result[name] = np.mean(values)
    return result
