"""The platforms of a release, with the names that each ecosystem gives them."""
from dataclasses import dataclass
from pathlib import Path

import elf

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"

# Lambda's name of an architecture, with the names of ELF, Python and npm.
ARCHITECTURES = {"x86_64": (elf.X86_64, "x86_64", "x64"), "arm64": (elf.AARCH64, "aarch64", "arm64")}


@dataclass(frozen=True)
class Platform:
    arch: str
    glibc: tuple[int, int]
    """The newest version of glibc that its programs need."""

    @classmethod
    def of(cls, arch, folder):
        """Reads the header of each program. Fails if one is for another platform."""
        found = [elf.read(path) for path in programs(folder)]
        for program in found:
            if program.machine != ARCHITECTURES[arch][0]:
                raise elf.ElfError(f"{program.path}: is not a program for {arch}; name its folder with --binaries")
        return cls(arch, max(program.glibc for program in found))

    @property
    def name(self):
        return f"linux-{self.arch}"

    @property
    def python(self):
        """The platform tag of PEP 600."""
        major, minor = self.glibc
        return f"manylinux_{major}_{minor}_{ARCHITECTURES[self.arch][1]}"

    @property
    def cpu(self):
        """Node's name of the architecture."""
        return ARCHITECTURES[self.arch][2]


def programs(folder):
    """The program and all functions, in a fixed order."""
    return [folder / name for name in ["tablecast", *functions()]]


def functions():
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/Cargo.toml"))
