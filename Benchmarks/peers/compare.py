"""One picture restored by Retouch and by the runtimes that people would otherwise take: same weights, same machine.

    swift build -c release --product retouch
    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r Benchmarks/peers/requirements.txt
    /tmp/peers/bin/python Benchmarks/peers/compare.py --turns 5

Weights are seeded, since speed does not depend on them. Every contender's result is compared with PyTorch's first.
Then all are timed in turns, each turn the fastest of a few runs, so that a disturbance of the machine meets all; medians
of the turns are told, and the ratio to the fastest Float32 peer; where the processor has BF16, also that of Retouch's
`--precision fast` to the fastest BF16 peer. Nothing else may run meanwhile. Nothing in the build or the tests needs this.
"""

import argparse
import json
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from contenders import BF16, FLOAT32, Unsupported, has_bf16

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from PyTorch.networks.family import make_network, save_model  # noqa: E402

RETOUCH = ROOT / ".build/release/retouch"
UNET = {"architecture": "unet", "noiseMap": False}
PLAIN = {"architecture": "plain", "bias": True}
NETWORKS = {
    "D-S": UNET | {"widths": [48, 64, 96, 128], "blocks": 1},
    "D-M": UNET | {"widths": [48, 64, 96, 128], "blocks": 2},
    "D-L": UNET | {"widths": [64, 96, 128, 192], "blocks": 2},
    "DnCNN": PLAIN | {"width": 64, "layers": 17, "activation": "relu", "scale": 1, "skip": "residual"},
    "S2": PLAIN | {"width": 48, "layers": 10, "activation": "prelu", "scale": 2, "skip": "bicubic"},
    "S4": PLAIN | {"width": 64, "layers": 12, "activation": "prelu", "scale": 4, "skip": "bicubic"},
}
# Shipped models of the same architecture: calibrating them chose the operations of the fast mode. All others multiply
# BF16 throughout.
CALIBRATED = {"D-S": "1x-Denoise-S", "D-M": "1x-Denoise-M"}
# The largest difference that rounding explains, of a range of 1; Retouch's result is read from 16 bits.
TOLERANCE = 1e-4


def model_folder(name, network):
    folder = Path(tempfile.mkdtemp()) / f"{network.scale}x-{name}"
    folder.mkdir()
    save_model(folder / "model.safetensors", network)
    operations = sorted({key.rsplit(".", 1)[0] for key in network.state_dict()})
    if name in CALIBRATED:
        card = json.loads((ROOT / "models" / CALIBRATED[name] / "model.json").read_text())
        operations = card["fast"]["operations"]
    card = {"name": folder.name, "scale": network.scale, "inputChannels": 3, "outputChannels": 3,
            "fast": {"operations": operations, "quality": []}}
    (folder / "model.json").write_text(json.dumps(card))
    return folder


def png16(path, picture):
    """A 16-bit RGB PNG of [1, 3, H, W]: Pillow writes none, so the format is written out."""
    import struct
    import zlib

    samples = np.floor(np.clip(picture[0], 0, 1).transpose(1, 2, 0) * 65535 + 0.5).astype(">u2")
    h, w = samples.shape[:2]
    rows = b"".join(b"\0" + samples[y].tobytes() for y in range(h))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 16, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
    return samples.astype(np.float32).transpose(2, 0, 1)[None] / 65535


def read_png16(path):
    import cv2

    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 65535


def retouch_result(folder, source, threads, precision="float32"):
    target = source.with_name("restored.png")
    subprocess.run([RETOUCH, "restore", source, target, "--model", folder, "-j", str(threads), "--quiet", "--exists",
                    "overwrite", "--precision", precision], check=True, capture_output=True)
    return read_png16(target)


def retouch_seconds(folder, width, height, threads, runs, precision="float32"):
    text = subprocess.run([RETOUCH, "bench", "--model", folder, "--size", f"{width}x{height}", "-j", str(threads),
                           "--repeats", str(runs), "--precision", precision],
                          check=True, capture_output=True, text=True).stdout
    found = re.search(rf", {threads} threads? on \d+ x \d+: ([0-9.]+) s", text)
    roof = re.search(rf", {threads} threads? on .* FMA roof of ([0-9.]+)", text)
    return float(found[1]), float(roof[1])


