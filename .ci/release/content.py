"""The files of an archive, by path."""
import platform as machine
import subprocess
import tempfile
from pathlib import Path

from platforms import functions
from tarball import File

COMPLETIONS = {"bash": "tablecast.bash", "fish": "tablecast.fish", "zsh": "_tablecast"}

# Files of the Terraform module's folder that only this repository needs.
DEVELOPMENT = (".checkov.yaml", "check", "initialize", "provider.sh", "reference", "reference.py")


def of(platform, folder, shared):
    """Returns the files of a platform's archive."""
    return {**shared, "bin/tablecast": program(folder / "tablecast")}


def shared(root, binaries, clients, licences):
    """Returns the files that the archives of all platforms have: the functions run on Lambda, whatever the platform."""
    files = {name: File((root / name).read_bytes()) for name in ["LICENSE", "CHANGELOG.md"]}
    files["THIRD-PARTY-LICENSES.txt"] = File(licences)
    files["README.md"] = File((Path(__file__).parent / "README.md").read_bytes())
    files.update({f"client/{client.name}": File(client.read_bytes()) for client in clients})
    for arch, folder in binaries.items():
        files.update({f"functions/{arch}/{name}": program(folder / name) for name in functions()})
    files.update(terraform(root))
    # Messages of the program name its pages.
    files.update(tracked(root, "docs"))
    files.update(generated(runnable(binaries)))
    return files


def program(path):
    return File(path.read_bytes(), is_program=True)


def terraform(root):
    """Returns the Terraform module, as it is in Git."""
    files = tracked(root, "terraform")
    return {path: file for path, file in files.items() if "tests" not in Path(path).parts and Path(path).parts[1] not in DEVELOPMENT}


def tracked(root, folder):
    """Returns the files of a folder that Git tracks. Others can be a maintainer's own, such as settings of a deployment."""
    listed = subprocess.run(["git", "ls-files", "--cached", folder], cwd=root, check=True, capture_output=True, text=True)
    paths = [path for path in listed.stdout.splitlines() if (root / path).is_file()]
    return {path: File((root / path).read_bytes(), is_program=(root / path).stat().st_mode & 0o100 != 0) for path in paths}


def generated(executable):
    """Returns the completions and manual pages, which the program writes."""
    files = {f"completions/{name}": File(run(executable, "completions", shell)) for shell, name in COMPLETIONS.items()}
    with tempfile.TemporaryDirectory() as folder:
        run(executable, "man", folder)
        files.update({f"man/man1/{page.name}": File(page.read_bytes()) for page in Path(folder).iterdir()})
    return files


def version(binaries):
    """Returns the version of the program, such as 0.1.0."""
    return run(runnable(binaries), "--version").decode().split()[1]


def runnable(binaries):
    """Returns the program for this machine."""
    own = {"x86_64": "x86_64", "aarch64": "arm64"}.get(machine.machine())
    if own not in binaries:
        raise SystemExit(f"build: none of the programs runs on this machine ({machine.machine()}), which must write the manual pages")
    return binaries[own] / "tablecast"


def run(executable, *arguments):
    return subprocess.run([executable, *arguments], check=True, capture_output=True).stdout
