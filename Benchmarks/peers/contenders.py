"""The runtimes that a network is run with: each turns a PyTorch network into a function from a picture to a result."""

import contextlib
import functools
import os
import tempfile
from pathlib import Path

import numpy as np
import torch


class Unsupported(Exception):
    """This runtime cannot run the network here; the message says why."""


def has_bf16():
    """Whether the processor multiplies BF16 (no runtime is faster with it elsewhere)."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return "avx512_bf16" in flags or "amx_bf16" in flags


@contextlib.contextmanager
def quiet():
    """Standard output and error go nowhere, those of programs that are started too."""
    kept = [os.dup(1), os.dup(2)]
    with open(os.devnull, "w") as null:
        os.dup2(null.fileno(), 1)
        os.dup2(null.fileno(), 2)
        try:
            yield
        finally:
            for number, copy in enumerate(kept, start=1):
                os.dup2(copy, number)
                os.close(copy)


def torch_eager(network, picture, threads, bf16=False):
    torch.set_num_threads(threads)
    x = torch.from_numpy(picture)
    network = network.eval().to(memory_format=torch.channels_last)

    def run():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            return network(x).float().numpy()

    return run


def exported(network, picture):
    """The network as an ONNX file for pictures of any size."""
    path = Path(tempfile.mkdtemp()) / "network.onnx"
    # Traced on a small picture: tracing runs the network, in much memory for large ones.
    example = torch.from_numpy(picture[..., :64, :64])
    axes = {name: {2: "height", 3: "width"} for name in ("picture", "result")}
    with quiet():
        torch.onnx.export(network, (example,), str(path), input_names=["picture"], output_names=["result"],
                          dynamic_axes=axes, dynamo=False)
    return path


def onnx_runtime(network, picture, threads):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = ort.InferenceSession(str(exported(network, picture)), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"picture": picture})[0]


def openvino(network, picture, threads, bf16=False):
    import openvino as ov

    core = ov.Core()
    model = core.read_model(exported(network, picture))
    model.reshape(list(picture.shape))
    compiled = core.compile_model(model, "CPU", {
        "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1",
        "INFERENCE_PRECISION_HINT": "bf16" if bf16 else "f32"})
    request = compiled.create_infer_request()
    return lambda: request.infer([picture])[compiled.output(0)]


@functools.cache
def converted(network, shape):
    """The folder with what pnnx makes of a network; pnnx runs it, in much memory for large pictures."""
    import pnnx

    folder = Path(tempfile.mkdtemp())
    before = os.getcwd()
    # pnnx writes bicubic enlarging for one size; everything else takes any.
    sides = shape[2:] if network.configuration.get("skip") == "bicubic" else (64, 64)
    try:
        os.chdir(folder)
        # Weights stay Float32; the converter is a program of its own that tells its steps.
        with quiet():
            pnnx.export(network.eval(), str(folder / "network.pt"), (torch.rand(*shape[:2], *sides),), fp16=False)
    except Exception as error:  # pnnx tells its failures in many ways.
        raise Unsupported(f"pnnx: {error}") from error
    finally:
        os.chdir(before)
    return folder


def ncnn(network, picture, threads, bf16=False):
    """Through pnnx; Winograd and packing as ncnn chooses them."""
    import ncnn as runtime

    folder = converted(network, picture.shape)
    net = runtime.Net()
    net.opt.num_threads = threads
    net.opt.use_vulkan_compute = False
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = bf16
    param, weights = folder / "network.ncnn.param", folder / "network.ncnn.bin"
    if not param.exists() or net.load_param(str(param)) or net.load_model(str(weights)):
        raise Unsupported("ncnn does not load what pnnx wrote")
    mat = runtime.Mat(np.ascontiguousarray(picture[0]))

    def run():
        extractor = net.create_extractor()
        extractor.input("in0", mat)
        code, result = extractor.extract("out0")
        if code:
            raise Unsupported(f"ncnn stops with {code}")
        return np.array(result)[None]

    return run


FLOAT32 = {"PyTorch": torch_eager, "ONNX Runtime": onnx_runtime, "OpenVINO": openvino, "ncnn": ncnn}
BF16 = {"PyTorch BF16": lambda *a: torch_eager(*a, bf16=True), "OpenVINO BF16": lambda *a: openvino(*a, bf16=True),
        "ncnn BF16": lambda *a: ncnn(*a, bf16=True)}
