"""The networks of Retouch in plain PyTorch, with the parameter names of `model.safetensors`."""

import functools
import json
import math

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from draws import RandomStream, stream_seed


class Block(nn.Module):
    """x + convolution1(ReLU(convolution0(x)))"""

    def __init__(self, width):
        super().__init__()
        self.convolution0 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.convolution1 = nn.Conv2d(width, width, 3, padding=1, bias=False)

    def forward(self, x):
        return x + self.convolution1(F.relu(self.convolution0(x)))


class Bottleneck(nn.Module):
    """x + convolution2(ReLU(convolution1(ReLU(convolution0(x))))): 1x1 to half of the channels, 3x3, 1x1 back."""

    def __init__(self, width):
        super().__init__()
        inner = max(1, width // 2)
        self.convolution0 = nn.Conv2d(width, inner, 1, bias=False)
        self.convolution1 = nn.Conv2d(inner, inner, 3, padding=1, bias=False)
        self.convolution2 = nn.Conv2d(inner, width, 1, bias=False)

    def forward(self, x):
        return x + self.convolution2(F.relu(self.convolution1(F.relu(self.convolution0(x)))))


class Separable(nn.Module):
    """x + convolution1(depthwise1(ReLU(convolution0(depthwise0(x))))): 3x3 of each channel by itself, then 1x1."""

    def __init__(self, width):
        super().__init__()
        for i in range(2):
            self.add_module(f"depthwise{i}", nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False))
            self.add_module(f"convolution{i}", nn.Conv2d(width, width, 1, bias=False))

    def forward(self, x):
        return x + self.convolution1(self.depthwise1(F.relu(self.convolution0(self.depthwise0(x)))))


BLOCKS = {"plain": Block, "bottleneck": Bottleneck, "separable": Separable}


class Level(nn.Module):
    def __init__(self, width, blocks, block):
        super().__init__()
        self.count = blocks
        for b in range(blocks):
            self.add_module(f"block{b}", BLOCKS[block](width))

    def forward(self, x):
        for b in range(self.count):
            x = getattr(self, f"block{b}")(x)
        return x


class UNet(nn.Module):
    """The bias-free residual U-Net on pixel-unshuffled pictures; sides must be multiples of 2^levels."""

    def __init__(self, channels=3, widths=(48, 64, 96, 128), blocks=1, noiseMap=True, block="plain"):
        super().__init__()
        self.configuration = {"architecture": "unet", "channels": channels, "widths": list(widths),
                              "blocks": blocks, "noiseMap": noiseMap}
        if block != "plain":
            self.configuration["block"] = block
        self.noiseMap, self.downs, self.scale = noiseMap, len(widths) - 1, 1
        self.grid = 2 ** len(widths)
        w = list(widths)
        self.input = nn.Conv2d(4 * channels + int(noiseMap), w[0], 3, padding=1, bias=False)
        for l in range(self.downs):
            self.add_module(f"encoder{l}", Level(w[l], blocks, block))
            self.add_module(f"down{l}", nn.Conv2d(w[l], w[l + 1], 2, stride=2, bias=False))
            self.add_module(f"up{l}", nn.ConvTranspose2d(w[l + 1], w[l], 2, stride=2, bias=False))
            self.add_module(f"decoder{l}", Level(w[l], blocks, block))
        self.bottom = Level(w[-1], blocks, block)
        self.output = nn.Conv2d(w[0], 4 * channels, 3, padding=1, bias=False)

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
        return x - F.pixel_shuffle(self.output(h).to(x.dtype), 2)

    def initialise(self):
        for name, p in self.named_parameters():
            nn.init.kaiming_normal_(p, nonlinearity="relu")
            last = "convolution2" if self.configuration.get("block") == "bottleneck" else "convolution1"
            if name.endswith(f"{last}.weight") or name == "output.weight":
                p.data *= 0.1
            elif "depthwise" in name:
                p.data *= 0.5**0.5


