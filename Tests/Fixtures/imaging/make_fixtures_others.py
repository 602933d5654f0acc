"""Small BMP, GIF, Netpbm and WebP files, each with what Pillow 13 or NumPy says its samples are, as a PNG of the same name
(`NAME.EXT` and `NAME.EXT.png`). What Pillow cannot write is put together here, byte by byte.

    python make_fixtures_others.py others/
"""

import pathlib
import struct
import sys

import numpy
from PIL import Image, ImageCms

OUT = pathlib.Path(sys.argv[1])
OUT.mkdir(exist_ok=True)
W, H = 13, 7
y, x = numpy.mgrid[:H, :W]
RGB = numpy.stack([x * 19 % 256, y * 36 % 256, (x * y * 5 + 40) % 256], -1).astype(numpy.uint8)
ALPHA = ((x + y) * 13 % 256).astype(numpy.uint8)
ALPHA[:, :3] = 0
RGBA = numpy.dstack([RGB, ALPHA])
GREY = (x * 11 + y * 17).astype(numpy.uint8)


def expect(name, samples):
    Image.fromarray(samples).save(OUT / f"{name}.png")


def keep(name, data, samples):
    (OUT / name).write_bytes(data)
    expect(name, samples)


# BMP -----------------------------------------------------------------------------------------------------------------

def bmp(header, body, palette=b"", between=b""):
    offset = 14 + len(header) + len(between) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + header + between + palette + body


def info(bits, compression=0, height=H, colours=0, length=40, more=b""):
    header = struct.pack("<IiiHHIIiiII", length, W, height, 1, bits, compression, 0, 3780, 3780, colours, 0) + more
    return header.ljust(length, b"\0")


def padded(rows):
    return b"".join(row + b"\0" * (-len(row) % 4) for row in rows)


