"""Byte strings as numbers: one by one and many at once, found again by their hashes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.inference.hashing import PADDING, Hashes, HashTable, hash_one, hash_ranges

STRINGS = st.lists(st.one_of(st.binary(max_size=40), st.integers(2030, 2060).map(lambda n: b"x" * n)), max_size=20)


def hashed(strings: list[bytes]) -> Hashes:
    """The hashes of strings that lie side by side in a buffer."""
    lengths = np.array([len(one) for one in strings], np.int64)
    return hash_ranges(b"".join(strings) + bytes(PADDING), np.cumsum(lengths) - lengths, lengths)


class TestHashes:
    @given(STRINGS)
    def test_of_many_are_those_of_each(self, strings: list[bytes]) -> None:
        """What lies beside a string, and how long others are, does not matter."""
        first, second = hashed(strings)

        assert list(zip(first.tolist(), second.tolist(), strict=True)) == [hash_one(one) for one in strings]

    @given(STRINGS)
    def test_are_as_many_as_there_are_strings(self, strings: list[bytes]) -> None:
        """Zeros at the end count, and so does the length."""
        strings += [one + b"\0" for one in strings]

        assert len({hash_one(one) for one in strings}) == len(set(strings))


class TestTheTable:
    def test_finds_what_was_put_into_it_however_it_grew(self) -> None:
        """And nothing else."""
        strings = [b"%d" % n for n in range(20_000)]
        table = HashTable()
        for begin in range(0, 20_000, 1500):
            some = strings[begin : begin + 1500]
            table.insert(hashed(some), np.arange(begin, begin + len(some), dtype=np.uint32))

        ids, missing = table.look(hashed([*strings, b"more", b"x"]))

        assert ids[:20_000].tolist() == list(range(20_000))
        assert sorted(missing.tolist()) == [20_000, 20_001]
        assert [table.find(hash_one(b"17")), table.find(hash_one(b"more")), len(table)] == [17, None, 20_000]

    def test_tells_strings_apart_that_share_half_of_their_hash(self) -> None:
        """Both halves must agree."""
        first = np.full(5, 77, np.uint64)
        second = np.arange(5, dtype=np.uint64) << np.uint64(32)
        table = HashTable()

        table.insert((first, second), np.arange(5, dtype=np.uint32))

        ids, missing = table.look((first[:4].repeat(2), np.array([0, 1, 2, 3, 4, 5, 6, 0], np.uint64) << np.uint64(32)))
        assert ids[[0, 1, 2, 3, 4, 7]].tolist() == [0, 1, 2, 3, 4, 0]
        assert sorted(missing.tolist()) == [5, 6]
        assert table.find((77, 3 << 32)) == 3
