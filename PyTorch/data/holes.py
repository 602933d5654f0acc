"""Masks of holes, for a network that fills them.

    python -m PyTorch.data.holes CLASSES OUT [--count N] [--seed 1]

writes OUT, grey PNG: of every picture of classes that `mending_pairs` made and that shows damage, the damage made larger by
1 to 3 pixels, at most 15 % of the picture; and as many masks of larger holes of up to 48 pixels, one in four of all.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from PyTorch.data import damage_drawing as drawing

LARGEST_SHARE = 0.15


def large(side, rng):
    mask = np.zeros((side, side), bool)
    for _ in range(1 + rng.poisson(6)):
        radius = np.exp(rng.uniform(np.log(5), np.log(24)))
        mask |= drawing.polygon(drawing.blob_outline(rng.uniform(0, side, 2), radius, rng), side) > 0.5
    for _ in range(rng.poisson(1)):
        mask |= drawing.crease(side, rng) > 0.3
    return mask


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("classes", type=Path)
    p.add_argument("out", type=Path)
    p.add_argument("--count", type=int, default=1500)
    p.add_argument("--seed", type=int, default=1)
    options = p.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(options.seed)
    paths = sorted(options.classes.glob("*.png"))
    paths = [paths[i] for i in rng.permutation(len(paths))]
    number = 0
    for path in paths:
        if number >= options.count:
            break
        damage = np.asarray(Image.open(path))[..., 0] == 0
        mask = ndimage.binary_dilation(damage, np.ones((3, 3)), iterations=int(rng.integers(1, 4)))
        if rng.random() < 0.25:
            mask = large(mask.shape[0], rng)
        if 0.002 < mask.mean() < LARGEST_SHARE:
            Image.fromarray((255 * mask).astype(np.uint8)).save(options.out / f"{number:05d}.png")
            number += 1
    print(f"{number} masks")


if __name__ == "__main__":
    main()
