"""Trains the shipped networks on a GPU, one after the other, each for a number of seconds.

    python -m PyTorch.training.train_device --out OUT --plan denoise-l:190,jpeg-m:75

For a GPU that is at hand for minutes: all pictures lie in its memory, batches are made there (`batches.py`), making a
batch and learning from it (BF16 products, gradients, Adam, averaged weights) are a CUDA graph each, and the learning
rate follows the clock: a run ends when its seconds do, not after a number of steps. So two runs give different weights;
what ships from here says so on its card. On a processor it runs without graphs, for tests of the script alone.
"""

import argparse
import itertools
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from PyTorch.data import batches
from PyTorch.evaluation.cards import multiply_adds
from PyTorch.networks.family import load_model, make_network, save_model
from PyTorch.training.train import EMA, FINAL_RATE

MODELS = Path(__file__).resolve().parents[2] / "models"
UNET = {"architecture": "unet", "widths": [48, 64, 96, 128], "blocks": 2, "noiseMap": True}
PLAIN = {"architecture": "plain", "width": 48, "layers": 10, "activation": "prelu", "bias": True, "skip": "bicubic"}

# Stages: until which share of the time, patches a batch, their side (of the input), the loss.
TASKS = {
    "denoise-l": {"configuration": UNET | {"widths": [64, 128, 192, 256]}, "rate": 1e-3, "warmup": 0.01,
                  "stages": [(0.6, 32, 128, "charbonnier:1e-3"), (1, 16, 192, "psnr:3e-6")], "half": True},
    "denoise-m": {"configuration": UNET, "from": "1x-Denoise-M", "rate": 6e-4,
                  "stages": [(0.5, 32, 128, "psnr:3e-6"), (1, 16, 192, "psnr:3e-6")]},
    "denoise-grey-m": {"configuration": UNET | {"channels": 1}, "from": "1x-DenoiseGrey-M", "rate": 6e-4,
                       "stages": [(0.5, 32, 128, "psnr:3e-6"), (1, 16, 192, "psnr:3e-6")]},
    "jpeg-m": {"configuration": UNET | {"noiseMap": False}, "from": "1x-JPEG-M", "rate": 8e-4,
               "stages": [(0.5, 32, 128, "psnr:1e-5"), (1, 16, 192, "psnr:1e-5")]},
    "scan-m": {"configuration": UNET | {"noiseMap": False}, "from": "1x-Scan-M", "rate": 6e-4, "variants": 8,
               "stages": [(0.6, 32, 128, "charbonnier:0.02"), (1, 16, 192, "charbonnier:0.02")]},
    "upscale-2": {"configuration": PLAIN | {"scale": 2}, "from": "2x-Upscale-M", "rate": 8e-4,
                  "stages": [(0.6, 32, 96, "psnr:1e-6"), (1, 16, 128, "psnr:1e-6")]},
    "upscale-4": {"configuration": PLAIN | {"scale": 4, "width": 64, "layers": 12}, "rate": 1e-3, "warmup": 0.03,
                  "stages": [(0.6, 32, 64, "charbonnier:1e-3"), (1, 32, 96, "psnr:1e-6")]},
    "upscale-4-again": {"configuration": PLAIN | {"scale": 4, "width": 64, "layers": 12}, "from": "4x-Upscale-M",
                        "rate": 8e-4, "stages": [(0.6, 32, 64, "psnr:1e-6"), (1, 32, 96, "psnr:1e-6")]},
    "photo-m": {"configuration": PLAIN | {"scale": 2}, "from": "2x-Upscale-M", "rate": 8e-4,
                "stages": [(0.6, 32, 96, "charbonnier:0.005"), (1, 32, 128, "charbonnier:0.005")]},
}
CLIP = 1.0
SYNCHRONISE_EVERY = 25
# Patches and their side with --small.
SMALL = (2, 32)


class Padded(nn.Conv2d):
    """Channels filled up to a multiple of eight: tensor cores take no others."""

    def forward(self, x):
        o, i = self.weight.shape[:2]
        w = F.pad(self.weight, (0, 0, 0, 0, 0, -i % 8, 0, -o % 8))
        b = None if self.bias is None else F.pad(self.bias, (0, -o % 8))
        x = F.pad(x, (0, 0, 0, 0, 0, -i % 8)).contiguous(memory_format=torch.channels_last)
        return F.conv2d(x, w, b, padding=self.padding)[:, :o]


