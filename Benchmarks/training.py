"""Steps a second of training, PyTorch beside Retouch, in turns on the same machine.

    swift build -c release --product retouch
    python Benchmarks/training.py [--turns 5] [--threads 2]

Both take whole steps (forward, backward, Adam) on batches of 16 random patches of 64x64 with the Charbonnier loss;
neither makes patches. PyTorch: the better of its memory formats, Float32, and BF16 autocast where the processor has
it. Needs torch (PyTorch/requirements.txt); nothing else may run meanwhile.
"""

import argparse
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from PyTorch.networks.family import make_network  # noqa: E402

NETWORKS = {"D-S": 1, "D-M": 2}


def torch_step(blocks, memory_format, bf16, steps):
    """The median step in seconds."""
    torch.manual_seed(0)
    network = make_network({"architecture": "unet", "widths": [48, 64, 96, 128], "blocks": blocks, "noiseMap": True})
    network.initialise()
    network.to(memory_format=memory_format)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-4, betas=(0.9, 0.99))
    x, target, sigma = torch.rand(16, 3, 64, 64), torch.rand(16, 3, 64, 64), torch.full((16,), 0.1)
    x = x.to(memory_format=memory_format)
    times = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            output = network(x, sigma)
        torch.sqrt((output.float() - target) ** 2 + 1e-6).mean().backward()
        optimiser.step()
        times.append(time.perf_counter() - start)
    return statistics.median(times[2:])


def retouch_steps(threads, steps):
    """The median steps in seconds by network and algorithm."""
    command = [ROOT / ".build/release/retouch", "bench", "--training", "--repeats", str(steps), "-j", str(threads)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pattern = rf"^(\S+) (\S+) \S+, {threads} threads?: ([0-9.]+) s a step"
    return {(m[1], m[2]): float(m[3]) for m in re.finditer(pattern, text, re.MULTILINE)}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--turns", type=int, default=5)
    p.add_argument("--steps", type=int, default=12)
    p.add_argument("--threads", type=int, default=2)
    options = p.parse_args()
    torch.set_num_threads(options.threads)
    has_bf16 = "avx512_bf16" in Path("/proc/cpuinfo").read_text()
    columns = {"Float32, channels last": (torch.channels_last, False), "Float32": (torch.contiguous_format, False)}
    if has_bf16:
        columns["BF16 autocast"] = (torch.channels_last, True)
    found = {}
    for _ in range(options.turns):
        for name, blocks in NETWORKS.items():
            for column, (memory_format, bf16) in columns.items():
                seconds = torch_step(blocks, memory_format, bf16, options.steps)
                found.setdefault((name, column), []).append(seconds)
        for key, seconds in retouch_steps(options.threads, options.steps).items():
            found.setdefault(key, []).append(seconds)
    medians = {key: statistics.median(values) for key, values in found.items()}
    print(f"torch {torch.__version__}, {options.threads} threads, medians of {options.turns} turns, seconds a step")
    for name in NETWORKS:
        best = min(v for (n, c), v in medians.items() if n == name and c.startswith("Float32"))
        for (n, column), value in medians.items():
            if n == name:
                print(f"{name:4} {column:24} {value:.4f}  {best / value:.2f} times PyTorch's best Float32")
    if not has_bf16:
        print("This processor has no BF16: PyTorch's autocast was not timed.")


if __name__ == "__main__":
    main()
