"""Makes Tests/Fixtures/training: losses with their gradients, ten steps of each optimiser, schedules and averages."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from train import EMA, FINAL_RATE, Schedule

TARGET = Path(__file__).resolve().parents[1] / "Tests/Fixtures/training"
generator = torch.Generator()


def random(*shape):
    return torch.randn(*shape, generator=generator)


def psnr(output, target):
    return (10 * torch.log10(((output - target) ** 2).mean((1, 2, 3)))).mean()


def edge(output, target, eps=1e-3):
    d = output - target
    across = torch.nn.functional.pad(d.diff(dim=3), (0, 1))
    down = torch.nn.functional.pad(d.diff(dim=2), (0, 0, 0, 1))
    return (torch.sqrt(across**2 + eps**2) + torch.sqrt(down**2 + eps**2)).mean()


LOSSES = {
    "mse": lambda o, t: ((o - t) ** 2).mean(),
    "l1": lambda o, t: (o - t).abs().mean(),
    "charbonnier:eps=0.001": lambda o, t: torch.sqrt((o - t) ** 2 + 1e-3**2).mean(),
    "charbonnier:eps=0.05": lambda o, t: torch.sqrt((o - t) ** 2 + 0.05**2).mean(),
    "psnr": psnr,
    "bce": torch.nn.functional.binary_cross_entropy,
    "edge:eps=0.001": edge,
    "charbonnier:eps=0.02+0.1*edge:eps=0.05": lambda o, t: (
        torch.sqrt((o - t) ** 2 + 0.02**2).mean() + 0.1 * edge(o, t, 0.05)),
}


def losses():
    """A batch of three samples; the loss and its gradient in float64."""
    generator.manual_seed(1)
    target = random(3, 3, 7, 5).sigmoid()
    # Inside 0...1, for cross-entropy.
    output = (target + 0.1 * random(3, 3, 7, 5)).clamp(0.01, 0.99)
    output[0, 1, 2] = target[0, 1, 2]
    tensors = {"output": output, "target": target}
    values = {}
    for name, loss in LOSSES.items():
        o = output.double().requires_grad_()
        value = loss(o, target.double())
        value.backward()
        values[name] = value.item()
        tensors[f"{name}/gradient"] = o.grad.float()
    save_file(tensors, TARGET / "losses.safetensors", metadata={"values": json.dumps(values)})


OPTIMISERS = {
    "sgd": (torch.optim.SGD, {"momentum": 0.9}),
    "sgd-decay": (torch.optim.SGD, {"momentum": 0.9, "weight_decay": 0.1}),
    "adam": (torch.optim.Adam, {"betas": (0.9, 0.99)}),
    "adam-decay": (torch.optim.Adam, {"betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {"betas": (0.9, 0.99), "weight_decay": 0.1}),
}


def optimisers():
    """Ten steps on 67 weights, each with a rate and a gradient of its own, clipped at 1, and the moving average."""
    for name, (kind, options) in OPTIMISERS.items():
        generator.manual_seed(2)
        weights = torch.nn.Parameter(random(67))
        gradients = random(10, 67) * torch.logspace(-6, 1, 67)
        gradients[3] *= 1e-3
        tensors = {"initial": weights.detach().clone(), "gradients": gradients}
        optimiser = kind([weights], lr=0.1, **options)
        average, norms, rates = weights.detach().clone(), [], []
        for step in range(10):
            rates.append(0.1 * (step + 1) / 10)
            optimiser.param_groups[0]["lr"] = rates[-1]
            weights.grad = gradients[step].clone()
            norms.append(torch.nn.utils.clip_grad_norm_([weights], 1.0).item())
            optimiser.step()
            average.lerp_(weights.detach(), 1 - min(EMA, (2 + step) / (11 + step)))
            tensors[f"weights{step}"] = weights.detach().clone()
            tensors[f"average{step}"] = average.clone()
        options = {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()}
        save_file(tensors, TARGET / f"optimiser-{name}.safetensors",
                  metadata={"options": json.dumps(options), "norms": json.dumps(norms), "rates": json.dumps(rates)})


def schedules():
    """The twin's own cosine, and PyTorch's step decay behind a warm-up."""
    schedule = Schedule(1e-3, 30, 200)
    weights = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([weights], lr=1e-3)
    decay = torch.optim.lr_scheduler.StepLR(optimiser, 50, 0.3)
    steps = []
    for _ in range(170):
        steps.append(decay.get_last_lr()[0])
        optimiser.step()
        decay.step()
    values = {"rate": 1e-3, "warmup": 30, "steps": 200, "final": FINAL_RATE, "every": 50, "factor": 0.3,
              "cosine": [schedule.rate(s) for s in range(220)], "stepsBehindWarmup": steps}
    (TARGET / "schedules.json").write_text(json.dumps(values))


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    losses()
    optimisers()
    schedules()