COLOURS = numpy.array([[0, 0, 0], [255, 0, 0], [10, 200, 30], [1, 2, 250], [90, 90, 91], [255, 255, 255]] + [[7, i, 9] for i in range(10)], numpy.uint8)
INDEX = ((x + 2 * y) % 6).astype(numpy.uint8)
QUADS = b"".join(bytes([b, g, r, 0]) for r, g, b in COLOURS)
up = INDEX[::-1]
keep("eight.bmp", bmp(info(8, colours=16), padded(r.tobytes() for r in up), QUADS), COLOURS[INDEX])
keep("four.bmp", bmp(info(4), padded(bytes((int(a) << 4) | int(b) for a, b in zip(r[0::2], numpy.append(r[1::2], 0))) for r in up), QUADS), COLOURS[INDEX])
bits = INDEX % 2
keep("one.bmp", bmp(info(1), padded(numpy.packbits(r).tobytes() for r in bits[::-1]), b"\0\0\0\0\xff\xff\xff\0"), bits * numpy.uint8(255))
keep("core.bmp", bmp(struct.pack("<IHHHH", 12, W, H, 1, 24), padded(r[:, ::-1].tobytes() for r in RGB[::-1])), RGB)
keep("down.bmp", bmp(info(24, height=-H), padded(r[:, ::-1].tobytes() for r in RGB)), RGB)
five = (RGB >> 3).astype(numpy.uint32)
fifteen = (five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2]).astype("<u2")
wide5 = ((five * 510 + 31) // 62).astype(numpy.uint8)
keep("fifteen.bmp", bmp(info(16), padded(r.tobytes() for r in fifteen[::-1])), wide5)
six = (RGB[..., 1] >> 2).astype(numpy.uint32)
sixteen = (five[..., 0] << 11 | six << 5 | five[..., 2]).astype("<u2")
wide = numpy.stack([wide5[..., 0], (six * 510 + 63) // 126, wide5[..., 2]], -1).astype(numpy.uint8)
keep("masks.bmp", bmp(info(16, 3), padded(r.tobytes() for r in sixteen[::-1]), between=struct.pack("<III", 0xF800, 0x7E0, 0x1F)), wide)
thirty = (RGBA[..., 3].astype(numpy.uint32) << 24 | RGB[..., 0].astype(numpy.uint32) | RGB[..., 1].astype(numpy.uint32) << 8 | RGB[..., 2].astype(numpy.uint32) << 16).astype("<u4")
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
five_header = struct.pack("<IIII", 0xFF, 0xFF00, 0xFF0000, 0xFF000000) + struct.pack("<I", 0x4D424544) + b"\0" * 48 + struct.pack("<IIII", 4, 124 + 4 * W * H, len(profile), 0)
keep("alpha.bmp", bmp(info(32, 3, length=124, more=five_header), padded(r.tobytes() for r in thirty[::-1])) + profile, RGBA)


def runs(row):
    out, i = b"", 0
    while i < len(row):
        n = 1
        while i + n < len(row) and row[i + n] == row[i]:
            n += 1
        if n == 1 and i + 3 <= len(row):
            out += bytes([0, 3]) + row[i:i + 3].tobytes() + b"\0"
            i += 3
        else:
            out += bytes([n, row[i]])
            i += n
    return out


BARS = numpy.repeat(INDEX[:, ::3], 3, 1)[:, :W]
BARS[3] = INDEX[3]
keep("runs.bmp", bmp(info(8, 1, colours=16), b"".join(runs(r) + b"\0\0" for r in BARS[::-1]) + b"\0\1", QUADS), COLOURS[BARS])
# Nothing covers the row in the middle and what is left of a step: colour 0.
left = numpy.zeros((H, W), numpy.uint8)
left[H - 1, :5] = 2
left[H - 1, 7:9] = [1, 3]
left[H - 3, 2:8] = [4, 5, 4, 5, 4, 5]
data = bytes([5, 0x22, 0, 2, 2, 0, 0, 0]) if False else bytes([5, 0x22]) + bytes([0, 2, 2, 0]) + bytes([2, 0x13]) + bytes([0, 0]) + bytes([0, 0]) + bytes([0, 2, 2, 0]) + bytes([0, 6, 0x45, 0x45, 0x45, 0]) + bytes([0, 1])
keep("steps.bmp", bmp(info(4, 2), data, QUADS), COLOURS[left])

# Netpbm --------------------------------------------------------------------------------------------------------------

keep("grey.pgm", b"P5\n# a comment\n13 7\n255\n" + GREY.tobytes(), GREY)
keep("ten.pgm", b"P5 13 7 1000\n" + (GREY.astype(numpy.uint16) * 3).astype(">u2").tobytes(), ((GREY.astype(numpy.int64) * 3 * 65535 * 2 + 1000) // 2000).astype(numpy.uint16))
wide16 = (GREY.astype(numpy.uint16) * 257 + 3)
keep("sixteen.pgm", b"P5 13 7 65535\n" + wide16.astype(">u2").tobytes(), wide16)
keep("colour.ppm", b"P6\n13 7\n255\n" + RGB.tobytes() + b"P6\n1 1\n255\nabc", RGB)
keep("fifteen.ppm", b"P6 13 7 15 " + (RGB >> 4).tobytes(), ((RGB >> 4) * numpy.uint8(17)))
keep("bits.pbm", b"P4\n13 7\n" + b"".join(numpy.packbits(r).tobytes() for r in bits), (1 - bits) * numpy.uint8(255))
keep("text.pbm", b"P1\n13 7\n" + b"\n".join(b"".join(b"01"[v:v + 1] for v in r) for r in bits) + b"\n", (1 - bits) * numpy.uint8(255))
keep("text.ppm", b"P3\n13 7 # size\n255\n" + b" ".join(str(v).encode() for v in RGB.ravel()) + b"\n", RGB)
keep("alpha.pam", b"P7\nWIDTH 13\nHEIGHT 7\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n" + RGBA.tobytes(), RGBA)

# GIF -----------------------------------------------------------------------------------------------------------------

palette = Image.fromarray(INDEX, "P")
palette.putpalette(COLOURS.tobytes())
palette.save(OUT / "colours.gif", interlace=0)
expect("colours.gif", COLOURS[INDEX])
big = Image.fromarray(((numpy.mgrid[:90, :120][0] * 7 + numpy.mgrid[:90, :120][1] * 13) % 251).astype(numpy.uint8), "P")
greys = [v for i in range(256) for v in (i, i, i)]
big.putpalette(greys)
big.save(OUT / "interlaced.gif", interlace=1)
expect("interlaced.gif", numpy.asarray(big))
palette.save(OUT / "transparent.gif", transparency=2, interlace=0)
expect("transparent.gif", numpy.asarray(Image.open(OUT / "transparent.gif").convert("RGBA")))
palette.save(OUT / "frames.gif", save_all=True, append_images=[palette.transpose(Image.FLIP_TOP_BOTTOM)] * 2, interlace=0)
expect("frames.gif", COLOURS[INDEX])
# The frame lies at 2, 1 on a larger screen.
plain = (OUT / "colours.gif").read_bytes()
moved = bytearray(plain)
moved[6:10] = struct.pack("<HH", W + 4, H + 3)
at = moved.index(b"\x2c\0\0\0\0")
moved[at + 1:at + 5] = struct.pack("<HH", 2, 1)
screen = numpy.zeros((H + 3, W + 4, 4), numpy.uint8)
screen[1:1 + H, 2:2 + W, :3] = COLOURS[INDEX]
screen[1:1 + H, 2:2 + W, 3] = 255
keep("moved.gif", bytes(moved), screen)

# WebP ----------------------------------------------------------------------------------------------------------------

exif = Image.Exif()
exif[0x010F] = "Retouch"
Image.fromarray(RGB).save(OUT / "lossless.webp", lossless=True)
expect("lossless.webp", RGB)
Image.fromarray(RGBA).save(OUT / "alpha.webp", lossless=True, exact=True, exif=exif, icc_profile=profile, xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
expect("alpha.webp", RGBA)
for name, picture in [("lossy.webp", RGB), ("lossyalpha.webp", RGBA)]:
    Image.fromarray(picture).save(OUT / name, quality=60)
    expect(name, numpy.asarray(Image.open(OUT / name)))
Image.fromarray(RGB).save(OUT / "frames.webp", save_all=True, append_images=[Image.fromarray(255 - RGB)], lossless=True)
expect("frames.webp", RGB)
