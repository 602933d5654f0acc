"""Pictures as those of the test sets of the nineties were made: small, sharpened, saved as JPEG.

    python -m PyTorch.data.older_pictures PICTURES OUT --seed 1 [--from 0.35 --to 0.8] [--lossless]

Every picture of a folder, downsampled by a factor drawn between `--from` and `--to` (bicubic), half of them sharpened
(unsharp mask of 0.5 to 1.2 pixels, 30 to 120 %), saved as JPEG of quality 70 to 92, 4:4:4 or 4:2:0, or as PNG. They are
for training as *clean* pictures: a denoiser that has seen such textures and blocks as something to keep is better on them.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

LEAST_SIDE = 96


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", type=float, default=0.35, dest="least")
    parser.add_argument("--to", type=float, default=0.8, dest="most")
    parser.add_argument("--lossless", action="store_true", help="PNG in place of JPEG")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(options.pictures.rglob("*")):
        if path.suffix not in (".png", ".jpg", ".jpeg"):
            continue
        image = Image.open(path).convert("RGB")
        factor = rng.uniform(options.least, options.most)
        image = image.resize([max(LEAST_SIDE, round(side * factor)) for side in image.size], Image.BICUBIC)
        if rng.random() < 0.5:
            radius, percent = float(rng.uniform(0.5, 1.2)), int(rng.integers(30, 120))
            image = image.filter(ImageFilter.UnsharpMask(radius, percent, threshold=0))
        quality, sampling = int(rng.integers(70, 93)), int(rng.choice([0, 2]))
        if options.lossless:
            image.save(options.out / f"{path.stem}.png", compress_level=1)
        else:
            image.save(options.out / f"{path.stem}.jpg", quality=quality, subsampling=sampling)


if __name__ == "__main__":
    main()
