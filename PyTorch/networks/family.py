"""The networks of Retouch in plain PyTorch, with the parameter names of `model.safetensors`, and their files."""

import json

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file

from PyTorch.networks.convolutional import ConvolutionalAutoencoder
from PyTorch.networks.dense import DenseAutoencoder
from PyTorch.networks.plain import PlainStack
from PyTorch.networks.sparse import SparseAutoencoder
from PyTorch.networks.unet import UNet
from PyTorch.networks.variational import VariationalAutoencoder

ARCHITECTURES = {"unet": UNet, "plain": PlainStack, "conv": ConvolutionalAutoencoder, "dense": DenseAutoencoder,
                 "sparse": SparseAutoencoder, "vae": VariationalAutoencoder}


# Names in files of version 0.1.
FORMER_FIELDS = {"codeSide": "latentSide"}


def make_network(configuration):
    values = {FORMER_FIELDS.get(field, field): value for field, value in configuration.items()}
    return ARCHITECTURES[values.pop("architecture")](**values)


def save_model(path, network, weights=None, kind=torch.float32):
    """Writes weights, Float32 unless asked, with the configuration in the metadata."""
    weights = network.state_dict() if weights is None else weights
    tensors = {k: v.detach().to(kind).contiguous().clone() for k, v in weights.items()}
    save_file(tensors, path, metadata={"format": "retouch-1", "configuration": json.dumps(network.configuration)})


def present_name(name):
    """The name of a parameter; files of version 0.1 called the latent "code"."""
    return "latent." + name.removeprefix("code.") if name.startswith("code.") else name


def load_model(path):
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        if metadata.get("format") != "retouch-1":
            raise ValueError(f"{path}: format is {metadata.get('format')!r}, expected 'retouch-1'")
        network = make_network(json.loads(metadata["configuration"]))
        network.load_state_dict({present_name(name): file.get_tensor(name).float() for name in file.keys()})
    return network.eval()


def restored(network, picture, sigma=0.0):
    """Runs a whole picture [N, C, H, W], reflected at the right and bottom to a multiple of the grid."""
    h, w = picture.shape[-2:]
    padded = F.pad(picture, (0, -w % network.grid, 0, -h % network.grid), mode="reflect")
    with torch.no_grad():
        y = network(padded, picture.new_full((picture.shape[0],), sigma))
    return y[..., : h * network.scale, : w * network.scale]
