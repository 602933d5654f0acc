"""The variational autoencoder."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from PyTorch.networks.convolutional import ConvolutionalAutoencoder, initialise_levels
from PyTorch.networks.draws import RandomStream, stream_seed


class VariationalAutoencoder(nn.Module):
    """A convolutional autoencoder with a sampled latent; `penalty` is the weighted divergence of the latent."""

    def __init__(self, channels=3, widths=(32, 64, 128), latentSide=4, latentChannels=64, likelihood="gaussian",
                 deviation=0.1, beta=1.0, warmupSteps=0, freeBits=0.0, units=()):
        super().__init__()
        self.configuration = {"architecture": "vae", "channels": channels, "widths": list(widths),
                              "latentSide": latentSide, "latentChannels": latentChannels, "likelihood": likelihood, "deviation": deviation,
                              "beta": beta, "warmupSteps": warmupSteps, "freeBits": freeBits}
        if units:
            self.configuration["units"] = list(units)
        body = ConvolutionalAutoencoder(channels, widths or [channels], latentChannels)
        body.levels, body.grid = len(widths), 2 ** len(widths)
        self.levels, self.scale, self.grid, self.latentSide = body.levels, 1, body.grid * latentSide, latentSide
        for l in range(self.levels):
            self.add_module(f"encoder{l}", getattr(body, f"encoder{l}"))
            self.add_module(f"decoder{l}", getattr(body, f"decoder{l}"))
        sides = [(list(widths) or [channels])[-1] * latentSide**2] + list(units)
        for i in range(len(units)):
            self.add_module(f"dense{i}", nn.Conv2d(sides[i], sides[i + 1], 1))
            self.add_module(f"widen{i}", nn.Conv2d(sides[i + 1], sides[i], 1))
        self.latent = nn.Conv2d(sides[-1], 2 * latentChannels, 1)
        self.expand = nn.Conv2d(latentChannels, sides[-1], 1)

    def forward(self, x, sigma=None):
        h, c = x, self.configuration
        for l in range(self.levels):
            encoder = getattr(self, f"encoder{l}")
            h = encoder.block(encoder.down(h))
        h = F.pixel_unshuffle(h, self.latentSide)
        layers = range(len(c.get("units", [])))
        for i in layers:
            h = F.relu(getattr(self, f"dense{i}")(h))
        mean, log_variance = self.latent(h).chunk(2, 1)
        z = mean
        if self.training:
            draws = [RandomStream(stream_seed(2), 0, n).normals(mean[n].numel()) for n in range(len(x))]
            z = mean + torch.exp(log_variance / 2) * torch.from_numpy(np.stack(draws)).to(mean).view_as(mean)
        nats = ((mean**2 + log_variance.exp() - log_variance - 1) / 2).sum((2, 3)).mean(0)
        if c["freeBits"] > 0:
            nats = nats.clamp(min=c["freeBits"])
        share = min(1, 1 / c["warmupSteps"]) if c["warmupSteps"] else 1
        self.penalty = c["beta"] * share / x[0].numel() * nats.sum()
        h = self.expand(z)
        for i in reversed(layers):
            h = getattr(self, f"widen{i}")(F.relu(h))
        h = F.pixel_shuffle(h, self.latentSide)
        for l in reversed(range(self.levels)):
            decoder = getattr(self, f"decoder{l}")
            h = decoder.up(decoder.block(h))
        return torch.sigmoid(h) if c["likelihood"] == "bernoulli" else h

    def initialise(self):
        initialise_levels(self)
        units, last = self.configuration.get("units", []), None if self.levels else "expand"
        for i in range(len(units)):
            nn.init.kaiming_normal_(getattr(self, f"dense{i}").weight, nonlinearity="relu")
            if i > 0:
                nn.init.kaiming_normal_(getattr(self, f"widen{i}").weight, nonlinearity="relu")
        if units:
            nn.init.kaiming_normal_(self.expand.weight, nonlinearity="relu")
            last = None if self.levels else "widen0"
        if last and self.configuration["likelihood"] != "bernoulli":
            nn.init.constant_(getattr(self, last).bias, 0.5)
        self.latent.weight.data *= 0.1  # Variances begin near 1.
