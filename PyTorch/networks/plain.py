"""A plain stack of convolutions, for upscaling and for residuals."""

import torch
import torch.nn.functional as F
from torch import nn

from PyTorch.networks.bicubic import bicubic_upscaled


class Slopes(nn.Module):
    """PReLU with one slope a channel."""

    def __init__(self, width):
        super().__init__()
        self.slope = nn.Parameter(torch.full((width,), 0.25))

    def forward(self, x):
        return F.prelu(x, self.slope.to(x.dtype))


class PlainStack(nn.Module):
    """3x3 convolutions with an activation between; pixel shuffle and a skip at the end."""

    def __init__(self, channels=3, width=48, layers=10, activation="prelu", bias=True, scale=2, skip="bicubic"):
        super().__init__()
        self.configuration = {"architecture": "plain", "channels": channels, "width": width, "layers": layers,
                              "activation": activation, "bias": bias, "scale": scale, "skip": skip}
        self.layers, self.activation, self.scale, self.skip, self.grid = layers, activation, scale, skip, 1
        for i in range(layers):
            inputs = channels if i == 0 else width
            outputs = channels * scale * scale if i == layers - 1 else width
            self.add_module(f"convolution{i}", nn.Conv2d(inputs, outputs, 3, padding=1, bias=bias))
            if activation == "prelu" and i < layers - 1:
                self.add_module(f"activation{i}", Slopes(width))

    def forward(self, x, sigma=None):
        h = x.contiguous(memory_format=torch.channels_last)
        for i in range(self.layers):
            h = getattr(self, f"convolution{i}")(h)
            if i < self.layers - 1:
                h = getattr(self, f"activation{i}")(h) if self.activation == "prelu" else F.relu(h)
        h = F.pixel_shuffle(h.to(x.dtype), self.scale)
        if self.skip == "residual":
            return x - h
        if self.skip == "bicubic":
            return bicubic_upscaled(x, self.scale) + h
        if self.skip == "nearest":
            return F.interpolate(x, scale_factor=self.scale, mode="nearest") + h
        return h

    def initialise(self):
        """The body starts at the identity: the skip connection lives in the kernel, so it costs nothing to run."""
        for i in range(self.layers):
            c = getattr(self, f"convolution{i}")
            nn.init.kaiming_normal_(c.weight, nonlinearity="relu")
            if c.bias is not None:
                nn.init.zeros_(c.bias)
            if i == self.layers - 1:
                c.weight.data *= 0.1
            elif i > 0:
                c.weight.data *= 0.3
                nn.init.dirac_(d := torch.empty_like(c.weight))
                c.weight.data += d
