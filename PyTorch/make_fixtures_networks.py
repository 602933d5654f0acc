"""Makes Tests/Fixtures/networks: small random networks with the output of every layer, computed in float64.

    python PyTorch/make_fixtures_networks.py [CASE ...]

A case's place decides its seed: new ones come last.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from networks import make_network

TARGET = Path(__file__).resolve().parents[1] / "Tests/Fixtures/networks"

UNET = {"architecture": "unet", "channels": 3, "widths": [16, 20, 24, 32], "blocks": 1, "noiseMap": True}
PLAIN = {"architecture": "plain", "channels": 3, "width": 20, "layers": 4, "activation": "prelu", "bias": True,
         "scale": 2, "skip": "bicubic"}
AUTOENCODER = {"architecture": "conv", "channels": 3, "widths": [16, 20, 28], "latentChannels": 8,
               "decoder": "transposed", "bias": True}
DENSE = {"architecture": "dense", "channels": 3, "patch": 6, "widths": [20, 17], "latentChannels": 7,
         "activation": "relu", "output": "linear", "dropout": 0.0, "bias": True}
SPARSE = {"architecture": "sparse", "channels": 1, "patch": 5, "units": 33, "target": 0.1, "weight": 0.01}
VAE = {"architecture": "vae", "channels": 3, "widths": [12, 18], "codeSide": 1, "latentChannels": 5, "likelihood": "gaussian",
       "deviation": 0.1, "beta": 0.5, "warmupSteps": 0, "freeBits": 0.0}

# name: configuration, height, width, noise level on 0...1
CASES = {
    "unet-map": (UNET, 32, 16, 25 / 255),
    "unet-map-unknown": (UNET | {"widths": [8, 12, 16, 20]}, 16, 48, 0.0),
    "unet-no-map": (UNET | {"widths": [16, 17, 18, 19], "noiseMap": False}, 16, 16, 0.0),
    "unet-two-blocks": (UNET | {"widths": [12, 18, 20], "blocks": 2, "noiseMap": False}, 16, 24, 0.0),
    "unet-odd-widths": (UNET | {"widths": [7, 13, 17, 19]}, 16, 32, 50 / 255),
    "unet-grey": (UNET | {"channels": 1, "widths": [16, 24]}, 20, 12, 15 / 255),
    "unet-one-level": (UNET | {"widths": [18], "blocks": 2}, 6, 10, 15 / 255),
    "plain-x2-bicubic": (PLAIN, 13, 19, 0.0),
    "plain-x2-bicubic-48": (PLAIN | {"width": 48, "layers": 3}, 5, 17, 0.0),
    "plain-residual": (PLAIN | {"width": 24, "layers": 5, "activation": "relu", "scale": 1, "skip": "residual"}, 17, 11, 0.0),
    "plain-x3-nearest": (PLAIN | {"width": 16, "layers": 3, "activation": "relu", "scale": 3, "skip": "nearest"}, 9, 14, 0.0),
    "plain-x4-bicubic": (PLAIN | {"width": 17, "layers": 3, "scale": 4}, 7, 10, 0.0),
    "plain-x4-none-grey": (PLAIN | {"channels": 1, "width": 9, "layers": 3, "bias": False, "scale": 4, "skip": "none"}, 5, 8, 0.0),
    "plain-one-layer": (PLAIN | {"layers": 1, "scale": 2, "skip": "nearest"}, 4, 3, 0.0),
    "autoencoder-transposed": (AUTOENCODER, 24, 16, 0.0),
    "autoencoder-upsample": (AUTOENCODER | {"decoder": "upsample"}, 16, 24, 0.0),
    "autoencoder-odd-grey": (AUTOENCODER | {"channels": 1, "widths": [7, 18], "latentChannels": 5, "decoder": "upsample",
                                            "bias": False}, 12, 20, 0.0),
    "dense-deep": (DENSE, 12, 18, 0.0),
    "dense-one-layer": (DENSE | {"channels": 1, "patch": 9, "widths": [], "activation": "sigmoid", "output": "sigmoid",
                                 "dropout": 0.25, "bias": False}, 18, 9, 0.0),
    "dense-linear": (DENSE | {"patch": 3, "activation": "none", "widths": [16]}, 9, 9, 0.0),
    "sparse": (SPARSE, 10, 20, 0.0),
    "vae-gaussian": (VAE, 8, 12, 0.0),
    "vae-bernoulli": (VAE | {"channels": 1, "widths": [6, 17], "codeSide": 2, "latentChannels": 17, "likelihood": "bernoulli",
                             "freeBits": 0.3}, 16, 8, 0.0),
    "unet-bottleneck": (UNET | {"widths": [16, 18, 33], "blocks": 2, "block": "bottleneck"}, 16, 24, 20 / 255),
    "unet-separable": (UNET | {"widths": [16, 18, 33], "blocks": 2, "block": "separable"}, 16, 24, 20 / 255),
}


def float32(tensor):
    """Rounded to what a file of Float32 holds, so that the stored values are the ones that were used."""
    return tensor.float().double()


def make(name, configuration, height, width, noise, seed):
    generator = torch.Generator().manual_seed(seed)
    network = make_network(configuration).double().eval()
    for key, p in network.named_parameters():
        if key.endswith("slope"):
            values = torch.rand(p.shape, generator=generator).double() * 0.6 - 0.1
        elif p.dim() == 1:
            values = torch.randn(p.shape, generator=generator).double() * 0.2
        else:
            fan = p.shape[0] if ".up" in key and p.shape[2] == 2 or key.startswith("up") else p[0].numel()
            values = torch.randn(p.shape, generator=generator).double() * (2 / fan) ** 0.5
            if "block" in key or key.startswith("output"):
                values *= 0.5  # Sums of many short-cuts stay near 1.
            elif configuration["architecture"] in ("conv", "vae"):
                values *= 0.6  # As do layers without a ReLU between.
        p.data = float32(values)
    x = float32(torch.rand(1, configuration["channels"], height, width, generator=generator))
    tensors = {f"weights/{k}": v.float().contiguous() for k, v in network.state_dict().items()}
    tensors["input"] = x.float()
    order = []

    def keep(layer):
        def hook(module, inputs, output):
            order.append(layer)
            tensors[f"layer/{layer}"] = output.float().contiguous().clone()
        return hook

    for layer, module in network.named_modules():
        # Inside blocks only once; elsewhere the block's own output is enough.
        if layer and (name == "unet-map" or ".convolution" not in layer or "block" not in layer):
            module.register_forward_hook(keep(layer))
    noise = float(torch.tensor(noise).float())
    with torch.no_grad():
        y = network(x, torch.tensor([noise]).double())
    tensors["output"] = y.float().contiguous()
    metadata = {"configuration": json.dumps(configuration), "order": json.dumps(order), "noiseLevel": repr(noise),
                "scale": str(network.scale), "grid": str(network.grid)}
    save_file(tensors, TARGET / f"{name}.safetensors", metadata=metadata)
    print(f"{name}: {len(order)} layers, output {tuple(y.shape)}, {float(y.std()):.2f} standard deviation")


def main():
    torch.set_num_threads(1)
    TARGET.mkdir(parents=True, exist_ok=True)
    for seed, (name, case) in enumerate(CASES.items(), 1):
        if name in (sys.argv[1:] or CASES):
            make(name, *case, seed)


if __name__ == "__main__":
    main()
