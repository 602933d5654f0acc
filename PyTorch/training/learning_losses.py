"""The losses that the reference implementation reaches in the short trainings of `LearningTests`.

A test's bound is 1.1 times what stands here.

    python -m PyTorch.training.learning_losses [MEMBER ...]

The same pictures, noise, steps, rates, batches and clipping as there, with PyTorch's draws in place of ours; the mean loss
of the last tenth of the steps, the median of five seeds.
"""

import argparse
import math

import numpy as np
import torch

from PyTorch.networks import variational
from PyTorch.networks.family import make_network

STEPS_OF_WARMUP = 20
UNET = {"architecture": "unet", "widths": [4, 8], "blocks": 1}
STACK = {"architecture": "plain", "width": 8, "layers": 3, "activation": "relu", "scale": 1, "skip": "none"}
# Configuration, pictures, steps, rate, sigma.
CASES = {
    "plain": (STACK, "slopes", 300, 3e-3, 25),
    "unet": (UNET, "slopes", 1500, 3e-3, 25),
    "conv": ({"architecture": "conv", "widths": [8, 12], "latentChannels": 4}, "waves", 800, 2e-3, 50),
    "dense": ({"architecture": "dense", "patch": 8, "widths": [], "latentChannels": 8, "activation": "none"}, "waves", 800,
              3e-3, 50),
    "sparse": ({"architecture": "sparse", "patch": 8, "units": 32, "target": 0.2, "weight": 1e-4}, "waves", 800, 3e-3, 50),
    "vae": ({"architecture": "vae", "widths": [6], "latentSide": 4, "latentChannels": 12, "beta": 0.01}, "waves", 1000, 2e-3,
            50),
}


class Draws:
    """In place of the numbered draws of a single step."""

    generator = np.random.default_rng(0)

    def __init__(self, *_):
        pass

    def normals(self, count):
        return self.generator.standard_normal(count)


def pictures(kind):
    c, y, x = np.mgrid[:3, :64, :64]
    made = []
    for seed in range(3):
        if kind == "slopes":
            value = 40 + 2 * ((x * (seed + 1) + y * (3 - seed) + 20 * c) % 64) + 50 * ((x // 11 + y // 7 + seed) % 2 == 0)
        else:
            value = np.trunc(128 + 90 * np.sin((x * (seed + 1) + y * (3 - seed)) / 9 + c))
        made.append(value.astype(np.float32) / 255)
    return made


def batch(pool, rng):
    """8 patches of 16x16, flipped and turned in any way."""
    patches = []
    for _ in range(8):
        picture = pool[rng.integers(3)]
        top, left = rng.integers(64 - 16 + 1, size=2)
        patch = np.rot90(picture[:, top:top + 16, left:left + 16], rng.integers(4), (1, 2))
        patches.append(patch[:, :, ::-1] if rng.random() < 0.5 else patch)
    return torch.from_numpy(np.stack(patches).copy())


def loss(configuration, kind, steps, rate, sigma, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    Draws.generator = np.random.default_rng(1000 + seed)
    network = make_network(configuration)
    network.initialise()
    optimiser = torch.optim.Adam(network.parameters(), betas=(0.9, 0.99))
    pool, losses = pictures(kind), []
    for step in range(steps):
        share = max(0.0, step - STEPS_OF_WARMUP) / max(1, steps - STEPS_OF_WARMUP)
        cosine = 1e-6 + (rate - 1e-6) * (1 + math.cos(math.pi * share)) / 2
        for group in optimiser.param_groups:
            group["lr"] = cosine * min(1, (step + 1) / STEPS_OF_WARMUP)
        target = batch(pool, rng)
        output = network(target + torch.randn(target.shape) * (sigma / 255), None)
        value = ((output - target) ** 2).mean() + getattr(network, "penalty", 0)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimiser.step()
        losses.append(value.item())
    return float(np.mean(losses[-(steps // 10):]))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("member", nargs="*", help=", ".join(CASES))
    members = p.parse_args().member
    torch.set_num_threads(1)
    variational.RandomStream = Draws
    for name in members or CASES:
        case = CASES[name]
        found = [loss(*case, seed) for seed in range(5)]
        print(f"{name}: {np.median(found):.5f} ({', '.join(f'{v:.5f}' for v in found)}), 1.1 times {1.1 * np.median(found):.5f}")


if __name__ == "__main__":
    main()
