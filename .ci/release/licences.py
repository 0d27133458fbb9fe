"""The licences of the Rust packages in the program and the functions."""
import json
import subprocess
from collections import defaultdict
from pathlib import Path

from platforms import functions

TITLE = "The program and the functions contain these Rust packages.\n"
NAMES = ("licen", "copying", "notice", "unlicense")


def text(root):
    """Returns each licence once, below the packages that come with it."""
    packages = defaultdict(list)
    for package in linked(metadata(root), {"tablecast", *functions()}):
        for licence in licences(package):
            packages[licence].append(heading(package))
    parts = ["".join(sorted(headings)) + f"\n{licence}\n" for licence, headings in packages.items()]
    return f"\n{'-' * 80}\n\n".join([TITLE, *sorted(parts)])


def metadata(root):
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"]
    try:
        return json.loads(subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout)
    except FileNotFoundError:
        raise SystemExit("licences: cargo, which lists the packages, is not installed; install Rust, or name a file with --licences") from None
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"licences: cargo metadata ended with {error.returncode}; its output is above") from None


def linked(metadata, programs):
    """Returns the packages of others that these packages of the workspace are linked with."""
    packages = {package["id"]: package for package in metadata["packages"]}
    edges = {node["id"]: [edge["pkg"] for edge in node["deps"] if is_linked(edge)] for node in metadata["resolve"]["nodes"]}
    found, ahead = set(), [package["id"] for package in packages.values() if package["name"] in programs and not package["source"]]
    while ahead:
        package = ahead.pop()
        if package not in found:
            found.add(package)
            ahead.extend(edges[package])
    return [packages[package] for package in found if packages[package]["source"]]


def is_linked(edge):
    """Tests and build scripts are in no program."""
    return any(kind["kind"] is None for kind in edge["dep_kinds"])


def licences(package):
    """Returns the texts in a package, also those of C libraries in it."""
    folder = Path(package["manifest_path"]).parent
    files = [path for path in folder.rglob("*") if path.is_file() and path.name.lower().startswith(NAMES)]
    return {path.read_text(errors="replace").strip() for path in files} or {"This package comes without the text of its licence."}


def heading(package):
    return f"{package['name']} {package['version']} ({package['license']}) {package['repository'] or ''}".rstrip() + "\n"


if __name__ == "__main__":
    print(text(Path(__file__).resolve().parents[2]), end="")
