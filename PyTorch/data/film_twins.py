"""Film twins: where consecutive frames of old film tell what is damaged, as pictures with three values.

    python -m PyTorch.data.film_twins OUT

writes a grey PNG for every frame of `data/damage/film` that has a neighbour on either side: 255 where a speck stands in
this frame alone, 0 where nothing is wrong, 64 where the neighbours do not tell. A speck lives for one frame: both
neighbours, aligned by phase correlation and of equal mean, are within 10 levels of one another after a blur of 1, and
the frame lies above both or below both by 25 or more in at least 4 connected pixels. Differences of 10 to 25, two pixels
around a speck, places where the neighbours disagree or that alignment left empty, and differences that stand in three
frames count neither way.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

from PyTorch.data.pictures import DATA

CALM, CLEAR, LEAST = 10, 25, 4
FARTHEST = 24


def shift_of(frame, other):
    """The whole rows and columns by which `other` is to be moved to lie on `frame`, by phase correlation."""
    window = np.outer(np.hanning(frame.shape[0]), np.hanning(frame.shape[1]))
    a, b = (np.fft.fft2((v - v.mean()) * window) for v in (frame, other))
    cross = a * np.conj(b)
    peak = np.fft.ifft2(cross / np.maximum(np.abs(cross), 1e-9)).real
    peak = ndimage.gaussian_filter(peak, 0.7, mode="wrap")
    for axis, size in enumerate(peak.shape):
        places = np.minimum(np.arange(size), size - np.arange(size)) > FARTHEST
        peak[places if axis == 0 else (slice(None), places)] = -1
    return [p if p <= size // 2 else p - size for p, size in zip(np.unravel_index(peak.argmax(), peak.shape), peak.shape)]


def aligned(frame, other):
    """`other` moved onto `frame`, of its mean, and where it has pixels."""
    down, right = shift_of(frame, other)
    moved = np.full(frame.shape, np.nan)
    h, w = frame.shape
    moved[max(0, down):h + min(0, down), max(0, right):w + min(0, right)] = other[
        max(0, -down):h - max(0, down), max(0, -right):w - max(0, right)]
    there = np.isfinite(moved)
    moved = np.where(there, moved, frame)
    return moved + frame[there].mean() - moved[there].mean(), there


def twins(before, frame, after):
    """The values of one frame, [H, W] of 0, 64 and 255."""
    (a, in_a), (b, in_b) = aligned(frame, before), aligned(frame, after)
    soft = [ndimage.gaussian_filter(v, 1) for v in (frame, a, b)]
    agree = (np.abs(soft[1] - soft[2]) <= CALM) & in_a & in_b
    above, below = np.minimum(frame - a, frame - b), np.minimum(a - frame, b - frame)
    differs = np.maximum(above, below)
    found = np.zeros(frame.shape, bool)
    for side in (above, below):
        parts, count = ndimage.label((side >= CLEAR) & agree, np.ones((3, 3)))
        large = np.flatnonzero(ndimage.sum(np.ones_like(parts), parts, np.arange(count + 1)) >= LEAST)
        found |= np.isin(parts, large[large > 0])
    return found, agree & (differs < CALM)


def standing_out(frame):
    """Where a frame differs from the median of its surroundings, 14 pixels wide."""
    half = Image.fromarray(frame.astype(np.uint8)).reduce(2).filter(ImageFilter.MedianFilter(7))
    around = half.resize(frame.shape[::-1], Image.BILINEAR)
    return np.abs(frame - np.asarray(around, np.float64)) >= CLEAR


def values(frames, marks, index):
    found, calm = twins(*frames[index - 1:index + 2])
    # What stands out in this frame and both neighbours at one place is on the lens or the glass.
    marks = marks[index - 1:index + 2]
    stands = ndimage.binary_dilation(marks[0] & marks[1] & marks[2], np.ones((3, 3)))
    near = ndimage.binary_dilation(found, np.ones((5, 5)))
    result = np.full(found.shape, 64, np.uint8)
    result[calm & ~near & ~stands] = 0
    result[found & ~stands] = 255
    return result


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=Path)
    options = p.parse_args()
    for film in sorted(q for q in (DATA / "damage/film").iterdir() if q.is_dir()):
        paths = sorted(film.glob("*.png"))
        frames = [np.asarray(Image.open(q).convert("L"), np.float64) for q in paths]
        marks = [standing_out(frame) for frame in frames]
        (options.out / film.name).mkdir(parents=True, exist_ok=True)
        total, specks, known = 0, 0, []
        for index in range(1, len(paths) - 1):
            result = values(frames, marks, index)
            specks += ndimage.label(result == 255, np.ones((3, 3)))[1]
            total += (result == 255).sum()
            known.append((result != 64).mean())
            Image.fromarray(result).quantize(3).save(options.out / film.name / paths[index].name, optimize=True)
        print(f"{film.name}: {len(known)} frames, {specks} specks, {total} pixels, {np.mean(known):.3f} known")


if __name__ == "__main__":
    main()
