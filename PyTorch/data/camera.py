"""Noise of a camera's sensor, as `Sources/Corruptions/Camera` makes it, written again in NumPy.

Whole arrays, masks and two-dimensional kernels in place of rows; the tone curve by its formula in place of tables, and
undone by halving; the calibration by sending single noisy pixels through all filters.
"""

import numpy as np
from scipy.ndimage import convolve1d, correlate

LUMA = np.array([0.299, 0.587, 0.114])
TOE = 0.008
CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) / 4
CORNERS = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]]) / 4
# Malvar, He and Cutler (2004), figure 2, in eighths.
GREEN = np.array([[0, 0, -1, 0, 0], [0, 0, 2, 0, 0], [-1, 2, 4, 2, -1], [0, 0, 2, 0, 0], [0, 0, -1, 0, 0]]) / 8
BESIDE = np.array([[0, 0, 0.5, 0, 0], [0, -1, 0, -1, 0], [-1, 4, 5, 4, -1], [0, -1, 0, -1, 0], [0, 0, 0.5, 0, 0]]) / 8
OPPOSITE = np.array(
    [[0, 0, -1.5, 0, 0], [0, 2, 0, 2, 0], [-1.5, 0, 6, 0, -1.5], [0, 2, 0, 2, 0], [0, 0, -1.5, 0, 0]]) / 8


def tone(x, gamma, contrast):
    low, high = TOE ** (1 / gamma), (1 + TOE) ** (1 / gamma)
    s = ((np.clip(x, 0, 1) + TOE) ** (1 / gamma) - low) / (high - low)
    return s + contrast * (3 * s**2 - 2 * s**3 - s)


def light(y, gamma, contrast):
    low, high = np.zeros_like(y), np.ones_like(y)
    for _ in range(60):
        middle = (low + high) / 2
        less = tone(middle, gamma, contrast) < y
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return (low + high) / 2


def sensor(warmth, separation):
    gains = np.array([2.1 * (1.4 / 2.1) ** warmth, 1, 1.6 * (2.6 / 1.6) ** warmth])
    full = np.array([[1.7, -0.6, -0.1], [-0.2, 1.55, -0.35], [0.05, -0.55, 1.5]])
    return gains, separation * full + (1 - separation) * np.eye(3)


def colours_of(height, width, phase_x, phase_y):
    """Which colour each pixel of the mosaic sees."""
    y, x = np.mgrid[:height, :width]
    return (y + phase_y) % 2 + (x + phase_x) % 2


def demosaiced(mosaic, phase_x, phase_y, method):
    seen = colours_of(*mosaic.shape, phase_x, phase_y)
    rows = (np.arange(mosaic.shape[0])[:, None] + phase_y) % 2 + 0 * seen
    by = lambda kernel: correlate(mosaic, kernel, mode="constant")
    if method == "bilinear":
        across, down, green, opposite = by(np.array([[0.5, 0, 0.5]])), by(np.array([[0.5], [0], [0.5]])), by(CROSS), by(CORNERS)
    else:
        across, down, green, opposite = by(BESIDE), by(BESIDE.T), by(GREEN), by(OPPOSITE)
    red = np.choose(seen, [mosaic, np.where(rows == 0, across, down), opposite])
    blue = np.choose(seen, [opposite, np.where(rows == 1, across, down), mosaic])
    return np.stack([red, np.where(seen == 1, mosaic, green), blue], 2)


def gaussian(deviation):
    if deviation == 0:
        return np.ones(1)
    radius = int(np.ceil(3 * deviation))
    weights = np.exp(-np.arange(-radius, radius + 1) ** 2 / (2 * deviation**2))
    return weights / weights.sum()


def blurred(x, kernel):
    return convolve1d(convolve1d(x, kernel, axis=0, mode="constant"), kernel, axis=1, mode="constant")


