"""Scores a model folder: `awgn` on CBSD68, `sr-rgb` on Set5, or the project's own validation on gb82.

    python -m PyTorch.evaluation.evaluate models/1x-Denoise-S awgn --write
    python -m PyTorch.evaluation.evaluate models/2x-Upscale-M sr-rgb --write
    python -m PyTorch.evaluation.evaluate models/1x-Scan-S validation --write

awgn: float noise, neither clipped nor rounded, NumPy's generator seeded with 0 before each picture; blind; the output
is rounded to 8 bits; PSNR in RGB, mean over pictures. sr-rgb: 8-bit RGB halved by MATLAB's bicubic, output rounded,
Y unrounded, as many pixels cut at each side as the factor. --write puts the figures into the card.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from PyTorch.evaluation.cards import add_quality
from PyTorch.evaluation.metrics import luma, psnr, ssim
from PyTorch.networks.family import load_model, restored
from PyTorch.data.pictures import DATA, as_tensor, imresize, picture_paths, read_rgb, rounded
from PyTorch.evaluation.validate import as_picture, validate, TASKS, validation_pictures


def unrounded(x):
    return x[0].permute(1, 2, 0).double().numpy() * 255


def awgn(network, folder, sigmas):
    for sigma in sigmas:
        scores = []
        for path in picture_paths(f"test/{folder}"):
            clean = read_rgb(path)
            np.random.seed(0)
            noisy = clean / 255 + np.random.normal(0, sigma / 255, clean.shape)
            x = torch.from_numpy(noisy).float().permute(2, 0, 1)[None]
            y = as_picture(restored(network, x))
            scores.append((psnr(y, clean), ssim(y, clean), psnr(noisy * 255, clean)))
        after, similarity, before = np.mean(scores, 0)
        yield {"set": folder, "protocol": "awgn", "corruption": f"gaussian:{sigma}", "psnr": round(after, 2),
               "ssim": round(similarity, 4), "before": round(before, 2)}


def super_resolution(network, folder):
    scale, scores = network.scale, []
    for path in picture_paths(f"test/{folder}/HR"):
        large = read_rgb(path)
        large = large[: large.shape[0] // scale * scale, : large.shape[1] // scale * scale]
        small = read_rgb(DATA / f"test/{folder}/LRbicx{scale}" / path.name)
        y = as_picture(restored(network, as_tensor(small[None])))
        plain = rounded(imresize(small, scale))
        a, b, c = luma(y), luma(large), luma(plain)
        scores.append((psnr(a, b, scale), ssim(a, b, scale), psnr(c, b, scale)))
    after, similarity, before = np.mean(scores, 0)
    yield {"set": folder, "protocol": "sr-rgb", "corruption": f"bicubic:{scale}", "psnr": round(after, 2),
           "ssim": round(similarity, 4), "before": round(before, 2)}


NAMES = {"clean": "none", "grain15": "grain:15:blur=1:tone=colour", "grey15": "grain:15:blur=1:tone=grey",
         "grain30": "grain:30:blur=1.4:tone=colour", "white15": "gaussian:15 in 8 bits", "jpeg75": "jpeg:75",
         "scan": "grain:10:blur=0.8+jpeg:85", "y": "bicubic:2 in Y", "rgb": "bicubic:2 in RGB"}


def validation(network, task):
    before = {}
    for name, corrupt in TASKS.get(task, {}).items():
        pictures = validation_pictures()
        before[name] = np.mean([min(psnr(unrounded(corrupt(as_tensor(p[None]), i)), p), 60)
                                for i, p in enumerate(pictures)])
    for name, value in validate(network, task).items():
        row = {"set": "gb82", "protocol": "validation", "corruption": name.replace("white", "gaussian:") if task == "denoise" else NAMES[name],
               "psnr": round(float(value), 2)}
        if name in before:
            row["before"] = round(float(before[name]), 2)
        yield row


def main():
    p = argparse.ArgumentParser()
    p.add_argument("model", type=Path, help="a folder with model.safetensors, or a file")
    p.add_argument("protocol", choices=["awgn", "sr-rgb", "validation"])
    p.add_argument("--set")
    p.add_argument("--sigma", type=int, nargs="+", default=[15, 25, 50])
    p.add_argument("--task", choices=["denoise", "scan", "upscale"])
    p.add_argument("--write", action="store_true")
    p.add_argument("--threads", type=int, default=1)
    o = p.parse_args()
    torch.set_num_threads(o.threads)
    network = load_model(o.model if o.model.is_file() else o.model / "model.safetensors")
    if o.protocol == "awgn":
        rows = awgn(network, o.set or "CBSD68", o.sigma)
    elif o.protocol == "sr-rgb":
        rows = super_resolution(network, o.set or "Set5")
    else:
        rows = validation(network, o.task or json.loads((o.model / "model.json").read_text())["task"])
    kept = []
    for row in rows:
        print(json.dumps(row), flush=True)
        kept.append(row)
    if o.write:
        add_quality(o.model, kept)


if __name__ == "__main__":
    main()
