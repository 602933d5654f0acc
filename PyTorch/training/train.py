"""Trains a network of Retouch. Killed and started again it goes on from its last checkpoint.

    python -m PyTorch.training.train upscale --run runs/upscale --steps 20000
    python -m PyTorch.training.train scan --run runs/scan --steps 30000 --from models/1x-Denoise-S/model.safetensors

The schedule counts steps. A run that proves too long is started again with a smaller --end-step: the cosine goes on
from the learning rate of that moment and ends there.
"""

import argparse
import csv
import json
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch

from PyTorch.data import corruptions
from PyTorch.data.film import Film
from PyTorch.networks.family import load_model, make_network, save_model
from PyTorch.data.pictures import TrainingPairs, TrainingPictures, as_tensor
from PyTorch.evaluation.validate import validate

RECIPES = {
    "denoise": {"configuration": {"architecture": "unet", "widths": [48, 64, 96, 128], "blocks": 1, "noiseMap": True},
                "loss": "charbonnier", "batch": 16, "side": 64},
    "scan": {"configuration": {"architecture": "unet", "widths": [48, 64, 96, 128], "blocks": 1, "noiseMap": False},
             # A larger eps keeps doubtful texture in part, where the sharp one would choose all or nothing.
             "loss": "charbonnier", "eps": 0.02, "batch": 16, "side": 64},
    "upscale": {"configuration": {"architecture": "plain", "width": 48, "layers": 10, "activation": "prelu",
                                  "bias": True, "scale": 2, "skip": "bicubic"},
                "loss": "l1", "batch": 8, "side": 48},
}
FINAL_RATE = 1e-6
EMA = 0.999


class Schedule:
    """Warm-up, then a cosine; shortening it starts a new cosine at the rate of that step."""

    def __init__(self, rate, warmup, end):
        self.values = {"rate": rate, "warmup": warmup, "start": 0, "end": end}

    def rate(self, step):
        v = self.values
        if step < v["warmup"]:
            return v["rate"] * (step + 1) / v["warmup"]
        start = max(v["start"], v["warmup"])
        t = min(1, (step - start) / max(1, v["end"] - start))
        return FINAL_RATE + (v["rate"] - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * t))

    def end_at(self, step, end):
        if end != self.values["end"]:
            self.values = {"rate": self.rate(step), "warmup": 0, "start": step, "end": end}


