"""The mean of two sets of weights of one network, which is often better than either after a short run.

    python -m PyTorch.training.mean_weights OUT.safetensors A.safetensors B.safetensors [--share 0.5] [--half]

`--share` is what A counts; `--half` stores F16. `cards.py` then brings the hash in the card up to date.
"""

import argparse

import torch

from PyTorch.networks.family import load_model, save_model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    network, other = load_model(options.a), load_model(options.b)
    if network.configuration != other.configuration:
        parser.error(f"{options.b} has {other.configuration}, expected {network.configuration}, that of {options.a}")
    a, b = network.state_dict(), other.state_dict()
    mean = {name: options.share * a[name] + (1 - options.share) * b[name] for name in a}
    save_model(options.out, network, mean, torch.float16 if options.half else torch.float32)


if __name__ == "__main__":
    main()
