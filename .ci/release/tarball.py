"""Writes tar.gz files that depend only on their files: sorted, with one time, owner and mode."""
import gzip
import io
import tarfile
from dataclasses import dataclass

# Seconds since the Unix epoch: 1980-01-01, the earliest time in a zip.
TIME = 315_532_800


@dataclass(frozen=True)
class File:
    content: bytes
    is_program: bool = False

    @property
    def mode(self):
        return 0o755 if self.is_program else 0o644


def pack(files, level):
    """`files` is the content by path."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=TIME, compresslevel=level, filename="") as stream:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path, file in sorted(files.items()):
                tar.addfile(header(path, file), io.BytesIO(file.content))
    return packed.getvalue()


def header(path, file):
    info = tarfile.TarInfo(path)
    info.size, info.mode, info.mtime = len(file.content), file.mode, TIME
    return info
