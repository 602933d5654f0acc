"""The dense autoencoder."""

import torch
import torch.nn.functional as F
from torch import nn

from PyTorch.networks.draws import RandomStream, stream_seed


def dropped(h, rate, stream):
    """Inverted dropout; `stream` is the number of the stream."""
    n, c, height, width = h.shape
    lanes = -(-c // 16) * 16
    kept = []
    for sample in range(n):
        words = RandomStream(stream_seed(stream), 0, sample).words(lanes * height * width)
        # Blocks of 16 channels, each row after row, the channels of a pixel side by side.
        blocks = torch.from_numpy((words >= int(rate * 2**32)).reshape(lanes // 16, height, width, 16))
        kept.append(blocks.permute(0, 3, 1, 2).reshape(lanes, height, width)[:c])
    return h * torch.stack(kept).to(h) / (1 - rate)


class DenseAutoencoder(nn.Module):
    """Dense layers on patches that do not overlap."""

    def __init__(self, channels=3, patch=32, widths=(512,), latentChannels=64, activation="relu", output="linear",
                 dropout=0.0, bias=True):
        super().__init__()
        self.configuration = {"architecture": "dense", "channels": channels, "patch": patch, "widths": list(widths),
                              "latentChannels": latentChannels, "activation": activation, "output": output,
                              "dropout": dropout, "bias": bias}
        self.patch, self.activation, self.last, self.rate = patch, activation, output, dropout
        self.scale, self.grid, self.depth = 1, patch, len(widths)
        samples = channels * patch * patch
        w = [samples] + list(widths)
        for l in range(self.depth):
            self.add_module(f"encoder{l}", nn.Conv2d(w[l], w[l + 1], 1, bias=bias))
        self.latent = nn.Conv2d(w[-1], latentChannels, 1, bias=bias)
        w.append(latentChannels)
        for l in reversed(range(self.depth)):
            self.add_module(f"decoder{l}", nn.Conv2d(w[l + 2], w[l + 1], 1, bias=bias))
        self.output = nn.Conv2d(w[1] if self.depth else latentChannels, samples, 1, bias=bias)

    def hidden(self, h, number):
        h = {"relu": F.relu, "sigmoid": torch.sigmoid, "none": lambda x: x}[self.activation](h)
        return dropped(h, self.rate, 2 * number + 1) if self.rate > 0 and self.training else h

    def forward(self, x, sigma=None):
        h, number = F.pixel_unshuffle(x, self.patch), 0
        for l in range(self.depth):
            h, number = self.hidden(getattr(self, f"encoder{l}")(h), number), number + 1
        h = self.latent(h)
        if self.depth == 0:
            h = self.hidden(h, 0)
        for l in reversed(range(self.depth)):
            h, number = self.hidden(getattr(self, f"decoder{l}")(h), number), number + 1
        h = self.output(h)
        return F.pixel_shuffle(torch.sigmoid(h) if self.last == "sigmoid" else h, self.patch)

    def initialise(self):
        for name, p in self.named_parameters():
            if p.dim() == 1:
                nn.init.constant_(p, 0.5 if name == "output.bias" and self.last == "linear" else 0)
            elif self.activation == "relu":
                nn.init.kaiming_normal_(p, nonlinearity="relu")
            else:
                nn.init.xavier_normal_(p)
