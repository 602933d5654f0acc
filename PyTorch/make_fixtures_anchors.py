"""Makes Tests/Fixtures/anchors: seeded noise, PSNR and SSIM, MATLAB's resampling and JPEG as others compute them.

Pictures are crops of gb82 (CC0). The resampling is first checked against the published halves, thirds and quarters of
Set5 and Set14, sample by sample; SSIM against scikit-image.
"""

import json
from pathlib import Path

import numpy as np
import PIL
import skimage
import torch
from PIL import Image, features
from safetensors.numpy import save_file
from skimage.metrics import structural_similarity

from corruptions import blurred, gaussian_kernels, jpeg
from metrics import cropped, luma, psnr, ssim
from pictures import DATA, as_tensor, imresize, picture_paths, published_small, read_rgb, rounded

TARGET = Path(__file__).resolve().parents[1] / "Tests/Fixtures/anchors"
CROPS = {"girl": ("girl-lossless", 200, 220, 72, 96), "grass": ("grass-lossless", 300, 100, 61, 47),
         "city": ("city-lossless", 150, 300, 96, 96)}
VERSIONS = {"numpy": np.__version__, "pillow": PIL.__version__, "scikit-image": skimage.__version__,
            "libjpeg-turbo": features.version("libjpeg_turbo")}


def write_json(name, value):
    (TARGET / f"{name}.json").write_text(json.dumps({"versions": VERSIONS} | value, indent=1) + "\n")


def save_png(name, picture):
    Image.fromarray(picture).save(TARGET / f"{name}.png", optimize=True)


