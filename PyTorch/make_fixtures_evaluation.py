"""Makes Tests/Fixtures/evaluation: what `retouch evaluate` must print and write, from the same files.

Noise by NumPy, the network by PyTorch in float32, PSNR and SSIM by scikit-image in float64 and by the twin's own, which must
agree.
"""

import json
from pathlib import Path

import numpy as np
import skimage
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from metrics import luma, psnr, ssim
from networks import load_model, restored
from pictures import read_rgb
from validate import as_picture

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ["city.png", "girl.png", "grass.png"]
MODEL = "1x-Denoise-S"


def figures(picture, clean):
    """PSNR of RGB, R, G, B and Y and SSIM of RGB and Y, on 0...255."""
    found = {"psnr RGB": (picture, clean), "psnr Y": (luma(picture), luma(clean))}
    found |= {f"psnr {name}": (picture[..., c], clean[..., c]) for c, name in enumerate("RGB")}
    result = {}
    for name, (a, b) in found.items():
        a, b = a.astype(np.float64), b.astype(np.float64)
        result[name] = peak_signal_noise_ratio(b, a, data_range=255)
        assert abs(result[name] - psnr(a, b)) < 1e-9
    for name, a, b in [("RGB", picture, clean), ("Y", luma(picture), luma(clean))]:
        a, b = a.astype(np.float64), b.astype(np.float64)
        value = structural_similarity(
            b, a, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255,
            channel_axis=2 if name == "RGB" else None)
        assert abs(value - ssim(a, b)) < 1e-9
        result[f"ssim {name}"] = value
    return result


def main():
    network = load_model(ROOT / f"models/{MODEL}/model.safetensors")
    rows = []
    for name in PICTURES:
        clean = read_rgb(ROOT / "Tests/Fixtures/anchors" / name)
        for sigma in [15, 50]:
            np.random.seed(0)
            noisy = clean / 255 + np.random.normal(0, sigma / 255, clean.shape)
            x = torch.from_numpy(noisy).float().permute(2, 0, 1)[None]
            with torch.no_grad():
                after = as_picture(restored(network, x))
            rows.append({"picture": name, "corruption": f"gaussian:{sigma}",
                         "before": figures(noisy * 255, clean), "after": figures(after, clean)})
    target = ROOT / "Tests/Fixtures/evaluation"
    target.mkdir(exist_ok=True)
    versions = {"numpy": np.__version__, "scikit-image": skimage.__version__, "torch": torch.__version__}
    (target / "figures.json").write_text(json.dumps({"versions": versions, "model": MODEL, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
