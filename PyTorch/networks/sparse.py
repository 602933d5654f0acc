"""The sparse autoencoder."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class SparseAutoencoder(nn.Module):
    """One hidden layer of sigmoids on patches, with a penalty on their mean activations (`penalty`)."""

    def __init__(self, channels=3, patch=8, units=128, target=0.05, weight=1e-3, decay=0.0):
        super().__init__()
        self.configuration = {"architecture": "sparse", "channels": channels, "patch": patch, "units": units,
                              "target": target, "weight": weight} | ({"decay": decay} if decay else {})
        self.patch, self.scale, self.grid = patch, 1, patch
        samples = channels * patch * patch
        self.latent = nn.Conv2d(samples, units, 1)
        self.decoder = nn.Conv2d(units, samples, 1)

    def forward(self, x, sigma=None):
        h = torch.sigmoid(self.latent(F.pixel_unshuffle(x, self.patch)))
        mean, rho = h.mean((0, 2, 3)), self.configuration["target"]
        divergence = rho * torch.log(rho / mean) + (1 - rho) * torch.log((1 - rho) / (1 - mean))
        self.penalty = self.configuration["weight"] * divergence.sum()
        self.penalty = self.penalty + self.configuration.get("decay", 0) / 2 * (self.decoder.weight ** 2).sum()
        return F.pixel_shuffle(self.decoder(h), self.patch)

    def initialise(self):
        """The units are as active as they are asked to be; pictures are middle grey."""
        target = self.configuration["target"]
        for layer, bias in ((self.latent, math.log(target / (1 - target))), (self.decoder, 0.5)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.constant_(layer.bias, bias)
