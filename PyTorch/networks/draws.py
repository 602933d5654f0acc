"""The random numbers that training in Swift draws (`RandomStream`), to the bit: sixteen generators xoshiro128++."""

import numpy as np

MASK = (1 << 64) - 1


def mixed(value):
    z = (value + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def stream_seed(stream, seed=0):
    """Of a network's own draws: dropout n has the stream 2 n + 1, the term n of the objective 2 n + 2."""
    return (seed + stream * 0x9E3779B97F4A7C15) & MASK


class RandomStream:
    def __init__(self, seed, first=0, second=0):
        state = mixed(mixed(mixed(seed) ^ (first & MASK)) ^ (second & MASK))
        self.s = []
        for _ in range(4):
            lanes = []
            for _ in range(8):
                state = (state + 0x9E3779B97F4A7C15) & MASK
                word = mixed(state)
                lanes += [word & 0xFFFFFFFF, word >> 32]
            self.s.append(np.array(lanes, np.uint32))

    def next_words(self):
        def turned(x, k):
            return (x << np.uint32(k)) | (x >> np.uint32(32 - k))

        s = self.s
        result = turned(s[0] + s[3], 7) + s[0]
        shifted = s[1] << np.uint32(9)
        s[2] = s[2] ^ s[0]
        s[3] = s[3] ^ s[1]
        s[1] = s[1] ^ s[2]
        s[0] = s[0] ^ s[3]
        s[2] = s[2] ^ shifted
        s[3] = turned(s[3], 11)
        return result

    def words(self, count):
        return np.concatenate([self.next_words() for _ in range(-(-count // 16))])[:count]

    def normals(self, count):
        """Box and Muller's method; in Float64, where the Swift one has polynomials in Float32 (3e-6 apart)."""
        parts = []
        for _ in range(-(-count // 32)):
            word, angle = self.next_words(), self.next_words()
            u = 1 - (word >> np.uint32(9)).astype(np.float64) * 2.0**-23
            a = ((angle >> np.uint32(9)).astype(np.float64) * 2.0**-23 - 0.5) * (np.pi / 2)
            radius = np.sqrt(-np.log(u))
            first = radius * (np.cos(a) - np.sin(a)) * np.where(angle & np.uint32(1), -1, 1)
            second = radius * (np.cos(a) + np.sin(a)) * np.where(angle & np.uint32(2), -1, 1)
            parts += [first, second]
        return np.concatenate(parts)[:count]