def loss_of(kind, output, target):
    name, eps = kind.split(":")
    if name == "charbonnier":
        return torch.sqrt((output - target) ** 2 + float(eps) ** 2).mean()
    # The mean over patches of the logarithm of the squared error: what PSNR averages. The factor brings the gradient
    # to the size of the other loss, for the sake of the bound on its norm.
    return 0.01 * torch.log(((output - target) ** 2).mean((1, 2, 3)) + float(eps)).mean()


def recorded(work):
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph


class Run:
    def __init__(self, name, task, device, small):
        self.name, self.task, self.device, self.small = name, task, device, small
        torch.manual_seed(1)
        network = make_network(task["configuration"])
        network.initialise()
        if "from" in task:
            network.load_state_dict(load_model(MODELS / task["from"] / "model.safetensors").state_dict())
        self.work = 6 * multiply_adds(network, task["configuration"].get("channels", 3))
        for module in network.modules():
            if type(module) is nn.Conv2d and (module.in_channels % 8 or module.out_channels % 8):
                module.__class__ = Padded
        self.network = network.to(device).to(memory_format=torch.channels_last).train()
        self.parameters = list(self.network.parameters())
        self.average = [p.detach().clone() for p in self.parameters]
        self.rate = torch.zeros((), device=device)
        self.optimiser = torch.optim.Adam(self.parameters, lr=self.rate, betas=(0.9, 0.99),
                                          capturable=device.type == "cuda", fused=device.type == "cuda")
        self.losses = torch.zeros((), device=device)
        self.factor, self.steps, self.pixels = 1.0, 0, 0

    def advance(self, kind, x, target, sigma):
        for p in self.parameters:
            p.grad = None
        with torch.autocast(self.device.type, torch.bfloat16, cache_enabled=False):
            output = self.network(x, sigma)
        loss = loss_of(kind, output.float(), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, CLIP, foreach=True)
        self.optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - EMA)
            self.losses += loss.detach()

    def captured(self, kind, make):
        """A function that advances by one batch; on a GPU it replays a graph that makes a batch and one that learns."""
        if self.device.type != "cuda":
            return lambda: self.advance(kind, *make())
        buffers = [None if v is None else v.clone() for v in make()]

        def refill():
            for buffer, value in zip(buffers, make()):
                if buffer is not None:
                    buffer.copy_(value)

        self.rate.zero_()
        kept = [a.clone() for a in self.average]
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                refill()
                self.advance(kind, *buffers)
        torch.cuda.current_stream().wait_stream(side)
        # What NumPy draws for a batch is the same at each replay, so there are several graphs by turns.
        fillings = [recorded(refill) for _ in range(self.task.get("variants", 1))]
        learning = recorded(lambda: self.advance(kind, *buffers))
        torch._foreach_copy_(self.average, kept)
        turns = itertools.cycle(fillings)

        def replay():
            next(turns).replay()
            learning.replay()
        return replay

    def train(self, seconds, make, out):
        began = time.time()
        kept, told, kept_at = [p.detach().clone() for p in self.parameters], began, began
        for number, (until, count, side, kind) in enumerate(self.task["stages"]):
            if self.small:
                count, side = SMALL
            replay = self.captured(kind, lambda: make(count, side))
            if number == 0:
                # Finding kernels takes seconds that no other stage should pay.
                print(f"{self.name}: ready after {time.time() - began:.1f} s", flush=True)
            self.losses.zero_()
            steps, stage_began = 0, time.time()
            while (now := time.time()) - began < until * seconds:
                progress = (now - began) / seconds
                for _ in range(SYNCHRONISE_EVERY):
                    self.rate.fill_(self.rate_at(progress))
                    replay()
                    steps += 1
                mean = float(self.losses) / steps  # Waits for the device.
                if not math.isfinite(mean):
                    self.restart(kept)
                    steps = 0
                elif time.time() - kept_at > 5:
                    kept, kept_at = [a.clone() for a in self.average], time.time()
                if self.steps < 100 and number == 0:
                    torch._foreach_copy_(self.average, [p.detach() for p in self.parameters])
                self.steps += SYNCHRONISE_EVERY
                self.pixels += SYNCHRONISE_EVERY * count * side**2
                if time.time() - told > 15:
                    told = time.time()
                    self.tell(told - began, mean, steps / (told - stage_began), count * side**2)
                    self.save(out)
            spent = max(1e-9, time.time() - stage_began)
            self.tell(time.time() - began, float(self.losses) / max(1, steps), steps / spent, count * side**2)
            del replay
        self.save(out)

    def rate_at(self, progress):
        warmup = self.task.get("warmup", 0.005)
        if progress < warmup:
            return self.factor * self.task["rate"] * max(0.02, progress / warmup)
        t = min(1, (progress - warmup) / (1 - warmup))
        return FINAL_RATE + (self.factor * self.task["rate"] - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * t))

    def restart(self, kept):
        """Back to weights that were sound, at half the rate."""
        self.factor /= 2
        print(f"{self.name}: the loss is no number; from kept weights at {self.factor} of the rate", flush=True)
        with torch.no_grad():
            for values in (self.parameters, self.average):
                torch._foreach_copy_(values, kept)
            for state in self.optimiser.state.values():
                for value in state.values():
                    value.zero_()
            self.losses.zero_()

    def tell(self, elapsed, mean, steps_a_second, pixels):
        speed = steps_a_second * pixels
        print(f"{self.name}: {elapsed:.0f} s, step {self.steps}, loss {mean:.5f}, {speed / 1e6:.0f} Mpx/s, "
              f"{speed * self.work / 1e12:.0f} TFLOP/s, {self.pixels * self.work:.2e} operations", flush=True)

    def save(self, out):
        names = [name for name, _ in self.network.named_parameters()]
        weights = dict(zip(names, self.average))
        kind = torch.float16 if self.task.get("half") else torch.float32
        save_model(out / f"{self.name}.safetensors", self.network, weights, kind)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--out", required=True, type=Path, help="folder of the weights")
    p.add_argument("--plan", required=True, help="tasks and their seconds, as denoise-l:200,jpeg-m:70")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--small", action="store_true", help="tiny batches: does the script run?")
    options = p.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    options.out.mkdir(parents=True, exist_ok=True)
    plan = [(t.split(":")[0], float(t.split(":")[1])) for t in options.plan.split(",")]
    began = time.time()
    pictures = batches.DevicePictures(device, 96 if options.small else 416)
    print(f"{len(pictures.starts)} pictures, reduced ones too, {len(pictures.pixels) / 1e6:.0f} Mpx, {time.time() - began:.1f} s", flush=True)
    pool = None
    if any(name == "scan-m" for name, _ in plan):
        sides = {SMALL[1] if options.small else stage[2] for stage in TASKS["scan-m"]["stages"]}
        sides = [side + 2 * batches.SCAN_MARGIN for side in sorted(sides)]
        pool = batches.MaskPool(64 if options.small else 8192, sides, device)
        print(f"masks after {time.time() - began:.1f} s", flush=True)
    random = np.random.default_rng(options.seed)

    makers = {
        "denoise-l": lambda n, s: batches.noisy(pictures, n, s),
        "denoise-m": lambda n, s: batches.noisy(pictures, n, s),
        "denoise-grey-m": lambda n, s: batches.noisy(pictures, n, s, grey=True),
        "jpeg-m": lambda n, s: batches.compressed(pictures, n, s),
        "scan-m": lambda n, s: batches.scanned(pictures, n, s, pool, random),
        "upscale-2": lambda n, s: batches.upscaling(pictures, n, s, 2),
        "upscale-4": lambda n, s: batches.upscaling(pictures, n, s, 4),
        "upscale-4-again": lambda n, s: batches.upscaling(pictures, n, s, 4),
        "photo-m": lambda n, s: batches.photographed(pictures, n, s),
    }
    failures = 0
    for name, seconds in plan:
        try:
            torch.manual_seed(options.seed)
            Run(name, TASKS[name], device, options.small).train(seconds, makers[name], options.out)
        except Exception as error:  # The next task should not go down with this one.
            print(f"{name}: {type(error).__name__}: {error}", flush=True)
            failures += 1
        if device.type == "cuda":
            torch.cuda.empty_cache()
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
