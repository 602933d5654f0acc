"""Makes Tests/Fixtures/gradients: gradients of <operation(input), output-gradient> by autograd in float64."""

import torch
import torch.nn.functional as F

import make_fixtures_operations as operations
from make_fixtures_operations import Fixture, random

TARGET = operations.TARGET.parent / "gradients"
CHANNELS = [(1, 1), (3, 17), (17, 3), (13, 20)]
SIZES = [(1, 1), (2, 4), (5, 3)]


def add(fixture, case, operation, about=None, **inputs):
    """A case with `operation` of the named inputs, an output gradient, and the gradient of every input."""
    inputs = {role: tensor.requires_grad_() for role, tensor in inputs.items()}
    output = operation(*inputs.values())
    gradient = random(*output.shape)
    found = torch.autograd.grad(output, list(inputs.values()), gradient)
    roles = {role: tensor.detach() for role, tensor in inputs.items()}
    roles |= {f"{role}-gradient": tensor for role, tensor in zip(inputs, found)}
    fixture.add(case, about, **roles, **{"output-gradient": gradient})


def convolutions(name, shape, operation, scale=1):
    fixture = Fixture(name)
    for inputs, outputs in CHANNELS:
        for h, w in SIZES:
            add(fixture, f"{inputs}to{outputs}-{h}x{w}", operation, input=random(1, inputs, h * scale, w * scale),
                weight=random(*shape(inputs, outputs)), bias=random(outputs))
    fixture.write()


def main():
    torch.set_num_threads(1)
    operations.TARGET = TARGET
    TARGET.mkdir(parents=True, exist_ok=True)
    convolutions("convolution-3x3", lambda i, o: (o, i, 3, 3), lambda x, w, b: F.conv2d(x, w, b, padding=1))
    convolutions("convolution-1x1", lambda i, o: (o, i, 1, 1), F.conv2d)
    convolutions("convolution-2x2-stride-2", lambda i, o: (o, i, 2, 2), lambda x, w, b: F.conv2d(x, w, b, stride=2), 2)
    convolutions("transposed-2x2-stride-2", lambda i, o: (i, o, 2, 2), lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2))

    activations = Fixture("activations")
    for channels in (1, 3, 17):
        x = random(1, channels, 5, 7)
        x[0, 0, 0, ::2] = 0
        add(activations, f"relu-{channels}", F.relu, input=x)
        add(activations, f"prelu-{channels}", F.prelu, input=x.detach().clone(), slope=random(channels))
    activations.write()

    nearest = Fixture("nearest")
    for factor in (2, 3, 4):
        add(nearest, f"x{factor}", lambda x: F.interpolate(x, scale_factor=factor, mode="nearest"),
            {"factor": factor}, input=random(1, 3, 4, 5))
    nearest.write()

    # The residual block's input: x + conv1(relu(conv0(x))).
    block = Fixture("residual-block")
    for channels, h, w in ((3, 5, 7), (16, 4, 4)):
        def run(x, first, second):
            return x + F.conv2d(F.relu(F.conv2d(x, first, padding=1)), second, padding=1)
        scale = (9 * channels) ** -0.5
        add(block, f"{channels}-{h}x{w}", run, input=random(1, channels, h, w),
            **{"weight-0": (random(channels, channels, 3, 3) * scale).float().double(),
               "weight-1": (random(channels, channels, 3, 3) * scale).float().double()})
    block.write()


if __name__ == "__main__":
    main()