class Slopes(nn.Module):
    """PReLU with one slope a channel."""

    def __init__(self, width):
        super().__init__()
        self.slope = nn.Parameter(torch.full((width,), 0.25))

    def forward(self, x):
        return F.prelu(x, self.slope.to(x.dtype))


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


def bicubic_enlarged(x, scale):
    """MATLAB's bicubic (a = -0.5, symmetric edges, not rounded) by a whole factor."""
    n, c, h, w = x.shape
    kernels = bicubic_kernels(scale, x.dtype, x.device)
    y = F.conv2d(symmetric_pad(x, 2).reshape(n * c, 1, h + 4, w + 4), kernels)
    return F.pixel_shuffle(y, scale).reshape(n, c, h * scale, w * scale)


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
            return bicubic_enlarged(x, self.scale) + h
        if self.skip == "nearest":
            return F.interpolate(x, scale_factor=self.scale, mode="nearest") + h
        return h

    def initialise(self):
        """The body starts at the identity: the short-cut lives in the kernel, so it costs nothing to run."""
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


class Side(nn.Module):
    """One side of a level of a convolutional autoencoder: 2x2 of stride 2, then a block, or a block, then what enlarges."""

    def block(self, x):
        return x + F.relu(self.convolution(x))


class ConvolutionalAutoencoder(nn.Module):
    """Strided encoder, bottleneck, decoder of transposed convolutions or of enlarging and convolution."""

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
        self.code = nn.Conv2d(w[-1], latentChannels, 1, bias=bias)
        self.expand = nn.Conv2d(latentChannels, w[-1], 1, bias=bias)

    def forward(self, x, sigma=None):
        h = x
        for l in range(self.levels):
            encoder = getattr(self, f"encoder{l}")
            h = encoder.block(encoder.down(h))
        h = self.expand(self.code(h))
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
    """A random projection at first: halving and enlarging keep lengths, the blocks add little; middle grey."""
    for name, p in network.named_parameters():
        if p.dim() == 1:
            nn.init.constant_(p, 0.5 if name == "decoder0.up.bias" else 0)
        elif name.endswith("convolution.weight"):
            nn.init.kaiming_normal_(p, nonlinearity="relu")
            p.data *= 0.3
        else:
            nn.init.orthogonal_(p)


def dropped(h, rate, stream):
    """Inverted dropout; `stream` is the number of the draws."""
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
        self.code = nn.Conv2d(w[-1], latentChannels, 1, bias=bias)
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
        h = self.code(h)
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


