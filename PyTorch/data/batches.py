"""Batches of damaged patches made on the device that trains: crops, JPEG, grain, softness, old film, bicubic halves.

All pictures lie in the device's memory; a batch costs a few dozen kernels and no transfer. Values are on 0...1,
[N, 3, S, S]. What `corruptions.py` and `film.py` do picture by picture is done here for a whole batch; the JPEG is
libjpeg's arithmetic but for its integer cosine transform (`check_batches.py` sets it beside Pillow's).
"""

import concurrent.futures
import functools
import itertools
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

from PyTorch.data.corruptions import gaussian_kernels
from PyTorch.data.film import Film, scratch, specks
from PyTorch.networks.bicubic import cubic
from PyTorch.data.pictures import TrainingPictures


class DevicePictures:
    """`TrainingPictures` in the memory of the device."""

    def __init__(self, device, smallest):
        read = TrainingPictures(smallest=smallest)
        areas = [p.shape[0] * p.shape[1] for p in read.pictures]
        self.device = device
        self.pixels = torch.from_numpy(np.concatenate([p.reshape(-1, 3) for p in read.pictures])).to(device)
        self.starts = torch.tensor(np.cumsum([0] + areas[:-1])).to(device)
        self.heights = torch.tensor([p.shape[0] for p in read.pictures]).to(device)
        self.widths = torch.tensor([p.shape[1] for p in read.pictures]).to(device)
        self.cumulative = torch.tensor(read.cumulative).float().to(device)

    def crops(self, count, side):
        """[count, 3, side, side] on 0...255 in whole numbers, each in one of the eight orientations."""
        d = self.device
        which = torch.searchsorted(self.cumulative, torch.rand(count, device=d)).clamp(max=len(self.starts) - 1)
        at, u = torch.arange(side, device=d), torch.rand(5, count, device=d)
        y = (u[0] * (self.heights[which] - side + 1)).long()
        x = (u[1] * (self.widths[which] - side + 1)).long()
        rows = torch.where((u[2] < 0.5)[:, None], at, side - 1 - at)[:, :, None]
        columns = torch.where((u[3] < 0.5)[:, None], at, side - 1 - at)[:, None, :]
        turned = (u[4] < 0.5)[:, None, None]
        i, j = torch.where(turned, columns, rows), torch.where(turned, rows, columns)
        index = self.starts[which][:, None, None] + (y[:, None, None] + i) * self.widths[which][:, None, None]
        return self.pixels[index + x[:, None, None] + j].permute(0, 3, 1, 2).float()


def uniform(count, low, high, device):
    return torch.rand(count, device=device) * (high - low) + low


def column(values):
    return values.view(-1, 1, 1, 1)


LUMA = (0.299, 0.587, 0.114)


def luma(x):
    r, g, b = x.unbind(1)
    return (LUMA[0] * r + LUMA[1] * g + LUMA[2] * b).unsqueeze(1)


# JPEG, ITU-T T.81: tables K.1 and K.2, scaled by quality as libjpeg does.
LUMINANCE = """16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"""
CHROMINANCE = """17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99
99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99"""


# What a graph reads must lie on the device before it is recorded: constants are made once.
@functools.cache
def constant(values, device):
    return torch.tensor(values, device=device)


def table(text, quality):
    """[N, 1, 64] steps for [N] qualities."""
    base = constant(tuple(float(v) for v in text.split()), quality.device)
    scale = torch.where(quality < 50, torch.floor(5000 / quality), 200 - 2 * quality)
    return ((base * scale[:, None] + 50) / 100).floor().clamp(1, 255)[:, None]


@functools.cache
def cosines(device):
    """[64, 64]: the transform of a block of 8x8, row after row."""
    k, n = torch.arange(8.0).view(8, 1), torch.arange(8.0)
    matrix = torch.cos((2 * n + 1) * k * math.pi / 16) / 2
    matrix[0] /= math.sqrt(2)
    return torch.kron(matrix, matrix).to(device)


