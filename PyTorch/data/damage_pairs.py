"""Pictures with damage, and damage masks, for a network that makes masks.

    python -m PyTorch.data.damage_pairs OUT --count 6 --seed 1 [--half 0]

writes OUT/damaged and OUT/masks, PNG of 384x384: `--count` squares of every picture of the training data, one in four
as it was, on the others one overlay of `data/defects` or more, of every kind alike, made 0.4 to 1.5 times as large, turned
and flipped; a quarter of them black instead of white, a fifth of them fainter. A mask is 1 where a sample changed by
more than 10 of 255. `--half` takes the overlays whose number within their kind is even (0) or odd (1) alone, so that the
others are there to test with.
"""

import argparse
import functools
from pathlib import Path

import numpy as np
from PIL import Image

from PyTorch.data.pictures import DATA

SIDE = 384
THRESHOLD = 10


@functools.cache
def overlay(path):
    return Image.open(path).convert("RGBA")


def placed(kinds, rng):
    """An overlay as it is laid: colours and opacities, [H, W, 4], 0...255."""
    paths = kinds[rng.integers(len(kinds))]
    image = overlay(paths[rng.integers(len(paths))])
    side = max(40, int(image.width * np.exp(rng.uniform(np.log(0.4), np.log(1.5)))))
    image = image.resize((side, side), Image.LANCZOS).rotate(90 * int(rng.integers(4)))
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    values = np.asarray(image).astype(np.float32)
    if rng.random() < 0.25:
        values[..., :3] = 255 - values[..., :3]
    if rng.random() < 0.2:
        values[..., 3] *= rng.uniform(0.5, 1)
    return values


def damaged(clean, kinds, rng):
    """`clean`, [H, W, 3], under one overlay or more, each partly inside at least."""
    result = clean.copy()
    for _ in range(1 + rng.poisson(0.5)):
        values = placed(kinds, rng)
        side = values.shape[0]
        top, left = (int(rng.integers(-side // 2, SIDE - side // 2)) for _ in range(2))
        rows, columns = (slice(max(0, a), min(SIDE, a + side)) for a in (top, left))
        part = values[rows.start - top:rows.stop - top, columns.start - left:columns.stop - left]
        opacity = part[..., 3:] / 255
        result[rows, columns] += (part[..., :3] - result[rows, columns]) * opacity
    return result


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=Path)
    p.add_argument("--count", type=int, default=6)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--half", type=int, choices=[0, 1])
    options = p.parse_args()
    rng = np.random.default_rng(options.seed)
    kinds = [
        [path for index, path in enumerate(sorted(kind.glob("*.png"))) if options.half in (None, index % 2)]
        for kind in sorted((DATA / "defects").iterdir())
    ]
    for name in ("damaged", "masks"):
        (options.out / name).mkdir(parents=True, exist_ok=True)
    number = 0
    for path in sorted(p for p in (DATA / "train").rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg")):
        picture = np.asarray(Image.open(path).convert("RGB")).astype(np.float32)
        height, width = picture.shape[:2]
        if min(height, width) < SIDE:
            continue
        for _ in range(options.count):
            top, left = int(rng.integers(height - SIDE + 1)), int(rng.integers(width - SIDE + 1))
            clean = picture[top:top + SIDE, left:left + SIDE]
            made = clean if rng.random() < 0.25 else damaged(clean, kinds, rng)
            made = np.clip(made + 0.5, 0, 255).astype(np.uint8)
            mask = np.abs(made.astype(np.float32) - clean).max(2) > THRESHOLD
            Image.fromarray(made).save(options.out / "damaged" / f"{number:05d}.png", compress_level=1)
            Image.fromarray((255 * mask).astype(np.uint8)).convert("RGB").save(options.out / "masks" / f"{number:05d}.png")
            number += 1
    print(f"{number} pairs")


if __name__ == "__main__":
    main()