class Run:
    def __init__(self, options):
        self.options, self.folder = options, Path(options.run)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.recipe = RECIPES[options.task]
        torch.manual_seed(options.seed)
        self.network = make_network(self.recipe["configuration"])
        self.network.initialise()
        if options.initial:
            self.adopt(load_model(options.initial))
        self.average = {k: v.clone() for k, v in self.network.state_dict().items()}
        self.network.to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=options.rate, betas=(0.9, 0.99))
        self.schedule = Schedule(options.rate, options.warmup, options.steps)
        self.random = np.random.default_rng(options.seed)
        self.generator = torch.Generator().manual_seed(options.seed)
        self.film = Film() if options.task == "scan" else None
        self.step, self.seconds = 0, 0.0
        if (self.folder / "checkpoint.pt").exists():
            self.resume()

    def adopt(self, other):
        """Weights of another network; an input without a noise map leaves out the map's weights."""
        weights = other.state_dict()
        channels = self.network.state_dict()["input.weight"].shape[1]
        weights["input.weight"] = weights["input.weight"][:, :channels]
        self.network.load_state_dict(weights)

    def resume(self):
        c = torch.load(self.folder / "checkpoint.pt", weights_only=False)
        self.network.load_state_dict(c["weights"])
        self.average = c["average"]
        self.optimiser.load_state_dict(c["optimiser"])
        self.random.bit_generator.state = c["random"]
        self.generator.set_state(c["generator"])
        self.step, self.seconds = c["step"], c["seconds"]
        self.schedule.values = c["schedule"]
        if self.options.end_step:
            self.schedule.end_at(self.step, self.options.end_step)

    def save(self):
        c = {"weights": self.network.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict(),
             "random": self.random.bit_generator.state, "generator": self.generator.get_state(),
             "step": self.step, "seconds": self.seconds, "schedule": self.schedule.values}
        folders = [self.folder] + ([Path(self.options.backup)] if self.options.backup else [])
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            torch.save(c, folder / "checkpoint.tmp")
            os.replace(folder / "checkpoint.tmp", folder / "checkpoint.pt")
            save_model(folder / "average.safetensors", self.network, self.average)
        (self.folder / "options.json").write_text(json.dumps(vars(self.options) | self.recipe, indent=1))

    def batch(self, pictures):
        r = self.recipe
        # The last third sees larger patches, fewer of them: edges matter less, coarse noise needs the context.
        large = self.step > self.schedule.values["end"] * 2 // 3 and self.options.task != "upscale"
        count, side = (r["batch"] // 4, r["side"] * 2) if large else (r["batch"], r["side"])
        if self.options.task == "upscale":
            small, big = pictures.patches(self.random, count, side)
            return as_tensor(small), as_tensor(big), None
        margin = 2 * corruptions.MARGIN if self.options.task == "scan" else 0
        candidates = 3 * count if self.options.task == "scan" else count
        patches = as_tensor(pictures.patches(self.random, candidates, side + margin))
        if self.options.task == "scan":
            return *corruptions.scanned(patches, self.random, self.generator, self.film), None
        return corruptions.noisy(patches, self.random, self.generator)

    def loss(self, output, target):
        if self.recipe["loss"] == "l1":
            return (output - target).abs().mean()
        return torch.sqrt((output - target) ** 2 + self.recipe.get("eps", 1e-3) ** 2).mean()

    def advance(self, pictures):
        for group in self.optimiser.param_groups:
            group["lr"] = self.schedule.rate(self.step)
        x, target, sigma = self.batch(pictures)
        with torch.autocast("cpu", torch.bfloat16, enabled=not self.options.float32):
            output = self.network(x, sigma)
        loss = self.loss(output.float(), target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        decay = min(EMA, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for k, v in self.network.state_dict().items():
                self.average[k].lerp_(v, 1 - decay)
        return float(loss.detach())

    def validate(self, side):
        network = make_network(self.recipe["configuration"])
        network.load_state_dict(self.average)
        return validate(network.eval(), self.options.task, side)

    def train(self):
        stopping = []
        signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
        pictures = TrainingPairs() if self.options.task == "upscale" else TrainingPictures()
        losses, began, saved = [], time.time(), time.time()
        while self.step < self.schedule.values["end"] and not stopping:
            start = time.time()
            losses.append(self.advance(pictures))
            self.seconds += time.time() - start
            if self.step % self.options.validate_every == 0 or self.step == 100:
                self.report({"loss": np.mean(losses)} | self.validate(256), time.time() - began)
                losses = []
            if time.time() - saved > 180:
                self.save()
                saved = time.time()
        self.save()
        if not stopping:
            self.report(self.validate(None), time.time() - began)

    def report(self, values, elapsed):
        rounded = {k: f"{v:.5f}" if k == "loss" else f"{v:.3f}" for k, v in values.items()}
        row = {"step": self.step, "rate": f"{self.schedule.rate(self.step):.2e}",
               "stepSeconds": f"{self.seconds / max(1, self.step):.4f}", "elapsed": f"{elapsed:.0f}"} | rounded
        with open(self.folder / "curve.csv", "a", newline="") as file:
            csv.writer(file).writerow([f"{k}={v}" for k, v in row.items()])
        print(" ".join(f"{k} {v}" for k, v in row.items()), flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("task", choices=RECIPES)
    p.add_argument("--run", required=True, help="folder of checkpoints and curve")
    p.add_argument("--backup", help="a second folder for each checkpoint")
    p.add_argument("--steps", type=int, required=True)
    p.add_argument("--end-step", type=int, help="a new end when going on")
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--warmup", type=int, default=300)
    p.add_argument("--from", dest="initial", help="model.safetensors to start from")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--validate-every", type=int, default=1000)
    p.add_argument("--float32", action="store_true", help="no BF16 autocast")
    options = p.parse_args()
    torch.set_num_threads(options.threads)
    Run(options).train()


if __name__ == "__main__":
    main()
