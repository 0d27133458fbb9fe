"""Compiles the program, the functions and the clients."""
import os
import subprocess
from pathlib import Path

TARGETS = {"x86_64": "x86_64-unknown-linux-gnu", "arm64": "aarch64-unknown-linux-gnu"}


def folders(root):
    """Returns the folder of binaries for each architecture whose Rust target is installed."""
    installed = [arch for arch, target in TARGETS.items() if is_installed(target)]
    for arch in TARGETS.keys() - installed:
        print(f"without {arch}: its Rust target is not installed; run `rustup target add {TARGETS[arch]}`")
    for arch in installed:
        package = ["package", "--source", "--program", "--arch", arch, "--out", f"target/lambda/{arch}"]
        subprocess.run(["cargo", "run", "--quiet", "--locked", "--", *package], cwd=root, check=True)
    return {arch: root / "target" / TARGETS[arch] / "release" for arch in installed}


def is_installed(target):
    printed = subprocess.run(["rustc", "--print", "target-libdir", "--target", target], check=True, capture_output=True, text=True)
    return Path(printed.stdout.strip()).is_dir()


def clients(root, repository=None):
    """Builds and packs the clients. Returns the packed files."""
    variables = {**os.environ, "TABLECAST_REPOSITORY": repository or ""}
    wheel = subprocess.run([root / "clients/python/wheel"], check=True, capture_output=True, text=True, env=variables)
    return [typescript(root), Path(wheel.stdout.strip())]


def typescript(root):
    folder, packed = root / "clients/typescript", root / "target/client"
    packed.mkdir(parents=True, exist_ok=True)
    for command in [["ci", "--silent"], ["run", "--silent", "build"]]:
        subprocess.run(["npm", *command], cwd=folder, check=True)
    name = subprocess.run(["npm", "pack", "--silent", "--pack-destination", packed], cwd=folder, check=True, capture_output=True, text=True)
    return packed / name.stdout.split()[-1]
