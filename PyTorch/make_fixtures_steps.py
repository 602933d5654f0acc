"""Makes Tests/Fixtures/steps: the gradients of small networks, and their weights after ten steps of two optimisers.

    python PyTorch/make_fixtures_steps.py [CASE ...]

A case's place decides its seed: new ones come last. All in float64, from weights, pictures and targets that Float32
holds. A case's batch is the same at every step.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from make_fixtures_networks import AUTOENCODER, DENSE, PLAIN, SPARSE, UNET, VAE, float32
from networks import make_network

TARGET = Path(__file__).resolve().parents[1] / "Tests/Fixtures/steps"
STEPS = 10

SMALL = {"widths": [8, 12, 17]}
# name: configuration, height, width, samples, loss
CASES = {
    "unet-map": (UNET | SMALL, 16, 24, 3, "charbonnier"),
    "unet-two-blocks": (UNET | SMALL | {"blocks": 2, "noiseMap": False}, 16, 16, 1, "mse"),
    "unet-grey": (UNET | {"channels": 1, "widths": [16, 18]}, 20, 12, 10, "charbonnier"),
    "plain-x2-bicubic": (PLAIN | {"width": 18}, 9, 7, 2, "l1"),
    "plain-residual": (PLAIN | {"width": 12, "activation": "relu", "scale": 1, "skip": "residual"}, 11, 13, 2, "psnr"),
    "plain-x3-nearest": (PLAIN | {"width": 9, "layers": 3, "scale": 3, "skip": "nearest", "bias": False}, 5, 8, 2,
                         "mse"),
    "autoencoder-transposed": (AUTOENCODER | {"widths": [12, 18]}, 12, 8, 2, "mse"),
    "autoencoder-upsample": (AUTOENCODER | {"widths": [12, 18], "decoder": "upsample"}, 8, 12, 2, "charbonnier"),
    "dense": (DENSE, 12, 6, 3, "mse"),
    "dense-dropout": (DENSE | {"channels": 1, "patch": 9, "widths": [], "activation": "sigmoid", "output": "sigmoid",
                               "dropout": 0.25, "bias": False}, 18, 9, 3, "mse"),
    "sparse": (SPARSE, 10, 5, 11, "mse"),
    "vae-gaussian": (VAE | {"warmupSteps": 4}, 8, 12, 3, "mse"),
    "vae-free-bits": (VAE | {"channels": 1, "widths": [6, 17], "codeSide": 2, "latentChannels": 17, "likelihood": "bernoulli",
                             "freeBits": 0.1}, 16, 8, 9, "mse"),
    "unet-bottleneck": (UNET | {"widths": [16, 18], "blocks": 2, "block": "bottleneck"}, 12, 16, 3, "mse"),
    "unet-separable": (UNET | {"widths": [16, 18], "blocks": 2, "block": "separable"}, 12, 16, 3, "mse"),
}


def objective(network, loss, x, levels, target):
    """The loss with what the network itself adds."""
    return loss_of(loss, network(x, levels), target) + getattr(network, "penalty", 0)


def loss_of(name, output, target):
    if name == "l1":
        return (output - target).abs().mean()
    if name == "mse":
        return ((output - target) ** 2).mean()
    if name == "psnr":
        return (10 * torch.log10(((output - target) ** 2).mean((1, 2, 3)) + 1e-12)).mean()
    return torch.sqrt((output - target) ** 2 + 1e-3**2).mean()


def fresh(configuration, seed):
    generator = torch.Generator().manual_seed(seed)
    network = make_network(configuration).double()
    for key, p in network.named_parameters():
        if key.endswith("slope"):
            values = torch.rand(p.shape, generator=generator).double() * 0.4 + 0.05
        elif p.dim() == 1:
            values = torch.randn(p.shape, generator=generator).double() * 0.1
        else:
            fan = p.shape[0] if ".up" in key and p.shape[2] == 2 or key.startswith("up") else p[0].numel()
            values = torch.randn(p.shape, generator=generator).double() * (2 / fan) ** 0.5
            if "block" in key or key.startswith("output"):
                values *= 0.25  # Sums of many short-cuts stay near 1.
            elif configuration["architecture"] in ("conv", "vae"):
                values *= 0.6  # As do layers without a ReLU between.
        p.data = float32(values)
    return network


def trajectory(network, optimiser, rates, step_loss):
    losses = []
    for rate in rates:
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad()
        loss = step_loss()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses, {k: v.detach().float().contiguous().clone() for k, v in network.state_dict().items()}


def case(configuration, height, width, samples, loss, seed):
    """The tensors and losses of a case; also how far the twin itself is from them in Float32."""
    network = fresh(configuration, seed)
    generator = torch.Generator().manual_seed(1000 + seed)
    x = float32(torch.rand(samples, configuration["channels"], height, width, generator=generator))
    levels = float32(torch.rand(samples, generator=generator) * 0.2)
    # No element is nearer to its target than 0.05: where they meet, l1 and charbonnier turn rounding into gradients.
    with torch.no_grad():
        y = network(x, levels)
    away = torch.rand(y.shape, generator=generator).double() * 0.5 - 0.25
    target = float32(y + away + 0.05 * torch.sign(away))
    tensors = {f"weights/{k}": v.float().contiguous().clone() for k, v in network.state_dict().items()}
    tensors |= {"input": x.float(), "target": target.float(), "noiseLevels": levels.float()}
    texts, distances = {}, []

    def run(convert, make_optimiser, rates):
        network = convert(fresh(configuration, seed))
        values = convert(x), convert(levels), convert(target)
        return trajectory(
            network, make_optimiser(network.parameters()), rates,
            lambda: objective(network, loss, *values))

    for name, network in (("double", network), ("float", fresh(configuration, seed).float())):
        values = [v.to(next(network.parameters()).dtype) for v in (x, levels, target)]
        value = objective(network, loss, *values)
        value.backward()
        for k, p in network.named_parameters():
            if name == "double":
                tensors[f"gradient/{k}"] = p.grad.float().contiguous()
            else:
                expected = tensors[f"gradient/{k}"]
                distances.append(float((p.grad - expected).abs().max() / expected.abs().max()))
        texts.setdefault("value", repr(value.item()))

    rate = {"psnr": 1e-5, "l1": 1e-3, "charbonnier": 5e-4}.get(loss, 2e-3)
    warm = [3e-4 * (step + 1) / STEPS for step in range(STEPS)]
    for key, optimiser, rates in (
        ("sgd", lambda p: torch.optim.SGD(p, lr=rate, momentum=0.9), [rate] * STEPS),
        ("adam", lambda p: torch.optim.Adam(p, betas=(0.9, 0.99)), warm),
    ):
        losses, weights = run(lambda v: v.double(), optimiser, rates)
        tensors |= {f"{key}/{k}": v for k, v in weights.items()}
        texts[f"{key}Losses"] = json.dumps(losses)
        distances += [abs(a - b) / abs(b) for a, b in zip(run(lambda v: v.float(), optimiser, rates)[0], losses)]
    return tensors, texts | {"sgdRate": repr(rate)}, distances


def make(name, configuration, height, width, samples, loss, seed):
    """A seed is left out where a ReLU's input lies so near to zero that Float32 takes it for the other side."""
    for seed in range(seed, seed + 10_000, 100):
        tensors, texts, distances = case(configuration, height, width, samples, loss, seed)
        if max(distances) < 5e-6:
            break
    else:
        raise RuntimeError(f"{name}: no seed of a hundred serves")
    metadata = {"configuration": json.dumps(configuration), "loss": loss} | texts
    save_file(tensors, TARGET / f"{name}.safetensors", metadata=metadata)
    print(name, seed, max(distances))


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for seed, (name, values) in enumerate(CASES.items()):
        if name in (sys.argv[1:] or CASES):
            make(name, *values, seed)
