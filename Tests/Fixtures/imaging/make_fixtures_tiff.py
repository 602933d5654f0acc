"""Makes the files of tiff/. README.md says what they are and which versions made them.

The files are written here from the specification of TIFF 6, not by libtiff, but for those of JPEG, CCITT and old ways.
Needs NumPy, Pillow, imagecodecs and libtiff-tools. Nothing in the package needs it.
"""

import io
import os
import struct
import subprocess
import zlib

import imagecodecs
import numpy as np
from PIL import Image, ImageCms

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tiff")
WIDTH, HEIGHT = 13, 11


def picture(channels, bits):
    """The samples that TIFFFixture.sample computes too."""
    y, x, c = np.mgrid[:HEIGHT, :WIDTH, :channels]
    return (x * 37 + y * 91 + c * 59 + x * y * 7) % (1 << bits)


def packed(rows, bits, order):
    """Bytes of [height, width, channels] integers, or of floats where bits is a dtype."""
    out = b""
    for row in rows:
        flat = row.reshape(-1)
        if isinstance(bits, str):
            out += flat.astype(order + bits).tobytes()
        elif bits == 8:
            out += flat.astype("u1").tobytes()
        elif bits in (16, 32):
            out += flat.astype(f"{order}u{bits // 8}").tobytes()
        elif bits == 24:
            out += b"".join(int(v).to_bytes(3, "little" if order == "<" else "big") for v in flat)
        else:
            text = "".join(format(int(v), f"0{bits}b") for v in flat)
            text += "0" * (-len(text) % 8)
            out += bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
    return out


def compressed(data, scheme):
    return {
        1: lambda d: d, 5: imagecodecs.lzw_encode, 8: zlib.compress, 32773: imagecodecs.packbits_encode,
        50000: imagecodecs.zstd_encode, 34925: imagecodecs.lzma_encode,
    }[scheme](data)


def block(samples, bits, order, scheme, predictor, fill):
    if predictor == 2:
        first = samples.astype(np.int64)
        samples = first.copy()
        samples[:, 1:] = (first[:, 1:] - first[:, :-1]) % (1 << bits)
    data = packed(samples, bits, order)
    if fill == 2:
        data = bytes(int(format(b, "08b")[::-1], 2) for b in data)
    return compressed(data, scheme)


TYPES = {1: "B", 2: "c", 3: "H", 4: "I", 5: "I", 7: "B", 10: "i", 12: "d", 13: "I", 16: "Q"}


def entry_bytes(kind, values, order):
    if kind in (1, 2, 7):
        return bytes(values), len(values) // (1 if kind != 5 else 2)
    data = struct.pack(f"{order}{len(values)}{TYPES[kind]}", *values)
    return data, len(values) // (2 if kind in (5, 10) else 1)


def directory(tags, offset, order, big, following=0):
    """One directory at `offset`, its values behind it; tags is {tag: (type, values)}."""
    inside = 8 if big else 4
    head = struct.pack(order + ("Q" if big else "H"), len(tags))
    values_at = offset + len(head) + len(tags) * (20 if big else 12) + inside
    entries, values = b"", b""
    for tag in sorted(tags):
        data, count = entry_bytes(*tags[tag], order)
        entries += struct.pack(order + ("HHQ" if big else "HHI"), tag, tags[tag][0], count)
        if len(data) <= inside:
            entries += data.ljust(inside, b"\0")
        else:
            entries += struct.pack(order + ("Q" if big else "I"), values_at + len(values))
            values += data + b"\0" * (len(data) % 2)
    return head + entries + struct.pack(order + ("Q" if big else "I"), following) + values


def header(first, order, big):
    mark = b"II" if order == "<" else b"MM"
    if big:
        return mark + struct.pack(order + "HHHQ", 43, 8, 0, first)
    return mark + struct.pack(order + "HI", 42, first)


