"""Arrays as NumPy and MNIST's format write them, for ArrayTests: 24 numbers in the shape [2, 3, 4].

    python PyTorch/make_fixtures_arrays.py
"""

import pathlib
import struct

import numpy

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/arrays"


def write_idx(name, array, code, kind):
    sides = b"".join(struct.pack(">I", side) for side in array.shape)
    (FOLDER / name).write_bytes(bytes([0, 0, code, array.ndim]) + sides + array.astype(kind).tobytes())


def main():
    numbers = (numpy.arange(24) * 7 % 251).reshape(2, 3, 4)
    numpy.save(FOLDER / "u1.npy", numbers.astype("u1"))
    numpy.save(FOLDER / "f8.npy", (numbers / 251).astype("<f8"))
    numpy.save(FOLDER / "i2-big.npy", (numbers - 100).astype(">i2"))
    numpy.save(FOLDER / "columns.npy", numpy.asfortranarray(numbers.astype("f4")))
    write_idx("u8-idx3-ubyte", numbers, 8, "u1")
    write_idx("f32.idx", numbers / 251, 13, ">f4")
    write_idx("labels-idx1-ubyte", numpy.array([3, 1]), 8, "u1")


if __name__ == "__main__":
    main()
