"""The files of the repository that people write."""

import re
import subprocess
from pathlib import Path

GENERATED = re.compile(r"(^|/)(generated|node_modules|target)/|package-lock|\.d\.ts$|^docs/reference/terraform\.md$")
TEST = re.compile(r"(^|/)tests?/|(^|/)tests\.rs$|\.test\.ts$|\.tftest\.hcl$|(^|/)benches/")
LANGUAGES = {
    ".rs": "slashes",
    ".ts": "slashes",
    ".js": "slashes",
    ".mjs": "slashes",
    ".py": "python",
    ".tf": "terraform",
    ".hcl": "terraform",
    ".yaml": "hashes",
    ".toml": "hashes",
    ".sh": "hashes",
}


def listed(root):
    """Tracked files and new files, but not ignored files."""
    command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted({name for name in names if (Path(root) / name).is_file()})


def written(names):
    return [name for name in names if not GENERATED.search(name)]


def is_test(name):
    return bool(TEST.search(name))


def read(root, name):
    return (Path(root) / name).read_text(errors="replace")


def language(name, text):
    """How comments look in a file, or None. A script without a suffix has its program in the first line."""
    suffix = Path(name).suffix
    if not suffix and text.startswith("#!"):
        return "slashes" if "node" in text.split("\n", 1)[0] else "hashes"
    return LANGUAGES.get(suffix)
