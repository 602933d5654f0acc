"""What a model card says about its network: computed from the configuration or taken from a report, never typed in.

    python -m PyTorch.evaluation.cards models/1x-Denoise-M REPORT...

brings sizes and hashes up to date and takes the figures from folders that `retouch evaluate --report` wrote.
"""

import argparse
import hashlib
import json
import math
from pathlib import Path

import torch

from PyTorch.networks.family import load_model
from PyTorch.evaluation.published import beside


def receptive_radius(configuration):
    """Pixels of the input, in each direction, that an output pixel may depend on (the worst position)."""
    kind = configuration["architecture"]
    if kind == "plain":
        reach = 2 if configuration["skip"] == "bicubic" else 0
        return max(configuration["layers"], reach)
    period = 2 ** (len(configuration["widths"]) + (1 if kind == "unet" else 0))
    return max(max(p - low, high - p) for p in range(period) for low, high in [reach_of(configuration, p)])


def reach_of(configuration, p):
    """The interval of input positions behind output position p, walked backwards along the deepest path."""
    low = high = p

    def halved():
        nonlocal low, high
        low, high = low // 2, high // 2

    def doubled():
        nonlocal low, high
        low, high = 2 * low, 2 * high + 1

    def grown(n):
        nonlocal low, high
        low, high = low - n, high + n

    levels = len(configuration["widths"])
    if configuration["architecture"] == "unet":
        per_level = (1 if configuration.get("block") == "bottleneck" else 2) * configuration["blocks"]
        halved()
        grown(1)
        for _ in range(levels - 1):
            grown(per_level)
            halved()
        grown(per_level)
        for _ in range(levels - 1):
            doubled()
            grown(per_level)
        grown(1)
        doubled()
    else:
        for _ in range(levels):
            if configuration["decoder"] == "upsample":
                grown(1)
            halved()
            grown(1)
        for _ in range(levels):
            grown(1)
            doubled()
    return low, high


def multiply_adds(network, channels):
    """Multiply-adds per input pixel of all convolutions, counted by running a picture of grid x grid, and of bicubic
    upscaling beside them: eight for each sample of the result, four along each axis."""
    total = 0

    def count(module, inputs, output):
        nonlocal total
        weight = module.weight
        # A transposed 2x2 convolution with stride 2 uses one tap for each output position.
        taps = weight.shape[0] if isinstance(module, torch.nn.ConvTranspose2d) else weight[0].numel()
        total += output.numel() * taps

    kinds = (torch.nn.Conv2d, torch.nn.ConvTranspose2d)
    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, kinds)]
    side = max(16, network.grid)
    with torch.no_grad():
        network(torch.zeros(1, channels, side, side))
    for hook in hooks:
        hook.remove()
    shortcut = 8 * channels * network.scale**2 if network.configuration.get("skip") == "bicubic" else 0
    return total / (side * side) + shortcut


def refresh(folder):
    """Brings the computed fields of model.json up to date with the weights beside it."""
    folder = Path(folder)
    card = json.loads((folder / "model.json").read_text())
    weights = (folder / "model.safetensors").read_bytes()
    network = load_model(folder / "model.safetensors")
    configuration = network.configuration
    card["scale"] = network.scale
    card["inputChannels"] = card["outputChannels"] = configuration["channels"]
    card["parameters"] = sum(p.numel() for p in network.parameters())
    card["receptiveRadius"] = receptive_radius(configuration)
    card["multiplyAddsPerPixel"] = round(multiply_adds(network, configuration["channels"]))
    card["resources"] = [{"platform": "retouch", "type": "safetensors", "size": len(weights),
                          "sha256": hashlib.sha256(weights).hexdigest()}]
    write(folder, card)
    return card


def write(folder, card):
    card.pop("published", None)
    if rows := beside(card.get("quality", [])):
        card["published"] = rows
    (Path(folder) / "model.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")


def add_quality(folder, rows):
    """Replaces the rows of the same set, protocol and corruption."""
    card = json.loads((Path(folder) / "model.json").read_text())
    key = lambda r: (r["set"], r["protocol"], r.get("corruption"))  # noqa: E731
    fresh = {key(r): r for r in rows}
    card["quality"] = [r for r in card.get("quality", []) if key(r) not in fresh] + rows
    write(folder, card)


def figures(report, model):
    """Means over the pictures of a report's folder, as rows of a card: Y of what was upscaled, else all channels."""
    records = [r for r in json.loads((Path(report) / "report.json").read_text())["records"] if r["model"] == model]
    found = {}
    for record in records:
        for m in record["measurements"]:
            wanted = m["channels"] == "Y" if m["protocol"] == "sr-rgb" else m["channels"] != "Y"
            if wanted and m["metric"] in ("psnr", "ssim") and m["protocol"] != "sr-y":
                key = (record["set"].removesuffix("/HR"), record["corruption"], m["protocol"])
                found.setdefault(key, {}).setdefault(m["metric"], []).append((m.get("before"), m.get("after")))
    for (name, corruption, protocol), metrics in found.items():
        before, after = (mean(pair[side] for pair in metrics["psnr"]) for side in (0, 1))
        row = {"set": name, "protocol": protocol, "corruption": corruption, "psnr": round(after, 2)}
        if before is not None:
            row["before"] = round(before, 2)
        if "ssim" in metrics:
            row["ssim"] = round(mean(pair[1] for pair in metrics["ssim"]), 4)
        yield row


def mean(values):
    """Of the finite ones: equal pictures have no PSNR."""
    finite = [v for v in values if isinstance(v, float) and math.isfinite(v)]
    return sum(finite) / len(finite) if finite else None


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model", help="a model's folder")
    p.add_argument("report", nargs="*", help="a folder that --report wrote")
    options = p.parse_args()
    name = refresh(options.model)["name"]
    for report in options.report:
        add_quality(options.model, list(figures(report, name)))