def page(samples, bits, photometric, order="<", big=False, planar=1, tile=None, rows=None, scheme=1, predictor=1,
         fill=1, extra=(), form=1, tags=None, offset=None, following=0):
    """Strips or tiles at `offset`, then the directory. Returns the bytes and where the directory lies."""
    height, width, channels = samples.shape
    offset = offset if offset is not None else (16 if big else 8)
    planes = [samples[..., c:c + 1] for c in range(channels)] if planar == 2 else [samples]
    blocks = []
    for plane in planes:
        if tile:
            for y in range(0, height, tile[1]):
                for x in range(0, width, tile[0]):
                    part = np.zeros((tile[1], tile[0], plane.shape[2]), plane.dtype)
                    cut = plane[y:y + tile[1], x:x + tile[0]]
                    part[:cut.shape[0], :cut.shape[1]] = cut
                    blocks.append(block(part, bits, order, scheme, predictor, fill))
        else:
            step = rows or height
            blocks += [block(plane[y:y + step], bits, order, scheme, predictor, fill) for y in range(0, height, step)]
    offsets, data = [], b""
    for part in blocks:
        offsets.append(offset + len(data))
        data += part + b"\0" * (len(part) % 2)
    depth = {"f2": 16, "f4": 32, "f8": 64}.get(bits, bits)
    kind = 16 if big else 4
    every = {
        256: (4, [width]), 257: (4, [height]), 258: (3, [depth] * channels), 259: (3, [scheme]), 262: (3, [photometric]),
        277: (3, [channels]), 284: (3, [planar]),
    }
    if tile:
        every |= {322: (4, [tile[0]]), 323: (4, [tile[1]]), 324: (kind, offsets), 325: (kind, [len(b) for b in blocks])}
    else:
        every |= {273: (kind, offsets), 278: (4, [rows or height]), 279: (kind, [len(b) for b in blocks])}
    if predictor != 1:
        every[317] = (3, [predictor])
    if fill != 1:
        every[266] = (3, [fill])
    if extra:
        every[338] = (3, list(extra))
    if form != 1:
        every[339] = (3, [form] * channels)
    every |= tags or {}
    at = offset + len(data)
    return data + directory(every, at, order, big, following), at


def store(name, data):
    os.makedirs(HERE, exist_ok=True)
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)


def save(name, samples, bits, photometric, **options):
    order, big = options.get("order", "<"), options.get("big", False)
    data, at = page(samples, bits, photometric, **options)
    store(name + ".tif", header(at, order, big) + data)


def plain():
    for bits in (1, 2, 4, 6, 8, 12, 16, 24, 32):
        save(f"grey{bits}", picture(1, bits), bits, 1, rows=4)
        save(f"grey{bits}-white", picture(1, bits), bits, 0, order=">")
    for bits in (8, 16):
        for order, big, name in (("<", False, "II"), (">", False, "MM"), ("<", True, "big-II"), (">", True, "big-MM")):
            save(f"rgb{bits}-{name}", picture(3, bits), bits, 2, order=order, big=big, rows=3)
        save(f"rgb{bits}-planar", picture(3, bits), bits, 2, order=">", planar=2, rows=5)
        save(f"rgb{bits}-tiles", picture(3, bits), bits, 2, order=">", tile=(16, 16), scheme=8)
        save(f"rgb{bits}-planar-tiles", picture(3, bits), bits, 2, tile=(16, 16), planar=2, scheme=5)
        for scheme, name in ((5, "lzw"), (8, "deflate")):
            save(f"rgb{bits}-{name}", picture(3, bits), bits, 2, order=">", scheme=scheme, predictor=2, rows=4)
        save(f"rgba{bits}", picture(4, bits), bits, 2, extra=[2])
        save(f"rgbx{bits}", picture(4, bits), bits, 2, extra=[0])
        save(f"greyalpha{bits}", picture(2, bits), bits, 1, extra=[2], planar=2)
    save("rgb8-packbits", picture(3, 8), 8, 2, scheme=32773)
    save("rgb8-zstd", picture(3, 8), 8, 2, scheme=50000)
    save("rgb8-lzma", picture(3, 8), 8, 2, scheme=34925)
    save("rgb4", picture(3, 4), 4, 2)
    save("grey1-fill", picture(1, 1), 1, 1, fill=2)
    save("grey4-tiles", picture(1, 4), 4, 1, tile=(16, 16))
    # Colours of a palette are those of the picture with three channels, in a row.
    for bits in (1, 2, 4, 8):
        table = [int(v) * 257 for c in range(3) for v in (np.arange(1 << bits) * (29 + 8 * c) + c) % 256]
        save(f"palette{bits}", picture(1, bits), bits, 3, tags={320: (3, table)})
    # Associated alpha: colours are what their sums leave.
    alpha = picture(4, 8)
    alpha[..., :3] = alpha[..., :3] * alpha[..., 3:] // 255
    save("associated8", alpha, 8, 2, extra=[1])
    values = picture(1, 16)[..., :1] / 40000.0 - 0.1
    for bits in ("f2", "f4", "f8"):
        save(f"grey-{bits}", values, bits, 1, form=3, order=">")
    values[2, 3] = np.nan
    save("grey-nan", values, "f4", 1, form=3)
    data, at = page(picture(1, 8), 8, 1, rows=4, tags={273: (4, [8, 0, 8 + 2 * 4 * WIDTH]), 279: (4, [52, 0, 39])})
    store("grey8-sparse.tif", header(at, "<", False) + data)


