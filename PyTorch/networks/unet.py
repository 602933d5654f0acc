"""The residual U-Net, without biases unless asked for."""

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """x + convolution1(ReLU(convolution0(x)))"""

    def __init__(self, width, bias):
        super().__init__()
        self.convolution0 = nn.Conv2d(width, width, 3, padding=1, bias=bias)
        self.convolution1 = nn.Conv2d(width, width, 3, padding=1, bias=bias)

    def forward(self, x):
        return x + self.convolution1(F.relu(self.convolution0(x)))


class Bottleneck(nn.Module):
    """x + convolution2(ReLU(convolution1(ReLU(convolution0(x))))): 1x1 to half of the channels, 3x3, 1x1 back."""

    def __init__(self, width, bias):
        super().__init__()
        inner = max(1, width // 2)
        self.convolution0 = nn.Conv2d(width, inner, 1, bias=bias)
        self.convolution1 = nn.Conv2d(inner, inner, 3, padding=1, bias=bias)
        self.convolution2 = nn.Conv2d(inner, width, 1, bias=bias)

    def forward(self, x):
        return x + self.convolution2(F.relu(self.convolution1(F.relu(self.convolution0(x)))))


class Separable(nn.Module):
    """x + convolution1(depthwise1(ReLU(convolution0(depthwise0(x))))): 3x3 of each channel by itself, then 1x1."""

    def __init__(self, width, bias):
        super().__init__()
        for i in range(2):
            self.add_module(f"depthwise{i}", nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False))
            self.add_module(f"convolution{i}", nn.Conv2d(width, width, 1, bias=bias))

    def forward(self, x):
        return x + self.convolution1(self.depthwise1(F.relu(self.convolution0(self.depthwise0(x)))))


BLOCKS = {"plain": Block, "bottleneck": Bottleneck, "separable": Separable}


class Level(nn.Module):
    def __init__(self, width, blocks, block, bias):
        super().__init__()
        self.count = blocks
        for b in range(blocks):
            self.add_module(f"block{b}", BLOCKS[block](width, bias))

    def forward(self, x):
        for b in range(self.count):
            x = getattr(self, f"block{b}")(x)
        return x


class UNet(nn.Module):
    """The bias-free residual U-Net on pixel-unshuffled pictures; sides must be multiples of 2^levels."""

    def __init__(self, channels=3, widths=(48, 64, 96, 128), blocks=1, noiseMap=True, block="plain",
                 bias=False, masked=False):
        super().__init__()
        self.configuration = {"architecture": "unet", "channels": channels, "widths": list(widths),
                              "blocks": blocks, "noiseMap": noiseMap}
        if block != "plain":
            self.configuration["block"] = block
        if bias:
            self.configuration["bias"] = bias
        if masked:
            self.configuration["masked"] = masked
        self.noiseMap, self.downs, self.scale = noiseMap, len(widths) - 1, 1
        self.grid = 2 ** len(widths)
        w = list(widths)
        self.input = nn.Conv2d(4 * channels + int(noiseMap), w[0], 3, padding=1, bias=bias)
        for l in range(self.downs):
            self.add_module(f"encoder{l}", Level(w[l], blocks, block, bias))
            self.add_module(f"down{l}", nn.Conv2d(w[l], w[l + 1], 2, stride=2, bias=False))
            self.add_module(f"up{l}", nn.ConvTranspose2d(w[l + 1], w[l], 2, stride=2, bias=False))
            self.add_module(f"decoder{l}", Level(w[l], blocks, block, bias))
        self.bottom = Level(w[-1], blocks, block, bias)
        self.output = nn.Conv2d(w[0], 4 * channels, 3, padding=1, bias=bias)

    def forward(self, x, sigma=None):
        """x: [N, C, H, W]; sigma: [N] on 0...1, 0 for unknown."""
        z = F.pixel_unshuffle(x, 2)
        if self.noiseMap:
            s = x.new_zeros(x.shape[0]) if sigma is None else sigma
            z = torch.cat([z, s.view(-1, 1, 1, 1).to(z).expand(-1, 1, z.shape[2], z.shape[3])], 1)
        z = z.contiguous(memory_format=torch.channels_last)
        h = self.input(z)
        skips = []
        for l in range(self.downs):
            h = getattr(self, f"encoder{l}")(h)
            skips.append(h)
            h = getattr(self, f"down{l}")(h)
        h = self.bottom(h)
        for l in reversed(range(self.downs)):
            h = getattr(self, f"decoder{l}")(getattr(self, f"up{l}")(h) + skips[l])
        taken = F.pixel_shuffle(self.output(h).to(x.dtype), 2)
        return x - (taken * x[:, -1:] if self.configuration.get("masked") else taken)

    def initialise(self):
        for name, p in self.named_parameters():
            if name.endswith(".bias"):
                nn.init.zeros_(p)
                continue
            nn.init.kaiming_normal_(p, nonlinearity="relu")
            last = "convolution2" if self.configuration.get("block") == "bottleneck" else "convolution1"
            if name.endswith(f"{last}.weight") or name == "output.weight":
                p.data *= 0.1
            elif "depthwise" in name:
                p.data *= 0.5**0.5