class SparseAutoencoder(nn.Module):
    """One hidden layer of sigmoids on patches, with a penalty on their mean activations (`penalty`)."""

    def __init__(self, channels=3, patch=8, units=128, target=0.05, weight=1e-3):
        super().__init__()
        self.configuration = {"architecture": "sparse", "channels": channels, "patch": patch, "units": units,
                              "target": target, "weight": weight}
        self.patch, self.scale, self.grid = patch, 1, patch
        samples = channels * patch * patch
        self.code = nn.Conv2d(samples, units, 1)
        self.decoder = nn.Conv2d(units, samples, 1)

    def forward(self, x, sigma=None):
        h = torch.sigmoid(self.code(F.pixel_unshuffle(x, self.patch)))
        mean, rho = h.mean((0, 2, 3)), self.configuration["target"]
        divergence = rho * torch.log(rho / mean) + (1 - rho) * torch.log((1 - rho) / (1 - mean))
        self.penalty = self.configuration["weight"] * divergence.sum()
        return F.pixel_shuffle(self.decoder(h), self.patch)

    def initialise(self):
        """The units are as active as they are asked to be; pictures are middle grey."""
        target = self.configuration["target"]
        for layer, bias in ((self.code, math.log(target / (1 - target))), (self.decoder, 0.5)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.constant_(layer.bias, bias)


class VariationalAutoencoder(nn.Module):
    """A convolutional autoencoder whose code is drawn; `penalty` is the weighted divergence of the code."""

    def __init__(self, channels=3, widths=(32, 64, 128), codeSide=4, latentChannels=64, likelihood="gaussian",
                 deviation=0.1, beta=1.0, warmupSteps=0, freeBits=0.0):
        super().__init__()
        self.configuration = {"architecture": "vae", "channels": channels, "widths": list(widths),
                              "codeSide": codeSide, "latentChannels": latentChannels, "likelihood": likelihood, "deviation": deviation,
                              "beta": beta, "warmupSteps": warmupSteps, "freeBits": freeBits}
        body = ConvolutionalAutoencoder(channels, widths, latentChannels)
        self.levels, self.scale, self.grid, self.codeSide = body.levels, 1, body.grid * codeSide, codeSide
        for l in range(self.levels):
            self.add_module(f"encoder{l}", getattr(body, f"encoder{l}"))
            self.add_module(f"decoder{l}", getattr(body, f"decoder{l}"))
        deepest = widths[-1] * codeSide**2
        self.code = nn.Conv2d(deepest, 2 * latentChannels, 1)
        self.expand = nn.Conv2d(latentChannels, deepest, 1)

    def forward(self, x, sigma=None):
        h, c = x, self.configuration
        for l in range(self.levels):
            encoder = getattr(self, f"encoder{l}")
            h = encoder.block(encoder.down(h))
        mean, log_variance = self.code(F.pixel_unshuffle(h, self.codeSide)).chunk(2, 1)
        z = mean
        if self.training:
            draws = [RandomStream(stream_seed(2), 0, n).normals(mean[n].numel()) for n in range(len(x))]
            z = mean + torch.exp(log_variance / 2) * torch.from_numpy(np.stack(draws)).to(mean).view_as(mean)
        nats = ((mean**2 + log_variance.exp() - log_variance - 1) / 2).sum((2, 3)).mean(0)
        if c["freeBits"] > 0:
            nats = nats.clamp(min=c["freeBits"])
        share = min(1, 1 / c["warmupSteps"]) if c["warmupSteps"] else 1
        self.penalty = c["beta"] * share / x[0].numel() * nats.sum()
        h = F.pixel_shuffle(self.expand(z), self.codeSide)
        for l in reversed(range(self.levels)):
            decoder = getattr(self, f"decoder{l}")
            h = decoder.up(decoder.block(h))
        return torch.sigmoid(h) if c["likelihood"] == "bernoulli" else h

    def initialise(self):
        initialise_levels(self)
        self.code.weight.data *= 0.1  # Variances begin near 1.


ARCHITECTURES = {"unet": UNet, "plain": PlainStack, "conv": ConvolutionalAutoencoder, "dense": DenseAutoencoder,
                 "sparse": SparseAutoencoder, "vae": VariationalAutoencoder}


def make_network(configuration):
    values = dict(configuration)
    return ARCHITECTURES[values.pop("architecture")](**values)


def save_model(path, network, weights=None, kind=torch.float32):
    """Writes weights, Float32 unless asked, with the configuration in the metadata."""
    weights = network.state_dict() if weights is None else weights
    tensors = {k: v.detach().to(kind).contiguous().clone() for k, v in weights.items()}
    save_file(tensors, path, metadata={"format": "retouch-1", "configuration": json.dumps(network.configuration)})


def load_model(path):
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        if metadata.get("format") != "retouch-1":
            raise ValueError(f"{path}: format is {metadata.get('format')!r}, expected 'retouch-1'")
        network = make_network(json.loads(metadata["configuration"]))
        network.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})
    return network.eval()


def restored(network, picture, sigma=0.0):
    """Runs a whole picture [N, C, H, W], reflected at the right and bottom to a multiple of the grid."""
    h, w = picture.shape[-2:]
    padded = F.pad(picture, (0, -w % network.grid, 0, -h % network.grid), mode="reflect")
    with torch.no_grad():
        y = network(padded, picture.new_full((picture.shape[0],), sigma))
    return y[..., : h * network.scale, : w * network.scale]
