"""Damage of scanned pictures, drawn: dust, dirt, hairs, scratches, creases, tears, blots and stains.

What is drawn is a `Layer`: how opaque each pixel of a patch is, the colour that lies there, and a class. Outlines of real
dust come from `data/damage/outlines` (`Outlines`); everything else is drawn from a seed. Sizes are pixels, colours and
opacities 0...255 and 0...1.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

FINE, COARSE = 1, 2
SUPER = 4


@dataclasses.dataclass
class Layer:
    # [h, w], on the patch from `top` and `left` on, which may lie outside.
    alpha: np.ndarray
    # [3] or [h, w, 3].
    colour: np.ndarray
    kind: int
    top: int = 0
    left: int = 0
    # Where the layer counts as damage although it changes little: long lines that the eye follows.
    is_line: bool = False


def drawn(side, draw):
    """What `draw(ImageDraw, scale)` makes on a black patch, 0...1, in squares of `SUPER` samples a pixel."""
    image = Image.new("L", (side * SUPER, side * SUPER))
    draw(ImageDraw.Draw(image), SUPER)
    return np.asarray(image.reduce(SUPER), np.float32) / 255


def smooth_noise(shape, scale, rng):
    """Noise of mean 0 and deviation 1 at its knots, which lie `scale` pixels apart."""
    counts = [int(side / scale) + 2 for side in shape]
    coarse = Image.fromarray(rng.standard_normal(counts).astype(np.float32))
    size = [int(np.ceil(count * scale)) for count in reversed(counts)]
    return np.asarray(coarse.resize(size, Image.BILINEAR))[:shape[0], :shape[1]]


class Outlines:
    """Hand-drawn outlines of scans, by number."""

    def __init__(self, folder, scans):
        self.scans = []
        for number in scans:
            outlines = json.loads((Path(folder) / f"scan-{number:02d}.json").read_text())["outlines"]
            points = [np.array(o["points"], np.float32) for o in outlines]
            self.scans.append(([o["kind"] for o in outlines], points, np.array([p.mean(0) for p in points])))

    def window(self, side, scale, rng, least=6):
        """The outlines in a window of a scan, at `scale` pixels for one of the scan's, turned one of eight ways."""
        for _ in range(200):
            kinds, points, centres = self.scans[rng.integers(len(self.scans))]
            extent = side / scale
            low, high = centres.min(0), centres.max(0)
            corner = np.array([rng.uniform(a, max(a + 1, b - extent)) for a, b in zip(low, high)], np.float32)
            inside = np.flatnonzero(((centres >= corner) & (centres < corner + extent)).all(1))
            if len(inside) >= least:
                break
        turned = rng.integers(8)
        return [(kinds[i], turn((points[i] - corner) * scale, side, turned)) for i in inside]

    def scattered(self, side, count, rng):
        """`count` outlines of any size anywhere, at any angle."""
        result = []
        for _ in range(count):
            kinds, points, _ = self.scans[rng.integers(len(self.scans))]
            i = rng.integers(len(points))
            p = points[i] - points[i].mean(0)
            angle, scale = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(np.log(0.35), np.log(2)))
            c, s = np.cos(angle), np.sin(angle)
            p = p @ np.array([[c, -s], [s, c]], np.float32) * scale + rng.uniform(0, side, 2)
            result.append((kinds[i], p.astype(np.float32)))
        return result


def turn(points, side, way):
    if way & 1:
        points = points[:, ::-1]
    if way & 2:
        points = points * [-1, 1] + [side, 0]
    if way & 4:
        points = points * [1, -1] + [0, side]
    return points


def local(points, margin=8):
    """A polygon in a patch of its own: opacities of a square, its top and its left side."""
    low = np.floor(points.min(0)).astype(int) - margin
    side = int(np.ceil((points.max(0) - low).max())) + margin
    return polygon(points - low, side), int(low[1]), int(low[0])


def polygon(points, side):
    return drawn(side, lambda d, s: d.polygon([tuple(p) for p in np.asarray(points) * s], fill=255))