def fastest(run, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def cell(name, width, height, threads, options):
    """Seconds of each contender, and the roof; contenders that fail are told."""
    torch.manual_seed(1)
    network = make_network(NETWORKS[name]).eval()
    network.initialise()
    folder = model_folder(name, network)
    source = folder / "noise.png"
    picture = png16(source, np.random.default_rng(0).random((1, 3, height, width), np.float32))
    contenders = dict(FLOAT32) | (BF16 if has_bf16() else {})
    runs, notes = {}, []
    truth = None
    for label, make in contenders.items():
        if options.peers and label not in options.peers:
            continue
        try:
            run = make(network, picture, threads)
            result = run()
        except Unsupported as error:
            notes.append(f"{label}: {error}")
            continue
        truth = result if truth is None else truth
        difference = float(np.abs(result - truth).max())
        if difference > (TOLERANCE if label in FLOAT32 else 0.05):
            notes.append(f"{label} differs by {difference:.1e}")
            continue
        runs[label] = run
    ours = retouch_result(folder, source, threads)
    difference = float(np.abs(ours - np.clip(truth, 0, 1)).max())
    if difference > TOLERANCE + 1 / 65535:
        raise SystemExit(f"{name} {width}x{height}: Retouch differs by {difference:.1e}")
    times = {label: [] for label in runs} | {"Retouch": []}
    if has_bf16():
        times["Retouch fast"] = []
        rough = float(np.abs(retouch_result(folder, source, threads, "fast") - np.clip(truth, 0, 1)).max())
        if rough > 0.2:
            raise SystemExit(f"{name} {width}x{height}: Retouch fast differs by {rough:.1e}")
    roofs = []
    for _ in range(options.turns):
        for label, run in runs.items():
            times[label].append(fastest(run, options.runs))
        seconds, roof = retouch_seconds(folder, width, height, threads, options.runs)
        times["Retouch"].append(seconds)
        if "Retouch fast" in times:
            times["Retouch fast"].append(retouch_seconds(folder, width, height, threads, options.runs, "fast")[0])
        roofs.append(roof)
    return {label: statistics.median(t) for label, t in times.items()}, statistics.median(roofs), difference, notes


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--networks", default=",".join(NETWORKS))
    p.add_argument("--sizes", default="512x512,1920x1088,4000x3008")
    p.add_argument("--threads", default="1,2")
    p.add_argument("--turns", type=int, default=5)
    p.add_argument("--runs", type=int, default=2, help="of each contender in a turn, the fastest counts")
    p.add_argument("--peers", type=lambda t: t.split(","), help="only these, by name")
    options = p.parse_args()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    print(f"{platform.machine()} {model}; torch {torch.__version__}; seconds a picture, medians of {options.turns} turns")
    ratios, fast_ratios = [], []
    for threads in map(int, options.threads.split(",")):
        for name in options.networks.split(","):
            for size in options.sizes.split(","):
                width, height = map(int, size.split("x"))
                times, roof, difference, notes = cell(name, width, height, threads, options)
                best = min((t for label, t in times.items() if label in FLOAT32), default=float("nan"))
                ratio = best / times["Retouch"]
                ratios.append(ratio)
                best_bf16 = min((t for label, t in times.items() if label in BF16), default=float("nan"))
                fast = ""
                if "Retouch fast" in times and best_bf16 == best_bf16:
                    fast_ratios.append(best_bf16 / times["Retouch fast"])
                    fast = f"; fast {fast_ratios[-1]:.2f} times the fastest BF16 peer"
                columns = ", ".join(f"{label} {t:.4f}" for label, t in times.items())
                print(f"{name} {size}, {threads} thread{'s' if threads > 1 else ''}: {columns}; {ratio:.2f} times the "
                      f"fastest Float32 peer{fast}; roof {roof:.0f} GFLOP/s, difference {difference:.0e}"
                      + "".join(f"; {note}" for note in notes), flush=True)
    for kind, values in (("Float32", ratios), ("fast", fast_ratios)):
        if values:
            print(f"{kind}: geometric mean {np.exp(np.mean(np.log(values))):.2f}, least {min(values):.2f}")


if __name__ == "__main__":
    main()
