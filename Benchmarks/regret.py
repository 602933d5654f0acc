"""The regret of `--model auto`: how far what it makes of a picture is below the best of all models that it may choose and of
doing nothing.

    python Benchmarks/regret.py make PICTURES SET [--limit N]     a frozen set of kinds, from clean pictures and generators
    python Benchmarks/regret.py measure SET OUT [--models A,B]    restores it by auto and by each model, prints a table

Needs NumPy and Pillow, and a built `retouch` (RETOUCH, by default .build/release/retouch). Kinds, seeds and corruptions are in
Sets/auto-1.json. PSNR is of RGB in 8 bits, capped at 45 dB; every kind counts the same.
"""

import argparse
import io
import json
import os
import pathlib
import subprocess
import tempfile

import numpy
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
RETOUCH = os.environ.get("RETOUCH", str(ROOT / ".build/release/retouch"))
SET = ROOT / "Sets/auto-1.json"
CAP = 45.0
ENVIRONMENT = {"RETOUCH_MODELS": str(ROOT / "models"), **os.environ}


def retouch(*arguments):
    subprocess.run([RETOUCH, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)


def samples(path):
    return numpy.asarray(Image.open(path).convert("RGB")).astype(numpy.float64)


def psnr(a, b):
    error = numpy.mean((a - b) ** 2)
    return CAP if error == 0 else min(CAP, 10 * numpy.log10(255**2 / error))


def save_jpeg(image, path, quality):
    image.save(path, "JPEG", quality=quality, subsampling=2)


def make(pictures, target, limit):
    """Each kind in SET/in/KIND, what it is measured against in SET/clean/KIND."""
    names = sorted(pathlib.Path(pictures).glob("*.png"))[:limit]
    for kind in json.loads(SET.read_text())["kinds"]:
        given, clean = (target / part / kind["name"] for part in ("in", "clean"))
        given.mkdir(parents=True, exist_ok=True)
        clean.mkdir(parents=True, exist_ok=True)
        if "generate" in kind:
            retouch("generate", ",".join(kind["generate"]), clean, "--count", kind["count"], "--size", "384x384",
                    "--seed", kind["seed"])
        else:
            for name in names:
                image = Image.open(name).convert("RGB")
                if kind.get("grey"):
                    image = image.convert("L").convert("RGB")
                if "scale" in kind:
                    small = image.resize((int(image.width * kind["scale"]),) * 2, Image.LANCZOS)
                    image = small.resize(image.size, Image.BICUBIC)
                image.save(clean / name.name)
        if "corrupt" in kind:
            with tempfile.TemporaryDirectory() as made:
                retouch("corrupt", clean, made, "--corrupt", kind["corrupt"], "--seed", kind["seed"])
                sources = {path.stem: path for path in pathlib.Path(made).rglob("*.png")}
                for stem, path in sources.items():
                    Image.open(path).save(given / f"{stem}.png")
        else:
            for path in clean.glob("*.png"):
                Image.open(path).save(given / path.name)
        for quality in kind.get("jpeg", []):
            for path in list(given.glob("*.*")):
                image = Image.open(path).convert("RGB")
                image.load()
                path.unlink()
                save_jpeg(image, given / f"{path.stem}.jpg", quality)
        print(kind["name"], len(list(given.iterdir())))


def measure(target, out, models):
    kinds = [kind["name"] for kind in json.loads(SET.read_text())["kinds"]]
    for kind in kinds:
        for model in ["auto", *models]:
            retouch(target / "in" / kind, out / model / kind, "--model", model, "-f", "png", "--progress", "none")
    print("kind            pictures  given   auto   best  regret: mean  worst  below its input")
    means, worst, lost = [], 0.0, 0.0
    for kind in kinds:
        rows = []
        for path in sorted((target / "in" / kind).iterdir()):
            clean = samples(target / "clean" / kind / f"{path.stem}.png")
            given = psnr(samples(path), clean)
            figures = {m: psnr(samples(out / m / kind / f"{path.stem}.png"), clean) for m in ["auto", *models]}
            best = max(given, *(figures[m] for m in models))
            rows.append((given, figures["auto"], best, best - figures["auto"], given - figures["auto"]))
        table = numpy.array(rows)
        mean = table.mean(0)
        means.append(mean[3])
        worst, lost = max(worst, table[:, 3].max()), max(lost, table[:, 4].max())
        print(f"{kind:16}{len(rows):8}  {mean[0]:5.2f}  {mean[1]:5.2f}  {mean[2]:5.2f}"
              f"  {mean[3]:12.3f}  {table[:, 3].max():5.2f}  {max(0.0, table[:, 4].max()):5.2f}")
    print(f"all: mean {numpy.mean(means):.3f}, worst {worst:.2f}, below its input at most {lost:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("pictures", type=pathlib.Path)
    making.add_argument("set", type=pathlib.Path)
    making.add_argument("--limit", type=int)
    measuring = commands.add_parser("measure")
    measuring.add_argument("set", type=pathlib.Path)
    measuring.add_argument("out", type=pathlib.Path)
    measuring.add_argument("--models", default="1x-Camera-M,1x-JPEG-M,1x-Denoise-M,1x-DenoiseGrey-M")
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.pictures, arguments.set, arguments.limit)
    else:
        measure(arguments.set, arguments.out, arguments.models.split(","))


if __name__ == "__main__":
    main()
