"""Makes the files of this folder. README.md says what they are and which versions made them.

Needs NumPy, Pillow, exiftool, a C compiler and libjpeg-turbo's headers. Nothing in the package needs it.
"""

import io
import json
import os
import struct
import subprocess
import tempfile
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
RANDOM = np.random.default_rng(2)


def path(*names):
    full = os.path.join(HERE, *names)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def store(name, data):
    with open(path(name), "wb") as file:
        file.write(data)


# PNG: written here from the standard, not by libpng.

PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    body = kind.encode() + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def packed_rows(samples, depth):
    """Rows of bytes from [height, width, channels] integers."""
    rows = []
    for row in samples:
        flat = row.reshape(-1)
        if depth == 16:
            rows.append(flat.astype(">u2").tobytes())
        elif depth == 8:
            rows.append(flat.astype("u1").tobytes())
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in flat)
            bits += "0" * (-len(bits) % 8)
            rows.append(bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)))
    return rows


def filtered(rows, step):
    """All five filters in turn."""
    out, above = b"", bytes(len(rows[0])) if rows else b""
    for number, row in enumerate(rows):
        kind = number % 5
        line = bytearray()
        for i, value in enumerate(row):
            a = row[i - step] if i >= step else 0
            b = above[i]
            c = above[i - step] if i >= step else 0
            if kind == 4:
                p = a + b - c
                guess = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            else:
                guess = (0, a, b, (a + b) // 2)[kind]
            line.append((value - guess) & 255)
        out += bytes([kind]) + bytes(line)
        above = row
    return out


def png(samples, color, depth, interlaced=False, chunks=b"", idat=200):
    height, width, channels = samples.shape
    step = max(1, channels * depth // 8)
    if interlaced:
        data = b""
        for x, y, dx, dy in PASSES:
            part = samples[y::dy, x::dx]
            if part.shape[0] and part.shape[1]:
                data += filtered(packed_rows(part, depth), step)
    else:
        data = filtered(packed_rows(samples, depth), step)
    data = zlib.compress(data, 9)
    out = b"\x89PNG\r\n\x1a\n"
    out += chunk("IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))) + chunks
    for i in range(0, len(data), idat):
        out += chunk("IDAT", data[i:i + idat])
    return out + chunk("IEND", b"")


def expected(name, samples):
    """Samples as they must come out: interleaved, 8 bits or 16 bits little-endian."""
    store(f"png/{name}.raw", samples.astype("<u2" if samples.dtype == np.uint16 else "u1").tobytes())


def make_png():
    height, width = 11, 13
    for color, channels, depths in [(0, 1, (1, 2, 4, 8, 16)), (2, 3, (8, 16)), (4, 2, (8, 16)), (6, 4, (8, 16))]:
        for depth in depths:
            samples = RANDOM.integers(0, 1 << depth, (height, width, channels)).astype(np.uint16)
            name = {0: "grey", 2: "rgb", 4: "greyalpha", 6: "rgba"}[color] + str(depth)
            store(f"png/{name}.png", png(samples, color, depth))
            store(f"png/{name}-interlaced.png", png(samples, color, depth, interlaced=True))
            full = samples if depth >= 8 else samples * (255 // ((1 << depth) - 1))
            expected(name, full if depth == 16 else full.astype(np.uint8))
            if color in (0, 2):
                # One colour is transparent.
                key = samples[3, 4]
                data = b"".join(struct.pack(">H", int(v)) for v in key)
                store(f"png/{name}-trns.png", png(samples, color, depth, chunks=chunk("tRNS", data)))
                opaque = np.where((samples == key).all(2, keepdims=True), 0, 65535 if depth == 16 else 255)
                both = np.concatenate([full, opaque], 2)
                expected(name + "-trns", both.astype(np.uint16 if depth == 16 else np.uint8))
    for depth in (1, 2, 4, 8):
        count = min(1 << depth, 40)
        samples = RANDOM.integers(0, count, (height, width, 1))
        palette = RANDOM.integers(0, 256, (count, 3)).astype(np.uint8)
        alpha = RANDOM.integers(0, 256, count - 1).astype(np.uint8)
        plte = chunk("PLTE", palette.tobytes())
        store(f"png/palette{depth}.png", png(samples, 3, depth, chunks=plte))
        store(f"png/palette{depth}-interlaced.png", png(samples, 3, depth, True, plte))
        store(f"png/palette{depth}-trns.png", png(samples, 3, depth, chunks=plte + chunk("tRNS", alpha.tobytes())))
        colours = palette[samples[:, :, 0]]
        expected(f"palette{depth}", colours)
        opaque = np.append(alpha, 255)[samples]
        expected(f"palette{depth}-trns", np.concatenate([colours, opaque.astype(np.uint8)], 2))
    samples = RANDOM.integers(0, 16, (height, width, 1))
    grey = RANDOM.integers(0, 256, (16, 1)).astype(np.uint8)
    alpha = RANDOM.integers(0, 256, 16).astype(np.uint8)
    plte = chunk("PLTE", np.repeat(grey, 3, 1).tobytes())
    store("png/palettegrey.png", png(samples, 3, 4, chunks=plte))
    expected("palettegrey", grey[samples[:, :, 0]])
    store("png/palettegrey-trns.png", png(samples, 3, 4, chunks=plte + chunk("tRNS", alpha.tobytes())))
    expected("palettegrey-trns", np.concatenate([grey[samples[:, :, 0]], alpha[samples]], 2))
    # An animation of two frames: the default image is the first.
    samples = RANDOM.integers(0, 256, (4, 4, 3))
    control = chunk("acTL", struct.pack(">II", 2, 0))
    frame = chunk("fcTL", struct.pack(">IIIIIHHBB", 0, 4, 4, 0, 0, 1, 10, 0, 0))
    data = png(samples, 2, 8, chunks=control + frame)
    second = chunk("fcTL", struct.pack(">IIIIIHHBB", 1, 4, 4, 0, 0, 1, 10, 0, 0))
    second += chunk("fdAT", struct.pack(">I", 2) + zlib.compress(filtered(packed_rows(255 - samples, 8), 3)))
    store("png/animated.png", data[:-12] + second + data[-12:])
    expected("animated", samples.astype(np.uint8))


# JPEG: encoded by Pillow and by a few lines of C (what Pillow cannot), decoded by Pillow.

ENCODER = r"""
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
/* encoder OUT WIDTH HEIGHT CHANNELS SPACE MODE H V < interleaved samples */
int main(int argc, char **argv) {
    int width = atoi(argv[2]), height = atoi(argv[3]), channels = atoi(argv[4]);
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr e;
    c.err = jpeg_std_error(&e);
    jpeg_create_compress(&c);
    FILE *out = fopen(argv[1], "wb");
    jpeg_stdio_dest(&c, out);
    c.image_width = width, c.image_height = height, c.input_components = channels;
    c.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, 85, TRUE);
    if (!strcmp(argv[5], "rgb")) jpeg_set_colorspace(&c, JCS_RGB);
    if (!strcmp(argv[5], "ycck")) jpeg_set_colorspace(&c, JCS_YCCK);
    if (!strcmp(argv[5], "cmyk")) c.write_Adobe_marker = FALSE;
    c.comp_info[0].h_samp_factor = atoi(argv[7]), c.comp_info[0].v_samp_factor = atoi(argv[8]);
    if (strstr(argv[6], "progressive")) jpeg_simple_progression(&c);
    if (strstr(argv[6], "arithmetic")) c.arith_code = TRUE;
    if (strstr(argv[6], "restart")) c.restart_interval = 3;
    static jpeg_scan_info separate[4];
    if (strstr(argv[6], "separate")) {
        for (int i = 0; i < channels; i++) separate[i] = (jpeg_scan_info){1, {i}, 0, 63, 0, 0};
        c.scan_info = separate, c.num_scans = channels;
    }
    jpeg_start_compress(&c, TRUE);
    unsigned char *row = malloc(width * channels);
    while (c.next_scanline < c.image_height) {
        if (fread(row, channels, width, stdin) != (size_t)width) return 1;
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    fclose(out);
    return 0;
}
"""


def photograph(height, width, channels):
    """Something smooth with an edge and a little noise."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [128 + 90 * np.sin(x / (5.0 + c) + c) * np.cos(y / (7.0 - c)) + 30 * (x > y + 5 * c) for c in range(channels)]
    noisy = np.stack(planes, 2) + RANDOM.normal(0, 4, (height, width, channels))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def decoded(name):
    image = Image.open(path(f"jpeg/{name}.jpg"))
    return np.asarray(image)


def make_jpeg(encoder):
    height, width = 37, 45
    rgb, grey, cmyk = photograph(height, width, 3), photograph(height, width, 1), photograph(height, width, 4)

    def encode(name, samples, space="default", mode="baseline", h=1, v=1):
        subprocess.run(
            [encoder, path(f"jpeg/{name}.jpg"), str(width), str(height), str(samples.shape[2]), space, mode, str(h), str(v)],
            input=samples.tobytes(), check=True)

    encode("grey", grey)
    encode("grey-progressive", grey, mode="progressive")
    for h, v in [(1, 1), (2, 1), (2, 2), (1, 2), (4, 1), (4, 2)]:
        encode(f"ycc{h}x{v}", rgb, h=h, v=v)
        encode(f"ycc{h}x{v}-progressive", rgb, mode="progressive", h=h, v=v)
    encode("rgb", rgb, space="rgb")
    encode("restart", rgb, mode="restart", h=2, v=2)
    encode("separate", rgb, mode="separate", h=2, v=2)
    encode("arithmetic", rgb, mode="arithmetic", h=2, v=2)
    encode("ycck", cmyk, space="ycck")
    encode("cmyk", cmyk, space="cmyk")
    for name in ["grey", "ycc1x1", "ycc2x1", "ycc2x2", "ycc1x2", "ycc4x1", "ycc4x2", "rgb", "restart", "separate"]:
        store(f"jpeg/{name}.raw", decoded(name).tobytes())

    # CMYK as Adobe stores it, with a profile; and what Little CMS makes of it.
    profile = cmyk_profile()
    store("jpeg/cmyk.icc", profile)
    image = Image.fromarray(cmyk, "CMYK")
    image.save(path("jpeg/cmyk-profile.jpg"), quality=85, icc_profile=profile)
    image = Image.open(path("jpeg/cmyk-profile.jpg"))
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), "CMYK", "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, flags=ImageCms.Flags.BLACKPOINTCOMPENSATION)
    store("jpeg/cmyk-profile.raw", np.asarray(ImageCms.applyTransform(image, transform)).tobytes())
    # Pillow takes every CMYK JPEG as inverted; the plain formula is computed here.
    for name, inverted in [("ycck", True), ("cmyk", False)]:
        light = 255 - np.asarray(Image.open(path(f"jpeg/{name}.jpg"))).astype(np.int64)
        if not inverted:
            light = 255 - light
        rgb_out = np.floor(light[:, :, :3] * light[:, :, 3:] / 255 + 0.5).astype(np.uint8)
        store(f"jpeg/{name}.raw", rgb_out.tobytes())


def lab(r, g, b):
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (r, g, b)]
    matrix = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
    xyz = matrix @ linear / np.array([0.9642, 1.0, 0.8249])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def cmyk_profile():
    """A small printer profile: ink that is a little dirty, as a lut8 of 3 x 3 x 3 x 3 points."""
    def tag(kind, data):
        return kind.encode() + bytes(4) + data
    table = bytearray()
    for c in (0, .5, 1):
        for m in (0, .5, 1):
            for y in (0, .5, 1):
                for k in (0, .5, 1):
                    r = (1 - .95 * c) * (1 - .15 * m) * (1 - .03 * y) * (1 - .92 * k)
                    g = (1 - .35 * c) * (1 - .88 * m) * (1 - .08 * y) * (1 - .92 * k)
                    b = (1 - .10 * c) * (1 - .45 * m) * (1 - .90 * y) * (1 - .92 * k)
                    l, a, bb = lab(r, g, b)
                    table += bytes([round(l * 2.55), round(min(255, max(0, a + 128))), round(min(255, max(0, bb + 128)))])
    identity = struct.pack(">9i", *[v << 16 for v in (1, 0, 0, 0, 1, 0, 0, 0, 1)])
    ramp = bytes(range(256))
    lut = tag("mft1", bytes([4, 3, 3, 0]) + identity + ramp * 4 + bytes(table) + ramp * 3)
    text = b"A test's CMYK\0"
    desc = tag("desc", struct.pack(">I", len(text)) + text + bytes(8) + bytes(3) + bytes(67))
    white = tag("XYZ ", struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D))
    tags = [("desc", desc), ("cprt", tag("text", b"CC0\0")), ("wtpt", white), ("A2B0", lut)]
    offset = 128 + 4 + 12 * len(tags)
    directory, body = struct.pack(">I", len(tags)), b""
    for name, data in tags:
        data += bytes(-len(data) % 4)
        directory += name.encode() + struct.pack(">II", offset + len(body), len(data))
        body += data
    header = struct.pack(">I", 128 + len(directory) + len(body)) + b"lcms" + struct.pack(">I", 0x02400000)
    header += b"prtrCMYKLab " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 + 4 + 4 + 4 + 8 + 4)
    header += struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return header + bytes(128 - len(header)) + directory + body


# EXIF: written by exiftool.

def make_exif():
    with tempfile.TemporaryDirectory() as folder:
        for order, name in [("Little-endian", "II"), ("Big-endian", "MM")]:
            file = path(f"exif/{name}.jpg")
            thumbnail = os.path.join(folder, "thumbnail.jpg")
            Image.fromarray(photograph(12, 16, 3)).save(thumbnail, quality=30)
            Image.fromarray(photograph(24, 32, 3)).save(file, quality=60, dpi=(300, 240))
            subprocess.run(
                ["exiftool", "-q", "-overwrite_original", f"-ExifByteOrder={order}", "-Orientation#=6", "-Make=Maker",
                 "-Model=A camera", "-DateTimeOriginal=1977:05:04 12:30:00", "-ExifImageWidth=32",
                 "-ExifImageHeight=24", "-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-InteropIndex=R98",
                 "-ColorSpace=65535", "-UserComment=kept", f"-ThumbnailImage<={thumbnail}"]
                + (["-Software=A scanner's own program, version 7"] if name == "MM" else [])
                + ["-XMP:Creator=Somebody", "-XMP-tiff:Orientation#=6", "-XMP-exif:ExifImageWidth=32", file], check=True)
    # What the eight orientations look like, by Pillow.
    stored = np.arange(20, dtype=np.uint8).reshape(4, 5) * 12
    shown = {}
    for value in range(1, 9):
        image = Image.fromarray(stored)
        exif = Image.Exif()
        exif[0x0112] = value
        buffer = io.BytesIO()
        image.save(buffer, "PNG", exif=exif)
        turned = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(buffer.getvalue()))))
        shown[str(value)] = {"height": turned.shape[0], "width": turned.shape[1], "samples": turned.reshape(-1).tolist()}
    store("exif/orientations.json", json.dumps(
        {"height": 4, "width": 5, "samples": stored.reshape(-1).tolist(), "shown": shown}).encode())


# Resampling: matrices after MATLAB's imresize, in Float64.

def kernel(name, x):
    a = np.abs(x)
    if name == "bicubic":
        return (1.5 * a**3 - 2.5 * a**2 + 1) * (a <= 1) + (-0.5 * a**3 + 2.5 * a**2 - 4 * a + 2) * ((1 < a) & (a <= 2))
    if name == "bilinear":
        return np.maximum(0, 1 - a)
    return ((x >= -0.5) & (x < 0.5)).astype(float)


def matrix(name, n, m, scale, edges, antialiased):
    width = {"bicubic": 4, "bilinear": 2, "box": 1}[name]
    shrink = scale if antialiased and scale < 1 else 1.0
    result = np.zeros((m, n))
    for out in range(m):
        centre = (out + 1) / scale + 0.5 * (1 - 1 / scale)
        left = int(np.floor(centre - width / shrink / 2))
        places = np.arange(left, left + int(np.ceil(width / shrink)) + 2)
        weights = shrink * kernel(name, shrink * (centre - places))
        weights /= weights.sum()
        mirror = np.concatenate([np.arange(n), np.arange(n)[::-1]])
        for place, weight in zip(places, weights):
            result[out, mirror[(place - 1) % (2 * n)] if edges == "symmetric" else min(max(place - 1, 0), n - 1)] += weight
    return result


def make_resampling():
    cases = []
    for name, height, width, scale, size in [
        ("bicubic", 12, 9, 1 / 2, None), ("bicubic", 12, 9, 1 / 3, None), ("bicubic", 9, 14, 1 / 4, None),
        ("bicubic", 5, 4, 2, None), ("bicubic", 3, 5, 3, None), ("bicubic", 3, 2, 4, None), ("bicubic", 1, 1, 3, None),
        ("bicubic", 13, 7, None, (5, 11)), ("bicubic", 2, 11, None, (7, 3)), ("bilinear", 12, 9, 1 / 3, None),
        ("bilinear", 5, 4, 2, None), ("box", 12, 8, 1 / 4, None), ("box", 7, 5, None, (3, 2)), ("box", 3, 2, 2, None),
    ]:
        for edges in ("symmetric", "replicated"):
            samples = RANDOM.integers(0, 256, (height, width)).astype(float)
            scales = (scale, scale) if scale else (size[0] / height, size[1] / width)
            size_out = size or tuple(int(np.ceil(scale * n)) for n in (height, width))
            down = matrix(name, height, size_out[0], scales[0], edges, True)
            across = matrix(name, width, size_out[1], scales[1], edges, True)

            def whole(values):
                # Sums of quarters and sixteenths are exact but for their last bits: halves go up.
                return np.clip(np.floor(values + 0.5 + 1e-9), 0, 255)
            if scales[0] <= scales[1]:
                rounded = whole(whole(down @ samples) @ across.T)
            else:
                rounded = whole(down @ whole(samples @ across.T))
            cases.append({
                "kernel": name, "edges": edges, "scale": scale, "height": height, "width": width,
                "outputHeight": size_out[0], "outputWidth": size_out[1], "samples": samples.reshape(-1).astype(int).tolist(),
                "exact": [round(v, 9) for v in (down @ samples @ across.T).reshape(-1).tolist()],
                "rounded": rounded.reshape(-1).astype(int).tolist()})
    store("resampling.json", json.dumps(cases).encode())


if __name__ == "__main__":
    make_png()
    with tempfile.TemporaryDirectory() as folder:
        source, encoder = os.path.join(folder, "encoder.c"), os.path.join(folder, "encoder")
        with open(source, "w") as file:
            file.write(ENCODER)
        subprocess.run(["cc", "-O1", "-o", encoder, source, "-ljpeg"], check=True)
        make_jpeg(encoder)
    make_exif()
    make_resampling()
