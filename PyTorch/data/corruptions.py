"""What is done to clean patches: white noise, and the making of a scan. All values are drawn from the given generator."""

import io

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

MARGIN = 12


def gaussian_kernels(deviations, radius=7):
    """[N, 2 radius + 1] kernels that sum to 1; a deviation of 0 gives the identity."""
    at = torch.arange(-radius, radius + 1, device=deviations.device).float()
    kernels = torch.exp(-0.5 * (at[None] / deviations.clamp(min=0.05)[:, None]) ** 2)
    return kernels / kernels.sum(1, keepdim=True)


def blurred(x, kernels):
    """Each [C, H, W] of x with its own separable kernel; edges repeated."""
    n, c, h, w = x.shape
    k = kernels.repeat_interleave(c, 0)
    r = kernels.shape[1] // 2
    y = F.pad(x, (r, r, r, r), mode="replicate").reshape(1, n * c, h + 2 * r, w + 2 * r)
    y = F.conv2d(y, k[:, None, :, None], groups=n * c)
    return F.conv2d(y, k[:, None, None, :], groups=n * c).reshape(n, c, h, w)


def grain(shape, deviations, generator):
    """Gaussian noise blurred by `deviations` pixels and brought back to a standard deviation of 1."""
    r = 7
    n, c, h, w = shape
    noise = torch.randn(n, c, h + 2 * r, w + 2 * r, generator=generator)
    kernels = gaussian_kernels(deviations, r)
    k = kernels.repeat_interleave(c, 0)
    noise = noise.reshape(1, n * c, h + 2 * r, w + 2 * r)
    noise = F.conv2d(F.conv2d(noise, k[:, None, :, None], groups=n * c), k[:, None, None, :], groups=n * c)
    return noise.reshape(n, c, h, w) / (kernels**2).sum(1).view(-1, 1, 1, 1)


def jpeg(picture, quality, subsampling):
    """[H, W, 3] uint8 through a JPEG file in memory; subsampling 0 is 4:4:4, 2 is 4:2:0."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=int(quality), subsampling=int(subsampling))
    return np.asarray(Image.open(file))


def toned(patches, random, grey):
    """The look of old prints, given to target and input alike: grey, sepia, faded. patches: [N, 3, H, W];
    those in `grey` lose their colour."""
    n = patches.shape[0]
    luma = (patches * patches.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    for i in range(n):
        u = random.random() * (0.15 if grey[i] else 1)  # One film in five is tinted.
        if u < 0.12:
            patches[i] = luma[i]
        elif u < 0.22:
            tint = torch.tensor([1.0, random.uniform(0.8, 1.0), random.uniform(0.55, 0.95)]).view(3, 1, 1)
            patches[i] = luma[i] * tint
        if random.random() < 0.2:
            black, white = random.uniform(0, 0.2), random.uniform(0.75, 1)
            patches[i] = black + (white - black) * patches[i]
    return torch.floor(patches * 255 + 0.5) / 255


def texture(patches):
    """How much neighbouring pixels differ, for each patch."""
    return (patches[..., 1:] - patches[..., :-1]).abs().mean((1, 2, 3)).numpy()


def scanned(patches, random, generator, old_film):
    """Input and target of the scan task from clean [3 N, 3, S + 24, S + 24]: both [N, 3, S, S], on 0...1.

    One seventh stay untouched; a quarter of the others are frames of old film, without colour. The rest: a slight blur;
    grain that is correlated over pixels, white noise, both or neither; rounding to 8 bits; JPEG. Each must occur alone
    too, or the network forgets how to treat it alone.
    """
    n, side = patches.shape[0] // 3, patches.shape[2]
    u = random.random((n, 8))
    touched = u[:, 0] >= 1 / 7
    frames = touched & (random.random(n) < 1 / 4)
    grains = touched & ~frames & (u[:, 3] < 0.6)
    whites = touched & ~frames & (u[:, 3] > 0.45) & (u[:, 3] < 0.75)
    # Sand and grass look like grain. Where there is none, the most textured of three patches is taken.
    choice = texture(patches).reshape(3, n).argmax(0)
    choice = np.where(grains | whites | frames | (random.random(n) < 0.5), 0, choice)
    target = toned(patches[torch.from_numpy(choice * n + np.arange(n))].clone(), random, frames)
    compressed = touched & ~frames & (u[:, 7] < np.where(grains | whites, 0.5, 0.9))
    deviation = np.where(touched & ~frames & (u[:, 1] < 0.2), random.uniform(0.3, 1.0, n), 0)
    x = blurred(target, gaussian_kernels(torch.from_numpy(deviation).float())) if deviation.any() else target.clone()
    sigma = np.where(u[:, 2] < 0.4, random.uniform(0, 40, n), random.uniform(0, 20, n)) / 255
    sigma = np.where(grains, sigma, 0)
    # Film copied for video is coarser than the 1.5 pixels of a scan.
    size = np.where(random.random(n) < 0.85, random.uniform(0.5, 1.5, n), random.uniform(1.5, 2.2, n))
    film = grain((n, 3, side, side), torch.from_numpy(size).float(), generator)
    for i in range(n):
        if u[i, 4] < 0.5:
            film[i] = film[i, :1]
        elif u[i, 4] < 0.7:
            film[i] = 0.8 * film[i, :1] + 0.6 * film[i]
        if u[i, 5] < 0.4:  # Silver shows most in the middle tones.
            luma = x[i].mean(0, keepdim=True)
            film[i] = film[i] * (0.35 + 0.65 * 4 * luma * (1 - luma))
    x += film * torch.from_numpy(sigma).float().view(-1, 1, 1, 1)
    white = np.where(whites, random.uniform(0, 30, n) / 255, 0)
    x += torch.randn(x.shape, generator=generator) * torch.from_numpy(white).float().view(-1, 1, 1, 1)
    for i in np.nonzero(frames)[0]:
        x[i] = old_film.frame(target[i], random, generator)
    bytes_ = torch.floor(x.clamp(0, 1) * 255 + 0.5).byte().permute(0, 2, 3, 1).contiguous().numpy().copy()
    for i in range(n):
        if compressed[i]:
            bytes_[i] = jpeg(bytes_[i], random.integers(60, 99), 2 if random.random() < 0.6 else 0)
    x = torch.from_numpy(bytes_).permute(0, 3, 1, 2).float() / 255
    # The cut lies anywhere against the 8x8 blocks, and never in what the blur could not see.
    dy, dx = random.integers(MARGIN - 4, MARGIN + 4, 2)
    cut = (slice(None), slice(None), slice(dy, dy + side - 2 * MARGIN), slice(dx, dx + side - 2 * MARGIN))
    return x[cut], target[cut]


def noisy(patches, random, generator, highest=75):
    """Input, target and map of the AWGN task: sigma uniform on 0...highest, unclipped; the map is known in half."""
    n = patches.shape[0]
    for i in range(n):
        if random.random() < 0.05:
            patches[i] = patches[i].mean(0, keepdim=True)
    sigma = torch.from_numpy(random.uniform(0, highest / 255, n)).float()
    known = torch.from_numpy(random.random(n) < 0.5).float()
    x = patches + torch.randn(patches.shape, generator=generator) * sigma.view(-1, 1, 1, 1)
    return x, patches, sigma * known