def coded():
    """Through Pillow's libtiff: CCITT, JPEG."""
    bilevel = Image.fromarray((picture(1, 1)[..., 0] * 255).astype("u1")).convert("1")
    for name, scheme in (("g3", "group3"), ("g4", "group4"), ("rle", "tiff_ccitt")):
        bilevel.save(os.path.join(HERE, f"grey1-{name}.tif"), compression=scheme)
    y, x, c = np.mgrid[:40, :48, :3]
    smooth = (80 + 60 * np.sin(x / 9 + c) + 50 * np.cos(y / 7 - c)).astype("u1")
    Image.fromarray(smooth).save(os.path.join(HERE, "plain.tif"))
    for name, options in (("jpeg-rgb", "jpeg:r:90"), ("jpeg-ycc", "jpeg:90")):
        subprocess.run(["tiffcp", "-c", options, "-r", "16", os.path.join(HERE, "plain.tif"),
                        os.path.join(HERE, name + ".tif")], check=True)
        store(name + ".raw", np.asarray(Image.open(os.path.join(HERE, name + ".tif")).convert("RGB")).tobytes())
    subprocess.run(["tiffcp", "-c", "jpeg:90", "-t", "-w", "16", "-l", "16", os.path.join(HERE, "plain.tif"),
                    os.path.join(HERE, "jpeg-tiles.tif")], check=True)
    store("jpeg-tiles.raw", np.asarray(Image.open(os.path.join(HERE, "jpeg-tiles.tif")).convert("RGB")).tobytes())
    os.remove(os.path.join(HERE, "plain.tif"))


def ycc():
    """YCbCr without JPEG, two by two, by the formula of TIFF 6 with its own numbers."""
    y, x = np.mgrid[:12, :16]
    luma = (x * 13 + y * 7) % 200 + 20
    cb, cr = 100 + (x // 2) * 4, 150 - (y // 2) * 5
    units = b""
    for j in range(0, 12, 2):
        for i in range(0, 16, 2):
            units += bytes([luma[j, i], luma[j, i + 1], luma[j + 1, i], luma[j + 1, i + 1], cb[j, i], cr[j, i]])
    tags = {256: (4, [16]), 257: (4, [12]), 258: (3, [8, 8, 8]), 259: (3, [1]), 262: (3, [6]), 277: (3, [3]),
            273: (4, [8]), 278: (4, [12]), 279: (4, [len(units)]), 284: (3, [1]), 530: (3, [2, 2]),
            532: (5, [0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1])}
    store("ycc.tif", header(8 + len(units), "<", False) + units + directory(tags, 8 + len(units), "<", False))
    rgb = np.stack([luma + 1.402 * (cr - 128), luma - 0.114 * 1.772 / 0.587 * (cb - 128) - 0.299 * 1.402 / 0.587
                    * (cr - 128), luma + 1.772 * (cb - 128)], -1)
    store("ycc.raw", np.clip(np.round(rgb), 0, 255).astype("u1").tobytes())


def colours():
    """CMYK and Lab, by Little CMS through Pillow."""
    profile = open(os.path.join(HERE, "..", "jpeg", "cmyk.icc"), "rb").read()
    cmyk = picture(4, 8).astype("u1")
    save("cmyk8", cmyk, 8, 5)
    save("cmyk8-profile", cmyk, 8, 5, tags={34675: (7, profile)})
    save("cmyk16-profile", cmyk.astype("u2") * 257, 16, 5, tags={34675: (7, profile)})
    transform = ImageCms.buildTransform(
        io.BytesIO(profile), ImageCms.createProfile("sRGB"), "CMYK", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION)
    image = Image.frombytes("CMYK", (WIDTH, HEIGHT), cmyk.tobytes())
    store("cmyk-profile.raw", ImageCms.applyTransform(image, transform).tobytes())
    # Lab of the gamut of sRGB, so that clipping plays no part.
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    lab = np.stack([90 + x * 8, 128 + (y - 5) * 3, 128 + (x - 6) * 2], -1)
    signed = lab.copy()
    signed[..., 1:] = (signed[..., 1:] - 128) % 256
    save("lab8", signed, 8, 8)
    save("icclab8", lab, 8, 9)
    save("lab16", np.concatenate([lab[..., :1] * 257, (lab[..., 1:] - 128) * 256 % 65536], -1), 16, 8)
    save("icclab16", lab * 256, 16, 9)
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("LAB", 5000), ImageCms.createProfile("sRGB"), "LAB", "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOOPTIMIZE)
    image = Image.frombytes("LAB", (WIDTH, HEIGHT), signed.astype("u1").tobytes())
    store("lab.raw", ImageCms.applyTransform(image, transform).tobytes())


if __name__ == "__main__":
    plain()
    coded()
    ycc()
    colours()
