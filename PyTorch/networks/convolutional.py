"""The convolutional autoencoder."""

import torch.nn.functional as F
from torch import nn


class Side(nn.Module):
    """One side of a level of a convolutional autoencoder: 2x2 of stride 2, then a block, or a block, then what upsamples."""

    def block(self, x):
        return x + F.relu(self.convolution(x))


class ConvolutionalAutoencoder(nn.Module):
    """Strided encoder, bottleneck, decoder of transposed convolutions or of upsampling and convolution."""

    def __init__(self, channels=3, widths=(32, 64, 128), latentChannels=32, decoder="transposed", bias=True):
        super().__init__()
        self.configuration = {"architecture": "conv", "channels": channels, "widths": list(widths),
                              "latentChannels": latentChannels, "decoder": decoder, "bias": bias}
        self.levels, self.decoder, self.scale, self.grid = len(widths), decoder, 1, 2 ** len(widths)
        w = [channels] + list(widths)
        for l in range(self.levels):
            encoder, up = Side(), Side()
            encoder.down = nn.Conv2d(w[l], w[l + 1], 2, stride=2, bias=bias)
            encoder.convolution = nn.Conv2d(w[l + 1], w[l + 1], 3, padding=1, bias=bias)
            up.convolution = nn.Conv2d(w[l + 1], w[l + 1], 3, padding=1, bias=bias)
            if decoder == "transposed":
                up.up = nn.ConvTranspose2d(w[l + 1], w[l], 2, stride=2, bias=bias)
            else:
                up.up = nn.Conv2d(w[l + 1], w[l], 3, padding=1, bias=bias)
            self.add_module(f"encoder{l}", encoder)
            self.add_module(f"decoder{l}", up)
        self.latent = nn.Conv2d(w[-1], latentChannels, 1, bias=bias)
        self.expand = nn.Conv2d(latentChannels, w[-1], 1, bias=bias)

    def forward(self, x, sigma=None):
        h = x
        for l in range(self.levels):
            encoder = getattr(self, f"encoder{l}")
            h = encoder.block(encoder.down(h))
        h = self.expand(self.latent(h))
        for l in reversed(range(self.levels)):
            decoder = getattr(self, f"decoder{l}")
            h = decoder.block(h)
            if self.decoder == "upsample":
                h = F.interpolate(h, scale_factor=2, mode="nearest")
            h = decoder.up(h)
        return h.to(x.dtype)

    def initialise(self):
        initialise_levels(self)


def initialise_levels(network):
    """A random projection at first: downsampling and upsampling keep lengths, the blocks add little; middle grey."""
    for name, p in network.named_parameters():
        if p.dim() == 1:
            nn.init.constant_(p, 0.5 if name == "decoder0.up.bias" else 0)
        elif name.endswith("convolution.weight"):
            nn.init.kaiming_normal_(p, nonlinearity="relu")
            p.data *= 0.3
        else:
            nn.init.orthogonal_(p)
