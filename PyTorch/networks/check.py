"""Checks of the reference implementation itself; prints a line for each and ends with status 1 if one fails.

    python -m PyTorch.networks.check            quick ones
    python -m PyTorch.networks.check --data     those that need ../shared/data as well
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from PyTorch.evaluation.cards import multiply_adds, receptive_radius
from PyTorch.evaluation.evaluate import awgn
from PyTorch.evaluation.metrics import luma, psnr, ssim
from PyTorch.networks.bicubic import bicubic_upscaled
from PyTorch.networks.family import load_model, make_network, restored, save_model
from PyTorch.data.pictures import halved, imresize, picture_paths, published_small, read_rgb, rounded

MODELS = Path(__file__).resolve().parents[2] / "models"
failures = 0


def check(name, holds, found=""):
    global failures
    failures += not holds
    print(("ok      " if holds else "FAILED  ") + name, found)


def networks():
    unet = make_network({"architecture": "unet"})
    unet.initialise()
    for p in unet.parameters():
        p.data *= 1.3
    check("D-S has the parameters and multiply-adds of the plan", sum(p.numel() for p in unet.parameters()) == 1039920
          and 41_000 < multiply_adds(unet, 3) < 43_000, f"{multiply_adds(unet, 3):.0f} a pixel")
    x = torch.rand(1, 3, 32, 48)
    with torch.no_grad():
        a, b = unet.double()(2.5 * x.double(), torch.tensor([0.25])), unet(x.double(), torch.tensor([0.1])) * 2.5
    check("a bias-free network is homogeneous", torch.allclose(a, b, rtol=1e-6, atol=1e-6))
    with tempfile.TemporaryDirectory() as folder:
        save_model(f"{folder}/m.safetensors", unet)
        again = load_model(f"{folder}/m.safetensors")
    check("a model is read as it was written", all(torch.equal(v, again.state_dict()[k])
                                                     for k, v in unet.float().state_dict().items()))
    reach(make_network({"architecture": "unet", "widths": [4, 4, 4]}))
    reach(make_network({"architecture": "unet", "widths": [4, 4], "blocks": 2, "noiseMap": False}))
    reach(make_network({"architecture": "unet", "widths": [4, 4], "blocks": 2, "block": "bottleneck"}))
    reach(make_network({"architecture": "unet", "widths": [4, 4], "block": "separable"}))
    reach(make_network({"architecture": "plain", "width": 4, "layers": 5, "scale": 1, "skip": "residual"}))
    reach(make_network({"architecture": "conv", "widths": [4, 4], "decoder": "upsample"}))


def reach(network):
    """The computed receptive radius against gradients of single output pixels."""
    network.double()
    for p in network.parameters():
        p.data = p.data.abs() + 0.01  # No path cancels, no ReLU closes.
    side, found = 256, 0
    for at in range(128, 128 + network.grid):
        x = torch.ones(1, 3, side, side, dtype=torch.double, requires_grad=True)
        network(x)[0, 0, at, at].backward()
        touched = torch.nonzero(x.grad.abs().sum((0, 1, 3)))
        found = max(found, at - int(touched.min()), int(touched.max()) - at)
    radius = receptive_radius(network.configuration)
    check(f"receptive radius of {network.configuration['architecture']}", found == radius, f"{radius}, by gradients {found}")


def resampling():
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (14, 22, 3), dtype=np.uint8)
    x = torch.from_numpy(picture.astype(np.float64)).permute(2, 0, 1)[None]
    for factor in (2, 3, 4):
        y = bicubic_upscaled(x, factor)[0].permute(1, 2, 0).numpy()
        check(f"upscaling by {factor} in the network equals imresize", np.abs(y - imresize(picture, factor)).max() < 1e-9)
    check("the fast halving equals imresize", (halved(picture) == rounded(imresize(picture, 0.5))).all())


def with_data():
    for folder in ("Set5", "Set14"):
        for scale in (2, 3, 4):
            different = 0
            for path in picture_paths(f"test/{folder}/HR"):
                p = read_rgb(path)
                p = p[: p.shape[0] // scale * scale, : p.shape[1] // scale * scale]
                different += (published_small(p, scale) != read_rgb(path.parents[1] / f"LRbicx{scale}" / path.name)).sum()
            check(f"{folder} reduced by {scale} equals the published pictures", different == 0, f"{different} differ")
    for scale, published in ((2, (33.66, 0.9299)), (3, (30.39, 0.8682)), (4, (28.42, 0.8104))):
        scores = []
        for path in picture_paths("test/Set5/HR"):
            p = read_rgb(path)
            y = rounded(luma(p[: p.shape[0] // scale * scale, : p.shape[1] // scale * scale])).astype(np.float64)
            z = rounded(imresize(imresize(y, 1 / scale), scale))
            scores.append((psnr(z, y, scale), ssim(z, y, scale)))
        found = (round(np.mean([s[0] for s in scores]), 2), round(np.mean([s[1] for s in scores]), 4))
        check(f"sr-y of bicubic x{scale} on Set5", abs(found[0] - published[0]) < 0.006 and abs(found[1] - published[1]) < 2e-4,
              found)
    network = load_model(MODELS / "1x-Denoise-S/model.safetensors")
    row = next(iter(awgn(network, "CBSD68", [25])))
    check("awgn on CBSD68: noisy 20.18, Denoise-S at least 30.85", row["before"] == 20.18 and row["psnr"] >= 30.85,
          (row["before"], row["psnr"]))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", action="store_true", help="those that need the shared data as well")
    options = p.parse_args()
    torch.set_num_threads(1)
    networks()
    resampling()
    if options.data:
        with_data()
    sys.exit(failures > 0)
