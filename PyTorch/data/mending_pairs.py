"""Damaged pictures and where they are damaged, for a network that finds damage.

    python -m PyTorch.data.mending_pairs OUT --count 8 --seed 1 [--generated FOLDER]

writes OUT/damaged and OUT/classes, PNG of 448x448: `--count` squares of every picture of the training data and one of
every picture of `--generated`. The three channels of a picture of classes are 255 where nothing is wrong; where dust,
dirt, hairs and scratches lie; where creases, tears, blots and stains are. A pixel is damaged where something of an opacity
above 0.08 lies and changes a sample by 8 of 255 or more; long scratches count from 4 on. Outlines are those of scans 1 to
5 (`--scans`), overlays of `data/defects` those whose number in their kind is even. `--mix` chooses what is common: dust,
old prints, each kind of a print's damage alike (even), frames of silent film with their specks, or grain (grainy). With `--flagged` half
of the squares lie around what a finder took for damage in the clean pictures, most of them without any.
"""

import argparse
import dataclasses
import functools
import io
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from PyTorch.data import damage_drawing as drawing
from PyTorch.data.damage_drawing import COARSE, FINE, Layer
from PyTorch.data.pictures import DATA

SIDE = 448
OPACITY, CHANGE, LINE_CHANGE = 0.08, 8, 4
PRINT_KINDS = ["crease", "tear", "stain", "scratches", "hairs"]


@dataclasses.dataclass
class Mix:
    """What is common in a set of pairs."""

    # Shares of damaged pictures with dust, damage of prints, both, overlays.
    damage: tuple
    # Share of webs among a print's damage, and of the other kinds among what is left.
    webs: float = 0.3
    prints: tuple = (0.36, 0.14, 0.1, 0.26, 0.14)
    # Share of pictures with the look of old prints.
    old: float = 0.4
    # Shares of pictures with grain below what lies on them and over it; of old ones more, unless given.
    grain: tuple | None = None


MIXES = {
    "all": Mix((0.5, 0.25, 0.15, 0.1)),
    "dust": Mix((0.7, 0.16, 0.1, 0.04)),
    "prints": Mix((0.15, 0.6, 0.25, 0), webs=0.6, old=0.8),
    "even": Mix((0.2, 0.55, 0.2, 0.05), webs=0.12, prints=(0.26, 0.22, 0.18, 0.24, 0.1)),
    "film": Mix((0, 0, 0, 0), old=0),
    "grainy": Mix((0.5, 0.3, 0.15, 0.05), webs=0.12, prints=(0.26, 0.22, 0.18, 0.24, 0.1), old=0.1, grain=(0.45, 0.45)),
}


@functools.cache
def outlines_of(scans):
    return drawing.Outlines(DATA / "damage/outlines", scans)


@functools.cache
def overlay_paths():
    return [sorted(kind.glob("*.png"))[::2] for kind in sorted((DATA / "defects").iterdir())]


def looks(rng):
    """How damage of one picture looks: a function that gives an object's colour and opacity."""
    is_plain = rng.random() < 0.5
    bright_share = rng.choice([1, 0, 0.5], p=[0.2, 0.2, 0.6] if is_plain else [0.45, 0.3, 0.25])
    faintest = 0.5 if is_plain and rng.random() < 0.7 else rng.uniform(0.2, 0.9)
    tint = np.zeros(3) if rng.random() < 0.6 else rng.normal(0, 12, 3)

    def look():
        is_bright = rng.random() < bright_share
        if is_plain:
            colour = np.full(3, 235.0 if is_bright else 20.0)
        elif rng.random() < 0.1:
            colour = np.full(3, rng.uniform(60, 200)) + tint
        else:
            colour = (rng.uniform(200, 255) if is_bright else rng.uniform(0, 60)) + tint
        return np.clip(colour, 0, 255).astype(np.float32), rng.uniform(faintest, 1)

    return look


