"""Learns how faded a print is from how its brightness is spread, and writes Sources/Restoration/Tone/FadingWeights.swift.

    python -m PyTorch.training.tone [--seed 0] [--out FILE]

Dyes lose density: where a channel let through 10^-D of the light, a faded one lets through 10^-(b + (1 - f) D), with the
share f that its dye lost and the density b of a stain (after Wilhelm and Brower 1993, where dyes fade in proportion and
whites turn yellow). A network of two hidden layers estimates ln(1 / (1 - f)) and b for each channel from percentiles of
the densities. It learns on pictures of the training data under drawn fading, of which four in ten are as they were; chosen
by `gb82`, whose figures are printed: CIEDE2000 from the picture before and after, and how far pictures as they are are
moved.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

from PyTorch.data.pictures import DATA

PERCENTILES = [0.3, 2, 10, 30, 50, 70, 90, 98, 99.7]
BINS = 1024
DARKEST = 10**-2.6
BORDER = 0.05
LARGEST = (1.0, 0.2)
SCALES = np.array([0.2] * 3 + [0.05] * 3)
HIDDEN = (24, 12)
# From which mean of ln(1 / (1 - f)) on a picture counts as faded, and over how much more that grows to all of it.
DEAD, GROWTH = 0.06, 0.1


def linear(v):
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def encoded(v):
    v = np.clip(v, 0, 1)
    return np.where(v <= 0.0031308, 12.92 * v, 1.055 * v ** (1 / 2.4) - 0.055)


def features(picture):
    """Densities at percentiles of each channel's samples, brightest first by channel, from counts of 1024 levels."""
    h, w = picture.shape[:2]
    top, left = int(h * BORDER), int(w * BORDER)
    inner = picture[top:h - top, left:w - left].reshape(-1, 3)
    result = []
    for c in range(3):
        counts = np.bincount((inner[:, c] * (BINS - 1) + 0.5).astype(int), minlength=BINS)
        # From white to black: densities grow.
        cumulative = np.cumsum(counts[::-1])
        levels = BINS - 1 - np.searchsorted(cumulative, np.array(PERCENTILES) / 100 * cumulative[-1])
        result.append(-np.log10(np.maximum(linear(levels / (BINS - 1)), DARKEST)))
    return np.concatenate(result)


def drawn(rng, share_whole):
    if rng.random() < share_whole:
        return np.zeros(3), np.zeros(3)
    lost = np.array([rng.uniform(0.1, 0.5), rng.uniform(0.05, 0.4), rng.uniform(0.1, 0.5)]) * rng.uniform(0.5, 1.2)
    stain = -np.log10([rng.uniform(0.9, 1), rng.uniform(0.85, 0.97), rng.uniform(0.7, 0.92)])
    return lost, stain


def faded(picture, lost, stain):
    light = np.maximum(linear(picture), DARKEST)
    return np.rint(255 * encoded(10**-stain * light ** (1 - lost))) / 255


def corrected(picture, values):
    """The inverse of `faded`: `values` are three logarithms of gains, then three densities of stains."""
    density = -np.log10(np.maximum(linear(picture), 1e-5))
    return encoded(10 ** -((density - values[3:]) * np.exp(values[:3])))


def limited(values):
    values = np.concatenate([np.clip(values[:3], 0, LARGEST[0]), np.clip(values[3:], 0, LARGEST[1])])
    return values * min(1, max(0, (values[:3].mean() - DEAD) / GROWTH))


def pictures(folder, side=256):
    for path in sorted(p for p in (DATA / folder).rglob("*") if p.suffix.lower() in (".png", ".jpg")):
        image = Image.open(path).convert("RGB")
        image.thumbnail((2 * side, 2 * side), Image.BOX)
        yield np.asarray(image) / 255.0


def training_set(rng, count):
    inputs, targets = [], []
    for picture in pictures("train"):
        h, w = picture.shape[:2]
        for _ in range(count):
            part = picture
            if rng.random() < 0.4:
                side = int(rng.integers(min(h, w) // 3, min(h, w)))
                top, left = int(rng.integers(h - side + 1)), int(rng.integers(w - side + 1))
                part = picture[top:top + side, left:left + side]
            part = part[rng.integers(3)::3, rng.integers(3)::3]
            if rng.random() < 0.4:
                part = np.clip(part * rng.uniform(0.85, 1.1), 0, 1) ** rng.uniform(0.8, 1.25)
            lost, stain = drawn(rng, 0.4)
            inputs.append(features(faded(part, lost, stain)))
            targets.append(np.concatenate([-np.log(1 - lost), stain]) / SCALES)
    return np.array(inputs), np.array(targets)


def learnt(inputs, targets, seed, epochs=60):
    torch.manual_seed(seed)
    x, y = torch.tensor(inputs, dtype=torch.float32), torch.tensor(targets, dtype=torch.float32)
    net = torch.nn.Sequential(
        torch.nn.Linear(x.shape[1], HIDDEN[0]), torch.nn.ReLU(), torch.nn.Linear(*HIDDEN), torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN[1], 6))
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for i in range(0, len(order), 256):
            j = order[i:i + 256]
            noisy = x[j] + 0.02 * torch.randn(len(j), x.shape[1])
            loss = torch.nn.functional.huber_loss(net(noisy), y[j], delta=2)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
    return net


def measured(net, folder, seed=5):
    rng, before, after, moved = np.random.default_rng(seed), [], [], []

    def distance(a, b):
        return deltaE_ciede2000(rgb2lab(a), rgb2lab(b)).mean()

    def values(picture):
        with torch.no_grad():
            return limited(net(torch.tensor(features(picture), dtype=torch.float32)).numpy() * SCALES)

    for picture in pictures(folder):
        picture = picture[::2, ::2]
        moved.append(distance(picture, corrected(picture, values(picture))))
        for _ in range(4):
            result = faded(picture, *drawn(rng, 0))
            before.append(distance(picture, result))
            after.append(distance(picture, corrected(result, values(result))))
    worse = sum(a > b for a, b in zip(after, before))
    print(f"{folder}: faded {np.mean(before):.2f}, corrected {np.mean(after):.2f}, {worse} of {len(after)} worse; "
          f"as they were moved by {np.mean(moved):.2f}, at most {max(moved):.2f}, above 1.5 {sum(m > 1.5 for m in moved)}")


def swift(net):
    """The layers as Swift, weights row by row."""
    lines = ["// Made by PyTorch/training/tone.py.", "", "extension FadingEstimate {",
             "    /// The layers of the network: for each output its bias, then its weights.",
             "    static let layers: [[[Float]]] = ["]
    for layer in net[::2]:
        lines.append("        [")
        for weights, bias in zip(layer.weight.detach().numpy(), layer.bias.detach().numpy()):
            lines.append("            [" + ", ".join(f"{v:.4g}" for v in (bias, *weights)) + "],")
        lines.append("        ],")
    return "\n".join([*lines, "    ]", "}", ""])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--count", type=int, default=24)
    p.add_argument("--sets", nargs="*", default=["gb82"])
    p.add_argument("--out", type=Path, default=Path("Sources/Restoration/Tone/FadingWeights.swift"))
    options = p.parse_args()
    torch.set_num_threads(1)
    net = learnt(*training_set(np.random.default_rng(options.seed), options.count), options.seed)
    for name in options.sets:
        measured(net, name)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(swift(net))


if __name__ == "__main__":
    main()