def quantised(plane, steps):
    """[N, H, W] samples on 0...255 through the transform, the steps and back; sides are multiples of 8."""
    n, h, w = plane.shape
    c = cosines(plane.device)
    blocks = plane.reshape(n, h // 8, 8, w // 8, 8).transpose(2, 3).reshape(n, h * w // 64, 64) - 128
    coefficients = blocks @ c.T
    coefficients = torch.sign(coefficients) * torch.floor(coefficients.abs() / steps + 0.5) * steps
    blocks = torch.round(coefficients @ c + 128).clamp(0, 255)
    return blocks.reshape(n, h // 8, w // 8, 8, 8).transpose(2, 3).reshape(n, h, w)


def halved_chroma(plane):
    """libjpeg's h2v2: sums of four, rounded up and down by turns."""
    sums = F.avg_pool2d(plane[:, None], 2)[:, 0] * 4
    bias = 1 + torch.arange(sums.shape[-1], device=plane.device) % 2
    return torch.floor((sums + bias) / 4)


def doubled_chroma(plane):
    """libjpeg's 'fancy' h2v2: three parts of the nearer sample and one of the farther, in both directions."""
    up = torch.cat([plane[:, :1], plane[:, :-1]], 1)
    down = torch.cat([plane[:, 1:], plane[:, -1:]], 1)
    rows = torch.stack([3 * plane + up, 3 * plane + down], 2).flatten(1, 2)
    left = torch.cat([rows[..., :1], rows[..., :-1]], 2)
    right = torch.cat([rows[..., 1:], rows[..., -1:]], 2)
    return torch.floor(torch.stack([3 * rows + left + 8, 3 * rows + right + 7], 3).flatten(2, 3) / 16)


def jpeg(x, quality, subsampled):
    """[N, 3, H, W] on 0...255 through JPEG at [N] qualities; sides are multiples of 16. 4:2:0 if `subsampled`."""
    quality = quality.floor()
    r, g, b = x.unbind(1)
    y = torch.round(LUMA[0] * r + LUMA[1] * g + LUMA[2] * b)
    cb = torch.round(-0.168735892 * r - 0.331264108 * g + 0.5 * b + 128)
    cr = torch.round(0.5 * r - 0.418687589 * g - 0.081312411 * b + 128)
    y = quantised(y, table(LUMINANCE, quality))
    steps = table(CHROMINANCE, quality)
    if subsampled:
        cb, cr = (doubled_chroma(quantised(halved_chroma(c), steps)) - 128 for c in (cb, cr))
    else:
        cb, cr = (quantised(c, steps) - 128 for c in (cb, cr))
    x = torch.stack([y + torch.round(1.402 * cr), y + torch.round(-0.344136286 * cb - 0.714136286 * cr),
                     y + torch.round(1.772 * cb)], 1)
    return x.clamp(0, 255)


def jpeg_mixed(x, quality):
    """Three fifths of the batch by 4:2:0."""
    cut = round(0.6 * len(x))
    return torch.cat([jpeg(x[:cut], quality[:cut], True), jpeg(x[cut:], quality[cut:], False)])


def convolved(x, k):
    """Separable kernels [N, K], one a sample; the sides shrink by K - 1."""
    n, c, h, w = x.shape
    size = k.shape[1]
    # A sum over shifted views: grouped convolutions of one channel are slow on a GPU.
    rows = x[..., : h - size + 1, :] * column(k[:, 0])
    for i in range(1, size):
        rows.addcmul_(x[..., i : h - size + 1 + i, :], column(k[:, i]))
    result = rows[..., : w - size + 1] * column(k[:, 0])
    for i in range(1, size):
        result.addcmul_(rows[..., i : w - size + 1 + i], column(k[:, i]))
    return result


def blurred(x, deviations, radius=4):
    return convolved(F.pad(x, (radius,) * 4, mode="replicate"), gaussian_kernels(deviations, radius))


def grain(shape, deviations, device, radius=5):
    n, c, h, w = shape
    k = gaussian_kernels(deviations, radius)
    noise = torch.randn(n, c, h + 2 * radius, w + 2 * radius, device=device)
    return convolved(noise, k) / column((k**2).sum(1))


def bicubic_reduced(x, scale):
    """MATLAB's imresize by 1/scale (2 or 4) away from the edges, not rounded: [N, C, H, W] to sides of H / scale - 4.

    Pixel i of the result lies under the pixels from scale * (i + 2) on.
    """
    size = 4 * scale
    taps = constant(tuple(cubic((k - (size - 1) / 2) / scale) / scale for k in range(size)), x.device)
    n, c, h, w = x.shape
    y = x[..., scale // 2 :, scale // 2 :].reshape(n * c, 1, h - scale // 2, w - scale // 2)
    y = F.conv2d(F.conv2d(y, taps.view(1, 1, size, 1), stride=(scale, 1)), taps.view(1, 1, 1, size), stride=(1, scale))
    return y.reshape(n, c, *y.shape[-2:])


class MaskPool:
    """Opacities of dirt, specks and scratches, drawn by `film.py` in other processes: `count` for each side of patches."""

    def __init__(self, count, sides, device):
        workers = os.cpu_count()
        jobs = [(seed, count // workers, side) for side in sides for seed in range(workers)]
        with concurrent.futures.ProcessPoolExecutor(workers) as pool:
            parts = list(pool.map(drawn_masks, jobs))
        self.masks = {}
        for side in sides:
            own = [p for p, job in zip(parts, jobs) if job[2] == side]
            self.masks[side] = [torch.from_numpy(np.concatenate(kind)).to(device) for kind in zip(*own)]

    def dirt(self, n, side):
        """[n, 1, side, side]"""
        return self.drawn(self.masks[side][0], n)

    def lines(self, n, side):
        return self.drawn(self.masks[side][1], n)

    def drawn(self, masks, n):
        return masks[torch.randint(len(masks), (n,), device=masks.device)][:, None].float() / 255


def drawn_masks(job):
    seed, count, side = job
    random, overlays = np.random.default_rng(seed), Film().overlays
    dirt = [overlays.dirt(side, random) if i % 2 else specks(side, random) for i in range(count)]
    lines = [scratch(side, random) for _ in range(count)]
    return tuple((np.stack(m).clip(0, 1) * 255).astype(np.uint8) for m in (dirt, lines))


def laid_on(x, mask, low, high, share):
    """Black or white dirt on a share of the samples."""
    n, d = len(x), x.device
    value = torch.where(torch.rand(n, device=d) < 0.5, uniform(n, 0, 0.15, d), uniform(n, 0.8, 1, d))
    strength = uniform(n, low, high, d) * (torch.rand(n, device=d) < share)
    return x + (column(value) - x) * mask * column(strength)


def eight_bits(x):
    return torch.floor(x.clamp(0, 1) * 255 + 0.5)


def toned(x, share, grey):
    """Grey, sepia and faded prints, target and input alike, on 0...1; all of `grey` lose their colour."""
    n, d = len(x), x.device
    y, u = luma(x).expand_as(x), torch.rand(3, n, device=d)
    tint = torch.stack([torch.ones(n, device=d), uniform(n, 0.8, 1, d), uniform(n, 0.55, 0.95, d)], 1)[:, :, None, None]
    x = torch.where(column((u[0] < 0.5 * share) | grey), y, x)
    x = torch.where(column((u[0] > 1 - 0.5 * share) & (~grey | (u[2] < 0.2))), y * tint, x)
    black, white = uniform(n, 0, 0.2, d), uniform(n, 0.75, 1, d)
    faded = column(black) + column(white - black) * x
    return eight_bits(torch.where(column(u[1] < 0.6 * share), faded, x)) / 255


def film_frames(clean, pool, random):
    """[N, 3, S, S] on 0...1 as frames of old film copied to video; S a multiple of 16, `random` a NumPy generator."""
    n, _, side, _ = clean.shape
    d, x = clean.device, clean
    for share in (0.67, 0.33):
        x = laid_on(x, pool.dirt(n, side), 0.4, 1, share)
    for share in (0.35, 0.23):
        x = laid_on(x, pool.lines(n, side), 0.1, 0.7, share)
    small = side if random.random() < 0.4 else 16 * round(side * random.uniform(0.5, 1) / 16)
    if small != side:
        x = F.interpolate(x, size=(small, small), mode="bicubic", antialias=True, align_corners=False)
    x = blurred(x, uniform(n, 0.3, 1.1, d))
    y = luma(x).clamp(0, 1)
    film = grain((n, 1, small, small), uniform(n, 0.5, 1.6, d), d)
    x = x + film * (0.4 + 2.4 * y * (1 - y)) * column(16 / 255 * torch.rand(n, device=d) ** 2)
    streaks = torch.randn(n, 1, max(2, small // 16), small, device=d)
    streaks = F.interpolate(streaks, size=(small, small), mode="bilinear", align_corners=False)
    x = x + streaks * column(uniform(n, 0, 7 / 255, d) * (torch.rand(n, device=d) < 0.3))
    x = eight_bits(x)
    compressed = jpeg(x, uniform(n, 30, 95, d), True)
    x = torch.where(column(torch.rand(n, device=d) < 0.8), compressed, x) / 255
    if small != side:
        x = F.interpolate(x, size=(side, side), mode="bicubic", align_corners=False)
    return eight_bits(x) / 255


def cut(x, top, left, side):
    return x[..., top : top + side, left : left + side]


def cut_each(x, top, left, side):
    """[N, C, side, side]: a part of each sample from its own [N] row and column on, around the edge where it must."""
    n, c, h, w = x.shape
    at = torch.arange(side, device=x.device)
    rows = ((top[:, None] + at) % h)[:, None, :, None]
    columns = ((left[:, None] + at) % w)[:, None, None, :]
    samples = torch.arange(n, device=x.device).view(n, 1, 1, 1)
    return x[samples, torch.arange(c, device=x.device).view(1, c, 1, 1), rows, columns]


def jpeg_shifted(x, quality, share):
    """JPEG on a lattice that begins anywhere in a share of the samples; H = W, a multiple of 16."""
    n, side, d = len(x), x.shape[-1], x.device
    dy, dx = (torch.randint(16, (n,), device=d) * (torch.rand(n, device=d) < share) for _ in range(2))
    return cut_each(jpeg_mixed(cut_each(x, dy, dx, side), quality), side - dy, side - dx, side)


def noisy(pictures, n, side, grey=False):
    """White noise of sigma 0 to 75, unclipped; the network is given sigma in half of the patches."""
    target = pictures.crops(n, side) / 255
    if grey:
        target = eight_bits(luma(target)) / 255
    sigma = uniform(n, 0, 75 / 255, target.device)
    return target + torch.randn_like(target) * column(sigma), target, sigma * (torch.rand_like(sigma) < 0.5)


def upscaling(pictures, n, side, scale):
    """Small [n, 3, side, side] by MATLAB's bicubic, 8 bits, and the large ones above them."""
    large = pictures.crops(n, scale * (side + 4))
    small = torch.floor(bicubic_reduced(large, scale).clamp(0, 255) + 0.5) / 255
    return small, cut(large, 2 * scale, 2 * scale, scale * side) / 255, None


def photographed(pictures, n, side):
    """As `upscaling` by 2, of photographs as they are: softness, noise or grain, JPEG. `side` is a multiple of 16."""
    large = pictures.crops(n, 2 * (side + 8)) / 255
    d = large.device
    soft = blurred(large, uniform(n, 0.3, 1.7, d) * (torch.rand(n, device=d) < 0.85))
    area = F.avg_pool2d(soft, 2)[..., 2:-2, 2:-2]
    small = torch.where(column(torch.rand(n, device=d) < 0.4), area, bicubic_reduced(soft, 2))[..., 2:-2, 2:-2]
    film = torch.rand(n, device=d) < 0.4
    noise = grain(small.shape, torch.where(film, uniform(n, 0.4, 1.1, d), 0), d)
    grey = noise[:, :1].expand_as(noise)
    noise = torch.where(column(torch.rand(n, device=d) < 0.35), grey, noise)
    x = eight_bits(small + noise * column(uniform(n, 0, 12 / 255, d) * (torch.rand(n, device=d) < 0.9)))
    x = torch.where(column(torch.rand(n, device=d) < 0.85), jpeg_mixed(x, uniform(n, 45, 98, d)), x) / 255
    return x, cut(large, 8, 8, 2 * side), None


def compressed(pictures, n, side):
    """JPEG of any quality, once or twice, blocks from the picture's edge or shifted; a third of the patches grey."""
    target = pictures.crops(n, side + 32)
    d = target.device
    grey = eight_bits(luma(target) / 255).expand_as(target)
    target = torch.where(column(torch.rand(n, device=d) < 0.35), grey, target)
    u = torch.rand(3, n, device=d)
    x = jpeg_mixed(target, torch.where(u[0] < 0.5, uniform(n, 5, 50, d), uniform(n, 10, 96, d)))
    twice = n // 6
    x = torch.cat([jpeg_shifted(x[:twice], uniform(twice, 10, 96, d), 0.75), x[twice:]])
    x = torch.where(column(u[1] < 0.03), target, x)
    # The patch begins at a block in five of six samples.
    top, left = (torch.where(u[2] < 1 / 6, torch.randint(32, (n,), device=d), 16) for _ in range(2))
    return cut_each(x, top, left, side) / 255, cut_each(target, top, left, side) / 255, None


# What a scan went through, with the weight of each chain: blur, grain, blur after the grain, highest white noise, JPEG.
# Then those that are saved as JPEG a second time. `models/1x-Scan-M/recipe-1-scan.json` has film and nothing at all besides.
CHAINS = ((4, 0, 0, 0, 0, 0), (4, 1, 1, 0, 0, 1), (4, 1, 1, 0, 0, 0), (3, 0, 1, 1, 8, 1), (2, 1, 1, 0, 30, 0),
          (1.5, 1, 0, 0, 30, 1), (2.5, 1, 0, 0, 30, 0), (4, 1, 0, 0, 0, 1), (0.5, 1, 0, 0, 0, 0))
TWICE_CHAINS = ((2, 0, 1, 1, 8, 1), (1.5, 0, 0, 0, 0, 1))
FILM_SHARE, TWICE_SHARE = 11 / 41, 3.5 / 41


def drawn_chains(chains, n, device):
    values = constant(chains, device)
    cumulative = constant(tuple(itertools.accumulate(float(c[0]) for c in chains)), device)
    at = torch.searchsorted(cumulative, torch.rand(n, device=device) * cumulative[-1])
    return values[at.clamp(max=len(chains) - 1)]


SCAN_MARGIN = 24


def scanned(pictures, n, side, pool, random):
    """Scans: softness, grain, white noise, JPEG, in the chains above, and frames of old film."""
    frames, twice = round(n * FILM_SHARE), max(1, round(n * TWICE_SHARE))
    d, whole = pictures.device, side + 2 * SCAN_MARGIN
    count = n - frames
    chain = torch.cat([drawn_chains(TWICE_CHAINS, twice, d), drawn_chains(CHAINS, count - twice, d)])
    # Sand and grass look like grain. Where there is none, the most textured of three patches is taken.
    patches = pictures.crops(3 * count, whole) / 255
    texture = (patches[..., 1:] - patches[..., :-1]).abs().mean((1, 2, 3)).view(3, count)
    plain = (chain[:, 2] == 0) & (chain[:, 4] == 0) & (torch.rand(count, device=d) < 0.5)
    best = torch.where(plain, texture.argmax(0), 0) * count + torch.arange(count, device=d)
    chosen = torch.cat([pictures.crops(frames, whole) / 255, patches[best]])
    target = toned(chosen, 0.3, torch.arange(n, device=d) < frames)
    x = target[frames:]
    u = torch.rand(6, count, device=d)
    x = blurred(x, uniform(count, 0.3, 1, d) * chain[:, 1] * (u[0] < 0.2))
    size = torch.where(u[1] < 6 / 7, uniform(count, 0.5, 1.5, d), uniform(count, 1.5, 2.2, d))
    film = grain(x.shape, size, d, radius=6)
    mixed = 0.8 * film[:, :1] + 0.6 * film
    tone = column(u[2])
    film = torch.where(tone < 5 / 11, film[:, :1].expand_as(film), torch.where(tone < 8 / 11, mixed, film))
    y = luma(x)
    film = torch.where(column(u[3] < 0.4), film * (0.35 + 2.6 * y * (1 - y)), film)
    sigma = torch.where(u[4] < 0.6, uniform(count, 0, 20, d), uniform(count, 0, 40, d)) / 255
    x = x + film * column(sigma * chain[:, 2])
    x = blurred(x, uniform(count, 0.3, 1, d) * chain[:, 3])
    x = eight_bits(x + torch.randn_like(x) * column(torch.rand(count, device=d) * chain[:, 4] / 255))
    x = torch.where(column(chain[:, 5] > 0), jpeg_mixed(x, uniform(count, 60, 98, d)), x)
    x = torch.cat([jpeg_shifted(x[:twice], uniform(twice, 60, 98, d), 1), x[twice:]]) / 255
    x = torch.cat([film_frames(target[:frames], pool, random), x])
    anywhere = torch.rand(n, device=d) < 0.5
    top, left = (torch.where(anywhere, torch.randint(8, 40, (n,), device=d), 16) for _ in range(2))
    return cut_each(x, top, left, side), cut_each(target, top, left, side), None