def faint_specks(clean, outlines, rng):
    """Layers of outlines on the smoothest of some places, which change the picture by 7 to 25 levels."""
    luma = clean.mean(2)
    for _ in range(1 + rng.poisson(5)):
        alpha, _, _ = drawing.local(outlines.scattered(16, 1, rng)[0][1])
        side = len(alpha)
        if side > SIDE // 2:
            continue
        places = [rng.integers(0, SIDE - side + 1, 2) for _ in range(6)]
        top, left = min(places, key=lambda at: luma[at[0]:at[0] + side, at[1]:at[1] + side].std())
        below = clean[top:top + side, left:left + side].mean((0, 1))
        level = below.mean()
        colour = np.full(3, 235 if level < 60 or level < 190 and rng.random() < 0.5 else 20, np.float32)
        opacity = rng.uniform(7, 25) / max(25, abs(colour[0] - level))
        yield Layer(ndimage.gaussian_filter(alpha, rng.uniform(0.4, 1)) * opacity, colour, FINE, int(top), int(left))


def dust(side, outlines, look, rng):
    """Layers of outlines: a window of a scan, or some scattered at any size."""
    if rng.random() < 0.6:
        scale = 1 if rng.random() < 0.6 else np.exp(rng.uniform(np.log(0.5), np.log(1.6)))
        found = outlines.window(side, scale, rng)
    else:
        found = outlines.scattered(side, int(np.exp(rng.uniform(0, np.log(40)))), rng)
    blur = 0.6 if rng.random() < 0.5 else rng.uniform(0.2, 1.4)
    is_rough, has_shadow, has_texture = rng.random() < 0.4, rng.random() < 0.15, rng.random() < 0.3
    for kind, points in found:
        if kind in ("Long hair", "Short hair", "Scratch") and rng.random() < 0.3:
            alpha, top, left = drawing.hair(side, rng), 0, 0
        else:
            alpha, top, left = drawing.local(points)
        if is_rough and rng.random() < 0.7:
            noise = drawing.smooth_noise(alpha.shape, rng.uniform(2, 6), rng)
            alpha = (ndimage.gaussian_filter(alpha, 1) + 0.18 * noise * (alpha > 0) > 0.5).astype(np.float32)
        alpha = ndimage.gaussian_filter(alpha, blur)
        if has_texture:
            alpha = alpha * (1 - 0.4 * np.abs(drawing.smooth_noise(alpha.shape, rng.uniform(2, 10), rng))).clip(0, 1)
        colour, opacity = look()
        if has_shadow:
            shadow = np.roll(ndimage.gaussian_filter(alpha, 1.5), tuple(rng.integers(-3, 4, 2)), (0, 1))
            yield Layer(shadow * rng.uniform(0.1, 0.35), 255 - colour, FINE, top, left)
        yield Layer(alpha * opacity, colour, FINE, top, left)


def print_damage(side, look, rng, mix):
    """Layers of creases, tears, stains and scratches."""
    cream = np.array([rng.uniform(215, 255), rng.uniform(205, 250), rng.uniform(180, 240)], np.float32)
    count = 1 + rng.poisson(1)
    for _ in range(count):
        others = rng.choice(PRINT_KINDS, p=mix.prints)
        what = "web" if rng.random() < mix.webs else others
        colour, opacity = look()
        if what == "crease":
            for _ in range(1 + rng.poisson(1)):
                alpha = drawing.crease(side, rng)
                if rng.random() < 0.4:
                    shadow = np.roll(ndimage.gaussian_filter(alpha, 1.2), tuple(rng.integers(-2, 3, 2)), (0, 1))
                    yield Layer(shadow * rng.uniform(0.2, 0.6), np.full(3, rng.uniform(0, 70), np.float32), COARSE)
                alpha = ndimage.gaussian_filter(alpha, rng.uniform(0.3, 0.9))
                yield Layer(alpha * max(opacity, 0.5), cream if rng.random() < 0.75 else colour, COARSE)
        elif what == "web":
            alpha = drawing.web(side, rng)
            if rng.random() < 0.6:
                shadow = np.roll(ndimage.gaussian_filter(alpha, 0.7), tuple(rng.integers(-1, 2, 2)), (0, 1))
                yield Layer(shadow * rng.uniform(0.2, 0.7), np.full(3, rng.uniform(0, 70), np.float32), COARSE)
            alpha = ndimage.gaussian_filter(alpha, rng.uniform(0.2, 0.7))
            yield Layer(alpha * rng.uniform(0.3, 1), cream if rng.random() < 0.85 else colour, COARSE)
        elif what == "tear":
            alpha = ndimage.gaussian_filter(drawing.tear(side, rng), rng.uniform(0.3, 0.8))
            base = cream if rng.random() < 0.75 else colour
            paper = base[None, None] + 4 * drawing.smooth_noise(alpha.shape, 2, rng)[..., None]
            yield Layer(alpha * rng.uniform(0.8, 1), paper.clip(0, 255), COARSE)
        elif what == "stain":
            brown = np.array([rng.uniform(90, 190), rng.uniform(70, 150), rng.uniform(20, 110)], np.float32)
            yield Layer(drawing.stain(side, rng) * rng.uniform(0.15, 0.8), brown if rng.random() < 0.6 else colour, COARSE)
        elif what == "scratches":
            blur = rng.uniform(0, 0.8)
            if rng.random() < 0.35:
                for _ in range(1 + rng.poisson(1.5)):
                    alpha = ndimage.gaussian_filter(drawing.transport(side, rng), blur)
                    yield Layer(alpha * np.exp(rng.uniform(np.log(0.04), np.log(0.7))), look()[0], FINE, is_line=True)
            else:
                for _ in range(1 + rng.poisson(4)):
                    colour, opacity = look()
                    yield Layer(ndimage.gaussian_filter(drawing.scratch(side, rng), blur) * opacity, colour, FINE)
        else:
            blur = rng.uniform(0.3, 1.2)
            for _ in range(1 + rng.poisson(4)):
                colour, opacity = look()
                yield Layer(ndimage.gaussian_filter(drawing.hair(side, rng), blur) * opacity, colour, FINE)


