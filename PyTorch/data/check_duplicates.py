"""Fails where a test picture, or a part of one, is among the training pictures.

    python -m PyTorch.data.check_duplicates                       # data/train against data/test, heldout and gb82
    python -m PyTorch.data.check_duplicates --self-test           # parts of test pictures in disguise must be found
    python -m PyTorch.data.check_duplicates --train DIR --test DIR

Windows of several sizes and places of every picture of one side are set against the other side's whole pictures, upright and
mirrored: first by a perceptual hash (the signs of the differences of neighbours in 9x8 grey means, 64 bits, of which `HASH_BITS`
may differ) and the correlation of these means, then by the correlation of 32x32 grey means after the windows were moved onto each
other, and of what is left of these without their own surroundings: skies over horizons are alike, their details are not. A window is found when it
holds three tenths of a picture's side or more.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from PyTorch.data.pictures import DATA

HASH_BITS = 18
COARSE_CORRELATION = 0.8
CORRELATION = 0.95
DETAIL_CORRELATION = 0.75
SHARES = [1.0, 0.85, 0.72, 0.61, 0.52, 0.44, 0.37, 0.3]
TESTS = ["test/CBSD68", "test/BSD68", "test/Set12", "test/LIVE1", "test/LIVE1_gray", "test/Classic5", "test/Set5/HR",
         "test/Set14/HR", "test/OldPhotos", "test/OldFilm", "heldout", "gb82"]


def grey(picture):
    """At most 512 pixels a side: hashes need no more."""
    picture = picture.convert("L")
    picture.thumbnail((512, 512), Image.Resampling.BOX)
    return np.asarray(picture, np.float64)


def paths(folder):
    return sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in {".png", ".jpg", ".jpeg", ".bmp", ".tif"})


def sums(image):
    """Summed areas: the mean of any rectangle by four looks."""
    return np.pad(image.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def means(area, top, left, height, width, rows, columns):
    """[n, rows, columns] means of n rectangles, whose sides are numbers of pixels that need not be whole."""
    y = (top[:, None] + height[:, None] * np.arange(rows + 1) / rows).round().astype(int)
    x = (left[:, None] + width[:, None] * np.arange(columns + 1) / columns).round().astype(int)
    at = area[y[:, :, None], x[:, None, :]]
    total = at[:, 1:, 1:] - at[:, :-1, 1:] - at[:, 1:, :-1] + at[:, :-1, :-1]
    count = np.diff(y)[:, :, None] * np.diff(x)[:, None, :]
    return total / np.maximum(count, 1)


def windows(shape, aspect, shares=SHARES):
    """Tops, lefts, heights and widths of windows of this aspect (width over height), a twelfth of a side apart."""
    height, width = shape
    found = []
    for share in shares:
        h = min(height, width / aspect) * share
        w = h * aspect
        if h < 16 or w < 16:
            continue
        ys = np.linspace(0, height - h, max(1, int(np.ceil((height - h) / (h / 12))) + 1))
        xs = np.linspace(0, width - w, max(1, int(np.ceil((width - w) / (w / 12))) + 1))
        y, x = np.meshgrid(ys, xs, indexing="ij")
        found.append(np.stack([y.ravel(), x.ravel(), np.full(y.size, h), np.full(y.size, w)], 1))
    return np.concatenate(found) if found else np.empty((0, 4))


def unit(cells):
    """Of mean 0 and norm 1, so that products are correlations."""
    cells = cells.reshape(len(cells), -1)
    cells = cells - cells.mean(1, keepdims=True)
    return cells / np.maximum(np.linalg.norm(cells, axis=1, keepdims=True), 1e-9)


def hashes(area, places):
    """64 bits of each place, and its means as a unit vector."""
    cells = means(area, *places.T, 8, 9)
    bits = cells[:, :, 1:] > cells[:, :, :-1]
    return np.packbits(bits.reshape(len(cells), 64), axis=1).view(np.uint64)[:, 0], unit(cells)


def flat(area, places):
    cells = means(area, *places.T, 8, 9)
    return cells.std((1, 2)) < 4


def correlation(area, place, thumb):
    """The best of the places around `place`, moved and scaled by up to a tenth in steps of a hundredth."""
    best = -1
    height, width = area.shape[0] - 1, area.shape[1] - 1
    step = 0.08
    while step > 0.004:
        moves = np.array([(dy, dx, ds) for dy in (-1, 0, 1) for dx in (-1, 0, 1) for ds in (-1, 0, 1)]) * step
        tried = np.stack([place[0] + moves[:, 0] * place[2] - moves[:, 2] * place[2] / 2,
                          place[1] + moves[:, 1] * place[3] - moves[:, 2] * place[3] / 2,
                          place[2] * (1 + moves[:, 2]), place[3] * (1 + moves[:, 2])], 1)
        inside = (tried[:, 0] >= 0) & (tried[:, 1] >= 0) & (tried[:, 0] + tried[:, 2] <= height) & (
            tried[:, 1] + tried[:, 3] <= width)
        tried = tried[inside]
        if len(tried):
            values = unit(means(area, *tried.T, 32, 32)) @ thumb
            if values.max() > best:
                best, place = values.max(), tried[values.argmax()]
        step /= 2
    return best, place


def details(cells):
    """32x32 means without the means of 5x5 about them, as unit vectors."""
    cells = cells.reshape(-1, 32, 32)
    padded = np.pad(cells, ((0, 0), (2, 2), (2, 2)), mode="reflect")
    around = sum(padded[:, y : y + 32, x : x + 32] for y in range(5) for x in range(5)) / 25
    return unit(cells - around)


def likeness_at(area, place, thumb):
    """The correlation at the best place near `place`; 0 where the details there are others."""
    value, best = correlation(area, place, thumb)
    if value < CORRELATION:
        return 0
    cells = means(area, *best[None].T, 32, 32)
    return value if details(cells)[0] @ details(thumb)[0] >= DETAIL_CORRELATION else 0


def thumbnail(area):
    height, width = area.shape[0] - 1, area.shape[1] - 1
    return unit(means(area, *np.array([[0.0, 0.0, height, width]]).T, 32, 32))[0]


def hits(wholes, images):
    """(name, name, correlation) where a whole picture of the first is a window of a picture of the second.

    Both are lists of a name and summed areas, upright; the wholes are mirrored here.
    """
    found = []
    groups = {}
    for name, area in wholes:
        height, width = area.shape[0] - 1, area.shape[1] - 1
        if flat(area, np.array([[0.0, 0.0, height, width]]))[0]:
            continue
        # Pictures of about one shape share their windows.
        groups.setdefault(round(np.log(width / height) / 0.05), []).append((name, area))
    for key, members in groups.items():
        aspect = np.exp(key * 0.05)
        codes, coarse, labels = [], [], []
        for name, area in members:
            image = np.diff(np.diff(area, axis=0), axis=1)
            for mirrored, own in (("", area), (" mirrored", sums(image[:, ::-1]))):
                whole = np.array([[0.0, 0.0, image.shape[0], image.shape[1]]])
                code, cells = hashes(own, whole)
                codes.append(code[0])
                coarse.append(cells[0])
                labels.append((name + mirrored, thumbnail(own)))
        codes, coarse = np.array(codes, np.uint64), np.array(coarse)
        for name, area in images:
            places = windows((area.shape[0] - 1, area.shape[1] - 1), aspect)
            if not len(places):
                continue
            own, cells = hashes(area, places)
            likeness = cells @ coarse.T
            likeness[np.bitwise_count(own[:, None] ^ codes[None]) > HASH_BITS] = -1
            for index in np.flatnonzero(likeness.max(0) >= COARSE_CORRELATION):
                nearest = np.argsort(-likeness[:, index], kind="stable")[:4]
                value = max(likeness_at(area, places[i], labels[index][1]) for i in nearest)
                if value >= CORRELATION:
                    found.append((labels[index][0], name, value))
    return found


def compared(train, test):
    """Parts of training pictures that are test pictures, and the other way round."""
    return [(b, a, v) for a, b, v in hits(test, train)] + hits(train, test)


def read(files):
    return [(str(path), sums(grey(Image.open(path)))) for path in files]


def disguised(files):
    """Parts of pictures, mirrored, brightened, downsampled and saved as JPEG, as training pictures might hold them."""
    from io import BytesIO
    random = np.random.default_rng(0)
    for path in files:
        picture = Image.open(path).convert("RGB")
        share = random.uniform(0.4, 1)
        width, height = (max(48, int(side * share)) for side in picture.size)
        left, top = (int(random.integers(0, max(1, a - b))) for a, b in zip(picture.size, (width, height)))
        part = picture.crop((left, top, left + width, top + height))
        if random.random() < 0.5:
            part = part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        scale = random.uniform(0.5, 1)
        part = part.resize((max(32, int(width * scale)), max(32, int(height * scale))), Image.Resampling.BICUBIC)
        part = part.point(lambda v: min(255, int(v * 0.9 + 12)))
        buffer = BytesIO()
        part.save(buffer, "JPEG", quality=60)
        yield str(path), sums(grey(Image.open(buffer)))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--train", type=Path, nargs="+", default=[DATA / "train"])
    p.add_argument("--test", type=Path, nargs="+", default=[DATA / name for name in TESTS])
    p.add_argument("--self-test", action="store_true")
    o = p.parse_args()
    test_files = [path for folder in o.test for path in paths(folder)]
    if o.self_test:
        files = test_files[::7]
        found = {a for a, b, _ in compared(list(disguised(files)), read(files)) if a.removesuffix(" mirrored") == b.removesuffix(" mirrored")}
        found = {name.removesuffix(" mirrored") for name in found}
        missed = [str(path) for path in files if str(path) not in found]
        print(f"{len(files) - len(missed)} of {len(files)} parts in disguise found", *missed, sep="\n  ")
        sys.exit(len(missed) > len(files) // 20)
    train_files = [path for folder in o.train for path in paths(folder)]
    if not train_files or not test_files:
        sys.exit("no pictures")
    found = compared(read(train_files), read(test_files))
    for a, b, value in found:
        print(f"{a} is in {b}, or holds it: correlation {value:.3f}")
    print(f"{len(train_files)} training and {len(test_files)} test pictures, {len(found)} hits")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
