"""Before and after, side by side at 100 %, for looking at.

    python -m PyTorch.evaluation.compare models/1x-Scan-S /tmp/look test/OldFilm test/OldPhotos
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from PyTorch.networks.family import load_model, restored
from PyTorch.data.pictures import as_tensor, picture_paths, read_rgb
from PyTorch.evaluation.validate import as_picture


def main():
    p = argparse.ArgumentParser()
    p.add_argument("model", type=Path)
    p.add_argument("target", type=Path)
    p.add_argument("folders", nargs="+", help="folders of the data")
    p.add_argument("--side", type=int, default=480, help="longest side of the crop from the middle")
    o = p.parse_args()
    torch.set_num_threads(1)
    network = load_model(o.model if o.model.is_file() else o.model / "model.safetensors")
    o.target.mkdir(parents=True, exist_ok=True)
    for folder in o.folders:
        for path in picture_paths(folder):
            picture = read_rgb(path)
            h, w = (min(o.side, n) for n in picture.shape[:2])
            y, x = (picture.shape[0] - h) // 2, (picture.shape[1] - w) // 2
            crop = picture[y : y + h, x : x + w]
            after = as_picture(restored(network, as_tensor(crop[None])))
            Image.fromarray(np.concatenate([crop, after], 1)).save(o.target / f"{path.parent.name[:12]}-{path.stem[:40]}.png")
            print(path.name, crop.shape, f"changed by {np.abs(after - crop.astype(float)).mean():.2f}")


if __name__ == "__main__":
    main()
