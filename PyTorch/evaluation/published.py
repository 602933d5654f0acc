"""What the literature reports on the sets that our cards have figures on; `cards.py` writes the rows into the cards.

PSNR in dB as published (Y for JPEG in grey and for upscaling, else all channels), each with what the method is told and its
multiply-adds a pixel of the result. Sources: the figures and tables of cszn/FFDNet, cszn/DPIR, cszn/SCUNet (white noise),
jiaxi-jiang/FBCNN and ofsoundof/GRL (JPEG), sunny2109/SAFMN and Zheng222/IMDN (upscaling).
"""

NOISE = [f"gaussian:{sigma}" for sigma in (15, 25, 50, 75)]
JPEG = [f"jpeg:{quality}:sampling=420:dy=0:dx=0" for quality in (10, 20, 30, 40)]

# Method, note, multiply-adds a pixel, protocol, {set: {corruption: dB}}.
TABLE = [
    ("CBM3D", "noise-conditioned", None, "awgn", {"CBSD68": dict(zip(NOISE, (33.52, 30.71, 27.38, 25.74)))}),
    ("FFDNet", "noise-conditioned", 213_000, "awgn", {"CBSD68": dict(zip(NOISE, (33.87, 31.21, 27.96, 26.24)))}),
    ("DnCNN-B", "blind", 667_000, "awgn", {"CBSD68": dict(zip(NOISE, (33.90, 31.24, 27.95, 24.47)))}),
    ("DRUNet", "noise-conditioned", 2_118_000, "awgn", {"CBSD68": dict(zip(NOISE, (34.30, 31.69, 28.51)))}),
    ("BM3D", "noise-conditioned", None, "awgn", {"BSD68": dict(zip(NOISE, (31.08, 28.57, 25.60))), "Set12": {NOISE[1]: 29.97}}),
    ("FFDNet", "noise-conditioned", 121_000, "awgn",
     {"BSD68": dict(zip(NOISE, (31.63, 29.19, 26.29))), "Set12": {NOISE[1]: 30.43}}),
    ("DnCNN-B", "blind", 667_000, "awgn",
     {"BSD68": dict(zip(NOISE, (31.61, 29.16, 26.23))), "Set12": {NOISE[1]: 30.35}}),
    ("DRUNet", "noise-conditioned", 2_118_000, "awgn",
     {"BSD68": dict(zip(NOISE, (31.91, 29.48, 26.59))), "Set12": {NOISE[1]: 30.94}}),
    ("DnCNN-3", "blind", 667_000, "jpeg",
     {"LIVE1_gray": dict(zip(JPEG, (29.19, 31.59, 32.98, 33.96))), "Classic5": dict(zip(JPEG, (29.40, 31.63, 32.91, 33.77)))}),
    ("FBCNN", "blind", None, "jpeg",
     {"LIVE1_gray": dict(zip(JPEG, (29.75, 32.13, 33.54, 34.53))), "Classic5": dict(zip(JPEG, (30.12, 32.31, 33.54, 34.35))),
      "LIVE1": dict(zip(JPEG, (27.77, 30.11, 31.43, 32.34)))}),
    ("QGAC", "blind", None, "jpeg", {"LIVE1": dict(zip(JPEG, (27.62, 29.88, 31.17, 32.05)))}),
    ("FSRCNN", None, 6_500, "sr-y", {"Set5": {"bicubic:2": 37.00}, "Set14": {"bicubic:2": 32.63}}),
    ("VDSR", None, 665_000, "sr-y",
     {"Set5": {"bicubic:2": 37.53, "bicubic:4": 31.35}, "Set14": {"bicubic:2": 33.03, "bicubic:4": 28.01}}),
    ("SAFMN", None, 56_000, "sr-rgb", {"Set5": {"bicubic:2": 38.00}, "Set14": {"bicubic:2": 33.54}}),
    ("SAFMN", None, 15_000, "sr-rgb", {"Set5": {"bicubic:4": 32.18}, "Set14": {"bicubic:4": 28.60}}),
]


def beside(quality):
    """The published rows of the sets and corruptions that `quality`, a card's own rows, has, method by method."""
    ours = {(row["set"], row.get("corruption")) for row in quality}
    found = []
    for method, note, work, protocol, sets in TABLE:
        rows = [{"set": name, "protocol": protocol, "corruption": corruption, "psnr": psnr}
                for name, figures in sets.items() for corruption, psnr in figures.items() if (name, corruption) in ours]
        if rows:
            entry = {"method": method, "note": note, "multiplyAddsPerPixel": work, "quality": rows}
            found.append({key: value for key, value in entry.items() if value is not None})
    return found