def stroke(points, widths, side, opacities=None):
    """A line through `points`, [N, 2], of a width for each piece."""

    def draw(d, s):
        for i in range(len(points) - 1):
            level = 255 if opacities is None else int(255 * opacities[i])
            if level <= 0:
                continue
            (x0, y0), (x1, y1), w = points[i] * s, points[i + 1] * s, max(1, widths[i] * s)
            d.line([x0, y0, x1, y1], fill=level, width=int(round(w)))
            if w > 3:
                d.ellipse([x1 - w / 2, y1 - w / 2, x1 + w / 2, y1 + w / 2], fill=level)

    return drawn(side, draw)


def wandering(start, angle, length, turning, rng, step=3):
    """A path that turns smoothly."""
    points, curve = [np.array(start, float)], rng.normal(0, turning)
    for _ in range(max(2, int(length / step))):
        curve = 0.9 * curve + 0.1 * rng.normal(0, turning) * 3
        angle += curve * step
        points.append(points[-1] + step * np.array([np.cos(angle), np.sin(angle)]))
    return np.array(points)


def jagged(a, b, roughness, rng):
    """A path from `a` to `b` by displacing midpoints."""
    points = [np.array(a, float), np.array(b, float)]
    while True:
        longest = max(np.hypot(*(q - p)) for p, q in zip(points, points[1:]))
        if longest < 5:
            return np.array(points)
        result = [points[0]]
        for p, q in zip(points, points[1:]):
            d = q - p
            result += [(p + q) / 2 + np.array([-d[1], d[0]]) * rng.normal(0, roughness), q]
        points = result


def varying(count, low, high, rng):
    """Values that wander between `low` and `high`."""
    knots = rng.uniform(0, 1, max(2, count // 6 + 2))
    return low + (high - low) * np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots)


def hair(side, rng):
    length = np.exp(rng.uniform(np.log(15), np.log(250)))
    path = wandering(rng.uniform(0, side, 2), rng.uniform(0, 2 * np.pi), length, rng.uniform(0.002, 0.05), rng)
    width = rng.uniform(0.8, 3.5)
    return stroke(path, varying(len(path), 0.7 * width, width, rng), side)


def scratch(side, rng):
    length = np.exp(rng.uniform(np.log(20), np.log(1.2 * side)))
    path = wandering(rng.uniform(0, side, 2), rng.uniform(0, 2 * np.pi), length, rng.uniform(0, 0.004), rng, step=6)
    width = np.exp(rng.uniform(np.log(0.5), np.log(3)))
    opacities = varying(len(path), -0.4 if rng.random() < 0.5 else 0.5, 1, rng).clip(0, 1)
    return stroke(path, varying(len(path), 0.5 * width, width, rng), side, opacities)


def transport(side, rng):
    """A scratch along the film: straight, through the whole patch or half of it."""
    x = rng.uniform(0, side)
    ys = np.arange(-4, side + 8, 8.0)
    if rng.random() < 0.4:
        cut = rng.integers(len(ys) // 4, 3 * len(ys) // 4)
        ys = ys[:cut] if rng.random() < 0.5 else ys[cut:]
    xs = x + rng.uniform(-0.01, 0.01) * ys + 0.4 * np.cumsum(rng.normal(0, 0.1, len(ys)))
    points = np.stack([xs, ys], 1)
    if rng.random() < 0.2:
        points = points[:, ::-1]
    width = rng.uniform(0.6, 2.5)
    return stroke(points, np.full(len(points), width), side)


def crease(side, rng):
    """A crack of a print from edge to edge or within, with branches and flakes."""
    result, flakes = np.zeros((side, side), np.float32), []
    base = np.exp(rng.uniform(np.log(0.8), np.log(4)))

    def crack(a, b, width, depth):
        nonlocal result
        path = jagged(a, b, rng.uniform(0.02, 0.15), rng)
        low = -0.5 if rng.random() < 0.3 else 0.2
        opacities = varying(len(path), low, 1.6, rng).clip(0, 1)
        result = np.maximum(result, stroke(path, varying(len(path), 0.3 * width, width, rng), side, opacities))
        for _ in range(rng.poisson(len(path) / 25)):
            at = path[rng.integers(len(path))]
            radius = np.exp(rng.uniform(np.log(1), np.log(1.5 + 2.5 * width)))
            flakes.append(blob_outline(at, radius, rng))
        if depth < 2:
            for _ in range(rng.poisson(1.2)):
                at = path[rng.integers(len(path))]
                angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.5) * side
                crack(at, at + length * np.array([np.cos(angle), np.sin(angle)]), 0.7 * width, depth + 1)

    a = rng.uniform(-0.1, 1.1, 2) * side
    angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 1.5) * side
    crack(a, a + length * np.array([np.cos(angle), np.sin(angle)]), base, 0)

    def draw(d, s):
        for flake in flakes:
            d.polygon([tuple(p) for p in flake * s], fill=255)

    return np.maximum(result, drawn(side, draw))


