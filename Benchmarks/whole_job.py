"""Folders and very large pictures from end to end: how long, how busy, how much memory.

    make
    python Benchmarks/whole_job.py job                      # 24 JPEG photographs of 12 megapixels to JPEG and to PNG
    python Benchmarks/whole_job.py large --model 1x-Denoise-S   # three very large pictures within 512 MB
    python Benchmarks/whole_job.py many                     # 100 small pictures and 2,000: does memory grow?
    python Benchmarks/whole_job.py start                    # `--version`, and one small picture

Pictures are mosaics of `gb82`. Seconds, processor time and the peak of resident memory are the operating system's account.
Nothing else may run where seconds are to mean anything. Needs Pillow and NumPy; nothing in the build or the tests needs this.
"""

import argparse
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
RETOUCH = ROOT / ".build/release/retouch"
DATA = Path(os.environ.get("RETOUCH_DATA", ROOT / "../shared/data"))
Image.MAX_IMAGE_PIXELS = None


def mosaic(width, height, seed):
    """The validation pictures side by side in a drawn order, again and again."""
    rng = np.random.default_rng(seed)
    tiles = [np.asarray(Image.open(p).convert("RGB")) for p in sorted((DATA / "gb82").glob("*.png"))]
    result = np.empty((height, width, 3), np.uint8)
    for y in range(0, height, 576):
        for x in range(0, width, 576):
            tile = tiles[rng.integers(len(tiles))]
            result[y:y + 576, x:x + 576] = tile[:height - y, :width - x]
    return Image.fromarray(result)


def save_mosaic(path, width, height, seed, how):
    mosaic(width, height, seed).save(path, **how)


def save_small(folder, count):
    rng = np.random.default_rng(4)
    whole = mosaic(4000, 3000, 5)
    for index in range(count):
        width, height = (int(v) for v in rng.integers(100, 320, 2))
        left, top = int(rng.integers(4000 - width)), int(rng.integers(3000 - height))
        whole.crop((left, top, left + width, top + height)).save(folder / f"{index:04d}.jpg", quality=90)


def apart(function, *arguments):
    """Calls a function in a process of its own: a program that is started counts its starter's memory as its own peak."""
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit("a picture could not be made")


def run(*words, fails=False):
    """Seconds, processor seconds, peak megabytes and what was said."""
    start = time.monotonic()
    process = subprocess.Popen([str(RETOUCH), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if (status != 0) != fails:
        sys.exit(f"retouch {' '.join(map(str, words))}: {said}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def job(options, folder):
    (folder / "in").mkdir()
    for index in range(options.pictures):
        apart(save_mosaic, folder / f"in/{index:02d}.jpg", 4000, 3000, index, {"quality": 92, "subsampling": 2})
    bench = run("bench", "--model", options.model, "--size", "4000x3008", "--repeats", 3)[3]
    speed = float(re.findall(r"2 threads.* ([\d.]+) megapixels a second", bench)[-1])
    network = options.pictures * 12.0 / speed
    print(f"{options.model}: the network alone takes {network:.1f} s for these pixels ({speed} megapixels a second)")
    for form in ("jpeg", "png"):
        seconds, busy, peak, _ = run(
            folder / "in", folder / form, "--model", options.model, "--format", form, "--quiet", "--precision", "float32")
        print(f"to {form}: {seconds:.1f} s, {seconds / network:.2f} times the network; both cores busy "
              f"{busy / seconds / 2:.1%}; {peak:.0f} MB")


def large(options, folder):
    apart(save_mosaic, folder / "large.jpg", 16000, 12500, 1, {"quality": 92})
    apart(save_mosaic, folder / "progressive.jpg", 16000, 12500, 1, {"quality": 92, "progressive": True})
    apart(save_mosaic, folder / "panorama.png", 65000, 1000, 2, {"compress_level": 1})
    apart(save_mosaic, folder / "square.png", 20000, 20000, 3, {"compress_level": 1})

    def restored(name, **how):
        return run(
            folder / name, folder / "out" / f"{name}.png", "--model", options.model, "--max-memory", "512M", "--quiet",
            "--max-pixels", 500_000_000, **how)

    for name in ("panorama.png", "large.jpg", "square.png"):
        seconds, busy, peak, _ = restored(name)
        print(f"{name}: {peak:.0f} MB, {seconds:.0f} s, {busy:.0f} s of processor time")
    seconds, _, peak, said = restored("progressive.jpg", fails=True)
    print(f"progressive.jpg: {peak:.0f} MB, {seconds:.2f} s, refused: {said.strip()}")


def many(options, folder):
    (folder / "in").mkdir()
    apart(save_small, folder / "in", 2000)
    few = folder / "few"
    few.mkdir()
    for path in sorted((folder / "in").iterdir())[:100]:
        (few / path.name).write_bytes(path.read_bytes())
    for name in ("few", "in"):
        peak = run(folder / name, folder / f"{name}-out", "--model", options.model, "--quiet", "--max-memory", "512M")[2]
        print(f"{len(list((folder / name).iterdir()))} pictures: {peak:.0f} MB")


def start(options, folder):
    apart(save_mosaic, folder / "small.jpg", 384, 256, 6, {"quality": 90})
    version = [run("--version")[0] for _ in range(15)]
    small = [
        run(folder / "small.jpg", folder / f"small-{index}.png", "--model", options.model, "--quiet")[0]
        for index in range(9)
    ]
    print(f"--version: {1000 * statistics.median(version):.0f} ms; one picture of 0.1 megapixels with {options.model}: "
          f"{statistics.median(small):.2f} s, the slowest {max(small):.2f} s")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["job", "large", "many", "start"])
    p.add_argument("--model")
    p.add_argument("--pictures", type=int, default=24)
    options = p.parse_args()
    options.model = options.model or ("1x-Denoise-M" if options.what == "job" else "1x-Denoise-S")
    with tempfile.TemporaryDirectory() as folder:
        {"job": job, "large": large, "many": many, "start": start}[options.what](options, Path(folder))


if __name__ == "__main__":
    main()
