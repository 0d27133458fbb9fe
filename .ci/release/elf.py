"""Reads from an ELF file for which processor it is, and which version of glibc it needs."""
import re
import struct
from dataclasses import dataclass
from pathlib import Path

X86_64, AARCH64 = 62, 183

# Segments and entries of the dynamic section.
LOAD, DYNAMIC = 1, 2
STRINGS, NEEDED_VERSIONS, NEEDED_COUNT = 5, 0x6FFFFFFE, 0x6FFFFFFF


class ElfError(Exception):
    pass


@dataclass(frozen=True)
class Program:
    path: Path
    machine: int
    glibc: tuple[int, int]
    """(0, 0) for a program that needs no version."""


def read(path):
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        raise ElfError(f"{path}: is not a 64-bit Linux program")
    try:
        names = list(needed_versions(data))
    except (struct.error, IndexError, ValueError, StopIteration) as error:
        raise ElfError(f"{path}: is damaged: {error!r}") from error
    versions = [tuple(map(int, match.groups())) for name in names if (match := re.match(r"GLIBC_(\d+)\.(\d+)", name))]
    return Program(path, struct.unpack_from("<H", data, 18)[0], max(versions, default=(0, 0)))


def needed_versions(data):
    """Yields the names of all versions that it needs of its libraries, such as GLIBC_2.34."""
    segments = list(program_headers(data))
    dynamic = dict(dynamic_entries(data, segments))
    if NEEDED_VERSIONS not in dynamic:
        return
    strings = offset_of(dynamic[STRINGS], segments)
    at = offset_of(dynamic[NEEDED_VERSIONS], segments)
    for _ in range(dynamic[NEEDED_COUNT]):
        count, following = struct.unpack_from("<2xH4x4xI", data, at)[0], struct.unpack_from("<12xI", data, at)[0]
        version = at + struct.unpack_from("<8xI", data, at)[0]
        for _ in range(count):
            name, step = struct.unpack_from("<8xII", data, version)
            yield text(data, strings + name)
            version += step
        at += following


def program_headers(data):
    """Yields kind, file offset, address and size of each segment."""
    start, size, count = struct.unpack_from("<32xQ14xHH", data)
    for index in range(count):
        kind, offset, address, length = struct.unpack_from("<I4xQQ8xQ", data, start + index * size)
        yield kind, offset, address, length


def dynamic_entries(data, segments):
    for kind, offset, _, length in segments:
        if kind == DYNAMIC and offset + length > len(data):
            raise ValueError("ends before its dynamic section")
        if kind == DYNAMIC:
            yield from struct.iter_unpack("<qQ", data[offset : offset + length])


def offset_of(address, segments):
    """Returns the place in the file of an address in memory."""
    return next(offset + address - start for kind, offset, start, length in segments if kind == LOAD and start <= address < start + length)


def text(data, start):
    return data[start : data.index(b"\0", start)].decode()
