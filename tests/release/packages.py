"""Checks that the packages of a folder have the binaries and the definitions: packages.py <packages> <binaries> <definitions>."""
import sys
import zipfile
from pathlib import Path

# The folders that each function reads.
FOLDERS = {
    "connect": ["pipes"],
    "dispatch": ["pipes"],
    "enrich": ["pipes", "schemas"],
    "subscribe": ["pipes", "schemas"],
}


def main(packages, binaries, definitions):
    names = sorted(path.stem for path in packages.glob("*.zip"))
    assert set(names) >= {"authorize", "connect", "disconnect", "dispatch", "enrich", "subscribe"}, names
    for name in names:
        check(zipfile.ZipFile(packages / f"{name}.zip"), name, binaries, definitions)
    assert (packages / "registry.json").is_file(), "registry.json is missing"


def check(package, name, binaries, definitions):
    assert package.read("bootstrap") == (binaries / name).read_bytes(), f"{name}.zip has another binary"
    for entry in package.namelist():
        assert entry == "bootstrap" or package.read(entry) == (definitions / entry).read_bytes(), f"{name}.zip: {entry}"
    found = {entry.split("/")[0] for entry in package.namelist()} - {"bootstrap"}
    assert name not in FOLDERS or found == set(FOLDERS[name]), f"{name}.zip has the folders {found}"


main(*map(Path, sys.argv[1:]))