def camera(x, rng, sigma, read=0.1, gamma=2.2, blur=0.5, sharpen=0.1, chroma=1, colour=1.1, demosaic="malvar", vary=1):
    """`x` (H x W x C on 0...1) with the noise of `camera:sigma`."""
    u = rng.random_sample(5)

    def between(low, high, typical, u):
        return typical + vary * (low + (high - low) * u - typical)

    gains, matrix = sensor(between(0, 1, 0.3, u[0]), between(0.4, 1.1, 0.8, u[1]))
    contrast = between(0, 0.6, 0.3, u[2])
    phase_x, phase_y = int(2 * u[3]), int(2 * u[4])
    sigma = sigma / 255
    grey = x.shape[2] != 3
    developing = matrix * gains
    smooth = gaussian(blur)
    kernel = np.convolve(smooth, [-sharpen, 1 + 2 * sharpen, -sharpen])
    wide = gaussian(np.hypot(blur, chroma))
    radius = max(len(kernel), len(wide)) // 2
    margin = radius + 2
    middle = light(np.array(0.5), gamma, contrast)
    step = 1e-5
    slope = (tone(middle + step, gamma, contrast) - tone(middle - step, gamma, contrast)) / (2 * step)

    # Calibration: one noisy pixel of each phase.
    before = of_luma = mixed = of_colour = 0
    side = 2 * radius + 13
    for number in range(4):
        px, py = (number + side // 2) % 2, (number // 2 + side // 2) % 2
        mosaic = np.zeros((side, side))
        seen = colours_of(side, side, px, py)[side // 2, side // 2]
        mosaic[side // 2, side // 2] = np.sqrt((1 - read) / gains[seen] + read)
        response = demosaiced(mosaic, px, py, demosaic) @ developing.T
        luma = response @ LUMA
        difference = response - luma[..., None]
        sharp = blurred(luma, kernel)
        of_luma += (sharp**2).sum() / 4
        before += (response**2).sum() / 12
        soft = np.stack([blurred(difference[..., c], wide) for c in range(3)], 2)
        mixed += (sharp[..., None] * soft).sum() / 12
        of_colour += (soft**2).sum() / 12
    strength = 0 if grey else colour * np.sqrt(of_luma / of_colour)
    after = of_luma + 2 * strength * mixed + strength**2 * of_colour
    deviation = sigma / slope
    variance = deviation**2 / before
    z = np.arange(1, 17) / 4
    bend = (tone(middle + z * deviation, gamma, contrast) - tone(middle - z * deviation, gamma, contrast)) / 2
    weights = np.exp(-z * z / 2)
    amplification = np.sqrt((weights * bend**2).sum() / (weights * z * z).sum()) / sigma
    gain = np.sqrt(before / after) / amplification

    height, width = x.shape[0] + 2 * margin, x.shape[1] + 2 * margin
    lights = light(np.clip(np.pad(x, ((margin, margin), (margin, margin), (0, 0)), "edge"), 0, 1), gamma, contrast)
    lights = lights[..., :1].repeat(3, 2) if grey else lights
    raw = np.maximum(0, lights @ np.linalg.inv(developing).T)
    seen = colours_of(height, width, phase_x, phase_y)
    value = np.take_along_axis(raw, seen[..., None], 2)[..., 0]
    noise = rng.normal(0, 1, (height, width)) * np.sqrt(variance * ((1 - read) * value / middle + read))
    noise = demosaiced(noise, phase_x, phase_y, demosaic) @ developing.T
    noise = (tone(lights + noise, gamma, contrast) - tone(lights - noise, gamma, contrast)) / 2
    luma = noise @ LUMA
    inner = (slice(margin, -margin), slice(margin, -margin))
    result = gain * blurred(luma, kernel)[inner][..., None]
    if not grey:
        colours = noise - luma[..., None]
        result = result + gain * strength * np.stack([blurred(colours[..., c], wide)[inner] for c in range(3)], 2)
    return x + result
