"""Makes Tests/Fixtures/corruptions/camera.safetensors: noise of cameras and of magnitude pictures on a part of
`anchors/grass.png`.

Tensors are [C, H, W] on 0...1, computed in float64 and rounded once; random numbers are NumPy's,
`np.random.seed(25 + n)` before case n, so that all four phases of the mosaic come. Cases whose text begins with `grey `
are of the picture's first channel alone.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from camera import camera

FIXTURES = Path(__file__).resolve().parents[1] / "Tests/Fixtures"
FIRST_SEED = 25
CASES = [
    "camera:6", "camera:25:demosaic=bilinear:vary=0", "camera:60:read=1:gamma=1:sharpen=0.5",
    "camera:12:read=0:blur=1.5:chroma=3:colour=0.4", "camera:8:blur=0:sharpen=0:chroma=0:demosaic=bilinear",
    "camera:4:gamma=3:colour=2:vary=0.5", "camera:3:colour=0", "grey camera:6", "grey camera:30:blur=1:read=0",
    "rician:25", "grey rician:60",
]


def rician(x, rng, sigma):
    noise = sigma / 255 * rng.normal(0, 1, (*x.shape[:2], 2 * x.shape[2]))
    return np.hypot(x + noise[..., : x.shape[2]], noise[..., x.shape[2] :])


def corrupted(text, x, seed):
    kind, level, *rest = text.split(":")
    options = dict(part.split("=") for part in rest)
    options = {name: value if name == "demosaic" else float(value) for name, value in options.items()}
    return {"camera": camera, "rician": rician}[kind](x, np.random.RandomState(seed), float(level), **options)


def main():
    picture = np.asarray(Image.open(FIXTURES / "anchors/grass.png").convert("RGB"))[:25, :29].copy()
    # Black, white and strong colours are in it too.
    picture[:4, :12] = [0, 0, 0]
    picture[4:8, :12] = [255, 255, 255]
    picture[8:12, :12] = [255, 0, 40]
    x = (picture / 255).astype(np.float32).astype(np.float64)
    tensors = {"picture": x}
    for number, text in enumerate(CASES):
        source = x[..., :1] if text.startswith("grey ") else x
        tensors[str(number)] = corrupted(text.removeprefix("grey "), source, FIRST_SEED + number)
    tensors = {name: np.ascontiguousarray(y.transpose(2, 0, 1), np.float32) for name, y in tensors.items()}
    save_file(tensors, FIXTURES / "corruptions/camera.safetensors", metadata={"cases": json.dumps(CASES)})


if __name__ == "__main__":
    main()
