"""MATLAB's bicubic upscaling as a convolution."""

import functools

import torch
import torch.nn.functional as F


def cubic(t, a=-0.5):
    t = abs(t)
    if t <= 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * (t**3 - 5 * t**2 + 8 * t - 4) if t < 2 else 0.0


def symmetric_pad(x, n):
    """Mirrors with the edge repeated (MATLAB's 'symmetric'), on the last two axes."""
    x = torch.cat([x[..., :n, :].flip(-2), x, x[..., -n:, :].flip(-2)], -2)
    return torch.cat([x[..., :n].flip(-1), x, x[..., -n:].flip(-1)], -1)


@functools.cache
def bicubic_kernels(scale, kind, device):
    """[scale^2, 1, 5, 5]: one kernel for each position of a large pixel in a small one."""
    taps = [[cubic((phase + 0.5) / scale - 0.5 - (k - 2)) for k in range(5)] for phase in range(scale)]
    taps = torch.tensor(taps, dtype=torch.float64)
    return torch.einsum("ai,bj->abij", taps, taps).reshape(scale * scale, 1, 5, 5).to(device, kind)


def bicubic_upscaled(x, scale):
    """MATLAB's bicubic (a = -0.5, symmetric edges, not rounded) by a whole factor."""
    n, c, h, w = x.shape
    kernels = bicubic_kernels(scale, x.dtype, x.device)
    y = F.conv2d(symmetric_pad(x, 2).reshape(n * c, 1, h + 4, w + 4), kernels)
    return F.pixel_shuffle(y, scale).reshape(n, c, h * scale, w * scale)