def web(side, rng):
    """Thin cracks of a print that was bent: some through all of it, which branch again and again, here and there open."""
    result = np.zeros((side, side), np.float32)
    base = np.exp(rng.uniform(np.log(0.5), np.log(1.8)))

    def crack(a, b, width, depth):
        nonlocal result
        path = jagged(a, b, rng.uniform(0.04, 0.2), rng)
        opacities = varying(len(path), rng.uniform(-0.3, 0.4), 1.3, rng).clip(0, 1)
        result = np.maximum(result, stroke(path, varying(len(path), 0.5 * width, width, rng), side, opacities))
        if depth < 3:
            for _ in range(rng.poisson(1.6)):
                at = path[rng.integers(len(path))]
                angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.35) * side
                crack(at, at + length * np.array([np.cos(angle), np.sin(angle)]), 0.8 * width, depth + 1)

    for _ in range(1 + rng.poisson(2)):
        a = rng.uniform(0, 1, 2) * side
        if rng.random() < 0.6:
            a[rng.integers(2)] = rng.choice([0, side])
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 1.4) * side
        crack(a, a + length * np.array([np.cos(angle), np.sin(angle)]), base, 0)
    return result


def blob_outline(centre, radius, rng):
    count = int(np.clip(radius * 3, 7, 60))
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radii = np.ones(count)
    for k in range(2, 7):
        radii += rng.normal(0, 0.5 / k) * np.cos(k * angles + rng.uniform(0, 2 * np.pi))
    radii = np.clip(radii, 0.2, 2) * radius * rng.uniform(0.9, 1.1, count)
    stretch = np.exp(rng.normal(0, 0.3))
    points = np.stack([np.cos(angles) * radii * stretch, np.sin(angles) * radii / stretch], 1)
    turnby = rng.uniform(0, np.pi)
    c, s = np.cos(turnby), np.sin(turnby)
    return points @ np.array([[c, -s], [s, c]]) + centre


def tear(side, rng):
    """Missing emulsion: blots with sharp edges, at a border more often than not."""
    result = np.zeros((side, side), np.float32)
    for _ in range(1 + rng.poisson(2)):
        centre = rng.uniform(0, side, 2)
        if rng.random() < 0.5:
            centre[rng.integers(2)] = rng.choice([0, side]) + rng.normal(0, 4)
        radius = np.exp(rng.uniform(np.log(3), np.log(32)))
        result = np.maximum(result, polygon(blob_outline(centre, radius, rng), side))
    return result


def stain(side, rng):
    """Mould, foxing, drops: soft blots, some with a rim."""
    result = np.zeros((side, side), np.float32)
    centre, spread = rng.uniform(0, side, 2), rng.uniform(20, side / 2)
    for _ in range(1 + rng.poisson(6)):
        radius = np.exp(rng.uniform(np.log(2), np.log(25)))
        shape = polygon(blob_outline(centre + rng.normal(0, spread, 2), radius, rng), side)
        soft = ndimage.gaussian_filter(shape, radius * rng.uniform(0.1, 0.4))
        if rng.random() < 0.3:
            soft = 0.4 * soft + 2 * np.abs(soft - ndimage.gaussian_filter(soft, 0.2 * radius + 0.5))
        result = np.maximum(result, soft * rng.uniform(0.4, 1))
    return result.clip(0, 1)
