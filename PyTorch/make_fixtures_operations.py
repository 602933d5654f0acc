"""Makes Tests/Fixtures/operations: every operation over odd sizes and channel counts, computed in float64."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from pictures import imresize

TARGET = Path(__file__).resolve().parents[1] / "Tests/Fixtures/operations"
SIZES = [(1, 1), (1, 6), (5, 1), (2, 3), (7, 9), (4, 15), (9, 17)]
CHANNELS = [(1, 1), (3, 16), (13, 17), (16, 16), (17, 3), (20, 40), (48, 12)]

generator = torch.Generator()


def random(*shape):
    """Normal values that Float32 holds exactly, in float64."""
    return torch.randn(*shape, generator=generator).double()


class Fixture:
    """One file: tensors `<case>/<role>` in Float32, the list of cases in the metadata."""

    def __init__(self, name):
        self.name, self.tensors, self.cases = name, {}, []
        generator.manual_seed(sum(name.encode()))

    def add(self, case, about=None, **roles):
        self.cases.append({"name": case} | (about or {}))
        for role, tensor in roles.items():
            self.tensors[f"{case}/{role}"] = tensor.float().contiguous()

    def write(self):
        save_file(self.tensors, TARGET / f"{self.name}.safetensors", metadata={"cases": json.dumps(self.cases)})
        print(f"{self.name}: {len(self.cases)} cases")


def case_name(inputs, outputs, h, w, bias):
    return f"{inputs}to{outputs}-{h}x{w}" + ("-bias" if bias is not None else "")


def convolutions(name, weight_shape, operation, even=False):
    fixture = Fixture(name)
    for k, (inputs, outputs) in enumerate(CHANNELS):
        for n, (h, w) in enumerate(SIZES):
            if (n + k) % 2 and n != 4:
                continue
            if inputs == 20 and h * w > 63:
                continue
            if even:
                h, w = 2 * ((h + 1) // 2), 2 * ((w + 1) // 2)
            weight = random(*weight_shape(inputs, outputs)) / inputs**0.5
            bias = random(outputs) if (n + k) % 4 else None
            x = random(1, inputs, h, w)
            y = operation(x, weight, bias)
            roles = {"input": x, "weight": weight, "output": y} | ({} if bias is None else {"bias": bias})
            fixture.add(case_name(inputs, outputs, h, w, bias), **roles)
    fixture.write()


def main():
    torch.set_num_threads(1)
    TARGET.mkdir(parents=True, exist_ok=True)
    convolutions("convolution-3x3", lambda i, o: (o, i, 3, 3), lambda x, w, b: F.conv2d(x, w, b, padding=1))
    convolutions("convolution-1x1", lambda i, o: (o, i, 1, 1), lambda x, w, b: F.conv2d(x, w, b))
    convolutions("convolution-2x2-stride-2", lambda i, o: (o, i, 2, 2), lambda x, w, b: F.conv2d(x, w, b, stride=2), even=True)
    convolutions("transposed-2x2-stride-2", lambda i, o: (i, o, 2, 2), lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2))

    fused = Fixture("fused-convolution-3x3")
    for inputs, outputs in CHANNELS:
        x, weight, bias = random(1, inputs, 7, 9), random(outputs, inputs, 3, 3) / inputs**0.5, random(outputs)
        slope, residual = random(outputs) * 0.3, random(1, outputs, 7, 9)
        y = F.conv2d(x, weight, bias, padding=1)
        fused.add(f"{inputs}to{outputs}-7x9", input=x, weight=weight, bias=bias, slope=slope, residual=residual,
                  output=y, relu=F.relu(y), prelu=F.prelu(y, slope), sum=y + residual)
    fused.write()

    activations = Fixture("activations")
    for channels in (1, 3, 16, 17, 48):
        x, slope = random(1, channels, 5, 7), random(channels) * 0.3
        activations.add(f"{channels}-5x7", input=x, slope=slope, relu=F.relu(x), prelu=F.prelu(x, slope))
    activations.write()

    shuffles = Fixture("pixel-shuffle")
    for factor in (1, 2, 3, 4):
        for channels, h, w in ((1, 1, 1), (3, 5, 7), (2, 4, 9)):
            x = random(1, channels * factor * factor, h, w)
            y = F.pixel_shuffle(x, factor)
            about = {"factor": factor}
            # `shuffled` from `input`; `input` again by unshuffling: order of channels is channel, row, column.
            shuffles.add(f"x{factor}-{channels}-{h}x{w}", about, input=x, shuffled=y)
            assert torch.equal(F.pixel_unshuffle(y, factor), x)
    shuffles.write()

    enlarging = Fixture("enlarging")
    for factor in (2, 3, 4):
        for channels, h, w in ((1, 1, 1), (1, 1, 4), (3, 2, 3), (3, 5, 7), (2, 11, 6)):
            x = random(1, channels, h, w)
            cubic = imresize(x[0].permute(1, 2, 0).numpy(), factor)
            enlarging.add(f"x{factor}-{channels}-{h}x{w}", {"factor": factor}, input=x,
                          nearest=F.interpolate(x, scale_factor=factor, mode="nearest"),
                          bicubic=torch.from_numpy(cubic.copy()).permute(2, 0, 1)[None])
    enlarging.write()


if __name__ == "__main__":
    main()