def overlays(side, rng):
    """Layers of the overlays of FilmDamageSimulator."""
    for _ in range(1 + rng.poisson(0.7)):
        paths = overlay_paths()
        kind = paths[rng.integers(len(paths))]
        image = Image.open(kind[rng.integers(len(kind))]).convert("RGBA")
        size = max(40, int(image.width * np.exp(rng.uniform(np.log(0.4), np.log(1.5)))))
        values = np.asarray(image.resize((size, size), Image.LANCZOS).rotate(90 * int(rng.integers(4))), np.float32)
        if rng.random() < 0.5:
            values = values[:, ::-1]
        alpha, colour = np.zeros((side, side), np.float32), np.zeros((side, side, 3), np.float32)
        top, left = (int(rng.integers(-size // 2, side - size // 2)) for _ in range(2))
        rows, columns = (slice(max(0, a), min(side, a + size)) for a in (top, left))
        part = values[rows.start - top:rows.stop - top, columns.start - left:columns.stop - left]
        alpha[rows, columns] = part[..., 3] / 255 * (rng.uniform(0.4, 1) if rng.random() < 0.3 else 1)
        colour[rows, columns] = part[..., :3] if rng.random() < 0.7 else 255 - part[..., :3]
        yield Layer(alpha, colour, FINE)


def film_frame(picture, rng):
    """The look of silent film: grey, often dark, soft."""
    luma = picture.mean(2) / 255
    low, high = rng.uniform(0, 40), rng.uniform(90, 250)
    luma = low + (high - low) * luma ** np.exp(rng.uniform(-0.4, 0.5))
    luma = ndimage.gaussian_filter(luma, rng.uniform(0.3, 1.1))
    return np.repeat(luma[..., None], 3, 2)


def film_specks(side, rng):
    """Layers of what lies on a frame of film: specks and flecks of a few pixels, short strokes, lines along the film."""
    bright_share = rng.choice([0.95, 0.7, 0.2], p=[0.5, 0.3, 0.2])
    faintest = rng.uniform(0.15, 0.6)

    def colour():
        return np.full(3, rng.uniform(150, 255) if rng.random() < bright_share else rng.uniform(0, 30), np.float32)

    for _ in range(1 + rng.poisson(np.exp(rng.uniform(0, np.log(40))))):
        radius = np.exp(rng.uniform(np.log(0.7), np.log(2.5 if rng.random() < 0.8 else 8)))
        if rng.random() < 0.2:
            path = drawing.wandering(np.zeros(2), rng.uniform(0, 2 * np.pi), rng.uniform(4, 25), 0.03, rng, step=2)
            extent = int(np.abs(path).max()) + 8
            alpha = drawing.stroke(path + extent, np.full(len(path), rng.uniform(0.8, 2)), 2 * extent)
        else:
            extent = int(3 * radius) + 6
            alpha = drawing.polygon(drawing.blob_outline(np.full(2, extent), radius, rng), 2 * extent)
        alpha = ndimage.gaussian_filter(alpha, rng.uniform(0.4, 1.1))
        top, left = (int(v) for v in rng.uniform(-extent, side - extent, 2))
        yield Layer(alpha * rng.uniform(faintest, 1), colour(), FINE, top, left)
    for _ in range(rng.poisson(0.5)):
        alpha = ndimage.gaussian_filter(drawing.transport(side, rng), rng.uniform(0.3, 0.9))
        yield Layer(alpha * np.exp(rng.uniform(np.log(0.05), np.log(0.5))), colour(), FINE, is_line=True)


def laid(clean, layers):
    """The damaged picture and its classes, [H, W] of 0 (none), FINE and COARSE."""
    result = clean.copy()
    classes, opacity = np.zeros(clean.shape[:2], np.uint8), np.zeros(clean.shape[:2], np.float32)
    is_line = np.zeros(clean.shape[:2], bool)
    for layer in layers:
        h, w = layer.alpha.shape
        rows, columns = (
            slice(max(0, at), min(SIDE, at + size)) for at, size in ((layer.top, h), (layer.left, w)))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            continue
        inner = (slice(rows.start - layer.top, rows.stop - layer.top),
                 slice(columns.start - layer.left, columns.stop - layer.left))
        alpha = layer.alpha[inner]
        colour = layer.colour if layer.colour.ndim == 1 else layer.colour[inner]
        here = (rows, columns)
        result[here] += (colour - result[here]) * alpha[..., None]
        opacity[here] = 1 - (1 - opacity[here]) * (1 - alpha)
        if layer.is_line:
            lies = alpha > 0.5 * layer.alpha.max()
            is_line[here] |= lies
        else:
            lies = alpha > 0.5 * OPACITY
        classes[here][lies] = layer.kind
    changed = np.abs(np.rint(result) - np.rint(clean)).max(2)
    is_damaged = (opacity > OPACITY) & (changed >= CHANGE) | is_line & (changed >= LINE_CHANGE)
    return result, np.where(is_damaged, classes, 0)


def toned(picture, rng):
    """The look of old prints: grey, sepia, faded."""
    luma = picture @ np.array([0.299, 0.587, 0.114], np.float32)
    result = np.repeat(luma[..., None], 3, 2)
    if rng.random() < 0.5:
        low = np.array([rng.uniform(10, 60), rng.uniform(5, 45), rng.uniform(0, 35)], np.float32)
        high = np.array([rng.uniform(215, 255), rng.uniform(200, 245), rng.uniform(150, 225)], np.float32)
        result = low + (high - low) * result / 255
    elif rng.random() < 0.4:
        low, high = rng.uniform(0, 60), rng.uniform(180, 255)
        result = low + (high - low) * result / 255
    return result


def grained(picture, rng):
    """Film grain or noise, correlated or not, with colour or without."""
    sigma = np.exp(rng.uniform(np.log(1), np.log(16)))
    channels = 1 if rng.random() < 0.6 else 3
    noise = rng.standard_normal((*picture.shape[:2], channels)).astype(np.float32)
    blur = rng.uniform(0, 1.5)
    if blur > 0.3:
        noise = ndimage.gaussian_filter(noise, (blur, blur, 0))
        noise /= noise.std() + 1e-6
    return picture + sigma * noise


def flagged_place(path, flagged, rng):
    """The corner of a square around a place that a finder took for damage; None where there is none."""
    if flagged is None:
        return None
    mask = flagged / (str(path.relative_to(DATA / "train")) + ".png")
    if not mask.exists():
        return None
    found = np.asarray(Image.open(mask)) > 0
    labels, count = ndimage.label(found)
    if count == 0:
        return None
    at = ndimage.center_of_mass(found, labels, int(rng.integers(1, count + 1)))
    return [int(np.clip(v - SIDE / 2 + rng.normal(0, SIDE / 6), 0, side - SIDE)) for v, side in zip(at, found.shape)]


def square(path, rng, flagged=None):
    """A square of a picture, perhaps of a downsampled one; and whether it is one that a finder fell for."""
    image = Image.open(path).convert("RGB")
    smallest = min(image.size)
    if smallest < SIDE:
        return None, False
    place = flagged_place(path, flagged, rng) if rng.random() < 0.5 else None
    if place:
        top, left = place
        return np.asarray(image.crop((left, top, left + SIDE, top + SIDE)), np.float32), True
    if rng.random() < 0.5:
        share = rng.uniform(max(SIDE / smallest, 0.45), 1)
        image = image.resize([max(SIDE, round(v * share)) for v in image.size], Image.LANCZOS)
    left, top = (int(rng.integers(v - SIDE + 1)) for v in image.size)
    picture = np.asarray(image.crop((left, top, left + SIDE, top + SIDE)), np.float32)
    return np.rot90(picture, rng.integers(4)).copy(), False


def make(task):
    path, seed, options, is_generated = task
    rng = np.random.default_rng(seed)
    clean, is_hard = square(path, rng, None if is_generated else options.flagged)
    if clean is None:
        return 0
    outlines = outlines_of(tuple(options.scans))
    mix, is_film = MIXES[options.mix], options.mix == "film"
    old = rng.random() < mix.old
    if old and not is_generated:
        clean = toned(clean, rng)
    if rng.random() < 0.2:
        clean = ndimage.gaussian_filter(clean, (s := rng.uniform(0.4, 1.6), s, 0))
    if is_film:
        clean = film_frame(clean, rng)
    is_under, is_over = (rng.random() < p for p in mix.grain or ((0.5, 0.25) if old or is_film else (0.25, 0.15)))
    if is_under:
        clean = grained(clean, rng)
    clean = clean.clip(0, 255)
    look, layers = looks(rng), []
    share = rng.random()
    if share > (0.55 if is_generated or is_hard else 0.2):
        what = "film" if is_film else rng.choice(["dust", "print", "both", "overlays"], p=mix.damage)
        if what == "film":
            layers += film_specks(SIDE, rng)
        if what in ("print", "both"):
            layers += print_damage(SIDE, look, rng, mix)
        if what in ("dust", "both"):
            layers += dust(SIDE, outlines, look, rng)
            if rng.random() < 0.35:
                layers += faint_specks(clean, outlines, rng)
        if what == "overlays":
            layers += overlays(SIDE, rng)
    result, classes = laid(clean, layers)
    if is_over:
        result = grained(result, rng)
    result = np.clip(result + 0.5, 0, 255).astype(np.uint8)
    name = f"{seed:08d}.png"
    image = Image.fromarray(result)
    if rng.random() < 0.35:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=int(rng.integers(55, 97)), subsampling=int(rng.integers(3)))
        image = Image.open(buffer).convert("RGB")
    image.save(options.out / "damaged" / name, compress_level=1)
    hot = np.stack([classes == 0, classes == FINE, classes == COARSE], 2)
    Image.fromarray((255 * hot).astype(np.uint8)).save(options.out / "classes" / name, compress_level=1)
    return 1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=Path)
    p.add_argument("--count", type=int, default=8)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--scans", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    p.add_argument("--generated", type=Path)
    p.add_argument("--flagged", type=Path, help="masks of the training data, as restore --masks writes them")
    p.add_argument("--mix", choices=MIXES, default="all", help="what is common")
    p.add_argument("--limit", type=int)
    options = p.parse_args()
    for name in ("damaged", "classes"):
        (options.out / name).mkdir(parents=True, exist_ok=True)
    pictures = sorted(q for q in (DATA / "train").rglob("*") if q.suffix.lower() in (".png", ".jpg", ".jpeg"))
    tasks = [(path, False) for path in pictures for _ in range(options.count)]
    if options.generated:
        tasks += [(path, True) for path in sorted(options.generated.glob("*.png"))]
    tasks = [(path, options.seed * 100000 + i, options, g) for i, (path, g) in enumerate(tasks)]
    if options.limit:
        tasks = tasks[::max(1, len(tasks) // options.limit)]
    with ProcessPoolExecutor(2) as pool:
        print(f"{sum(pool.map(make, tasks, chunksize=16))} pairs")


if __name__ == "__main__":
    main()