def check_resampling():
    for scale in (2, 3, 4):
        for path in picture_paths("test/Set5/HR") + picture_paths("test/Set14/HR"):
            large = read_rgb(path)
            large = large[: large.shape[0] // scale * scale, : large.shape[1] // scale * scale]
            small = read_rgb(path.parents[1] / f"LRbicx{scale}" / path.name)
            different = int((published_small(large, scale) != small).sum())
            assert different == 0, f"{path.name} x{scale}: {different} samples differ"
    print("resampling: equal to the published pictures of Set5 and Set14")


def normal():
    """NumPy's legacy generator. JSON numbers carry every digit of the float64."""
    many = np.random.RandomState(0).randn(100_003)
    parts = np.random.RandomState(0)
    split = [parts.randn(3).tolist(), parts.randn(2).tolist(), parts.normal(0, 25 / 255, (2, 3)).ravel().tolist()]
    scaled = []
    for seed, sigma, shape in ((0, 15, (3, 5, 3)), (0, 25, (4, 4)), (0, 50, (2, 3, 1)), (12345, 25, (1, 7, 3))):
        np.random.seed(seed)
        values = np.random.normal(0, sigma / 255, shape).ravel().tolist()
        scaled.append({"seed": seed, "sigma": sigma, "shape": shape, "values": values})
    raw = np.random.RandomState(0)
    write_json("normal", {
        "words": {"seed": 0, "first": [int(v) for v in raw.randint(0, 2**32, 8, dtype=np.uint32)]},
        "doubles": {"seed": 0, "first": np.random.RandomState(0).random_sample(8).tolist()},
        "first": {"seed": 0, "values": many[:40].tolist()},
        "later": [{"seed": 0, "index": i, "values": many[i : i + 8].tolist()} for i in (620, 1000, 4999, 99_995)],
        "sums": {"seed": 0, "count": len(many), "sum": float(many.sum()), "sumOfSquares": float((many**2).sum())},
        "calls": {"seed": 0, "about": "randn(3), randn(2), normal(0, 25/255, 6) one after the other", "values": split},
        "scaled": scaled})


def similarity(a, b):
    """scikit-image with the window of Wang 2004."""
    return structural_similarity(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255,
                                 channel_axis=2 if a.ndim == 3 else None)


def quality(crops):
    pairs = []
    for name, clean in crops.items():
        np.random.seed(0)
        noise = np.random.normal(0, 25 / 255, clean.shape) * 255
        soft = blurred(as_tensor(clean[None]), gaussian_kernels(torch.tensor([1.2])))[0].permute(1, 2, 0).numpy()
        others = {"noisy": rounded(clean + noise), "soft": rounded(soft * 255), "jpeg20": jpeg(clean, 20, 2)}
        for kind, other in others.items():
            save_png(f"{name}-{kind}", other)
            for border in (0, 2, 4):
                a, b = (cropped(v, border).astype(np.float64) for v in (clean, other))
                values = {"psnrRGB": psnr(a, b), "ssimRGB": similarity(a, b),
                          "psnrY": psnr(luma(a), luma(b)), "ssimY": similarity(luma(a), luma(b))}
                assert abs(values["ssimRGB"] - ssim(a, b)) < 1e-12
                pairs.append({"a": f"{name}.png", "b": f"{name}-{kind}.png", "border": border} | values)
    write_json("quality", {"about": "a is the reference; Y is studio range, unrounded; SSIM by scikit-image", "pairs": pairs})


def awgn(crops):
    rows = []
    for name, clean in crops.items():
        for sigma in (15, 25, 50):
            np.random.seed(0)
            noisy = (clean / 255 + np.random.normal(0, sigma / 255, clean.shape)) * 255
            rows.append({"picture": f"{name}.png", "sigma": sigma, "psnrFloat": psnr(noisy, clean),
                         "psnr8bit": psnr(rounded(noisy), clean)})
    write_json("awgn", {"about": "float: neither clipped nor rounded; 8 bits: clipped and rounded; RGB", "rows": rows})


def resampling(crops):
    tensors, rows = {}, []
    for name, picture in crops.items():
        for scale in (2, 3, 4):
            small, large = imresize(picture, 1 / scale), imresize(picture, scale)
            tensors[f"{name}/down{scale}"] = np.ascontiguousarray(small.transpose(2, 0, 1), np.float32) / np.float32(255)
            if picture.shape[0] < 70:
                tensors[f"{name}/up{scale}"] = np.ascontiguousarray(large.transpose(2, 0, 1)[:, :48, :48], np.float32) / np.float32(255)
            save_png(f"{name}-down{scale}", rounded(small))
            whole = picture[: picture.shape[0] // scale * scale, : picture.shape[1] // scale * scale]
            if name == "city":
                save_png(f"{name}-down{scale}-published", published_small(whole, scale))
            y = rounded(luma(whole)).astype(np.float64)
            back = imresize(imresize(y, 1 / scale), scale)
            rgb = luma(rounded(imresize(rounded(imresize(whole, 1 / scale)), scale)))
            rows.append({"picture": f"{name}.png", "scale": scale,
                         "sr-y": {"psnr": psnr(rounded(back), y, scale), "ssim": ssim(rounded(back), y, scale)},
                         "sr-rgb": {"psnr": psnr(rgb, luma(whole), scale), "ssim": ssim(rgb, luma(whole), scale)}})
    save_file(tensors, TARGET / "resampling.safetensors",
              metadata={"about": "imresize of <crop>.png, [C, H, W] on 0...1, not rounded; up: the top left 48x48"})
    write_json("resampling", {"about": "bicubic down and up; picture cut to a multiple of the scale; "
               "symmetric edges, one rounding at the end; `-published`: clamped edges, 8 bits between rows and columns", "rows": rows})


def compressed(crops):
    rows = []
    for name in ("girl", "grass"):
        for quality in (10, 40, 75, 95):
            for subsampling, label in ((0, "444"), (2, "420")):
                file = f"{name}-q{quality}-{label}"
                Image.fromarray(crops[name]).save(TARGET / f"{file}.jpg", quality=quality, subsampling=subsampling)
                decoded = np.asarray(Image.open(TARGET / f"{file}.jpg"))
                row = {"picture": f"{name}.png", "file": f"{file}.jpg", "quality": quality, "subsampling": label,
                       "psnrRGB": psnr(decoded, crops[name])}
                if quality == 75:
                    save_png(f"{file}-decoded", decoded)
                    row["decoded"] = f"{file}-decoded.png"
                rows.append(row)
    write_json("jpeg", {"about": "Pillow's files; decoded by Pillow (libjpeg-turbo, slow integer DCT, fancy upsampling)", "rows": rows})


def main():
    check_resampling()
    TARGET.mkdir(parents=True, exist_ok=True)
    crops = {}
    for name, (file, y, x, height, width) in CROPS.items():
        crops[name] = read_rgb(DATA / f"gb82/{file}.png")[y : y + height, x : x + width].copy()
        save_png(name, crops[name])
    normal()
    quality(crops)
    awgn(crops)
    resampling(crops)
    compressed(crops)


if __name__ == "__main__":
    main()
