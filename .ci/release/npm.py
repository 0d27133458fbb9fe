"""Writes npm packages: one for each platform, which carries the program, and one that starts the program of the machine's
platform."""
import io
import json
import tarfile
from pathlib import Path

import tarball
from tarball import File

LAUNCHER = Path(__file__).parent / "launcher.js"


def about(version, repository=None):
    """Returns the members that all packages have. npm compares the repository with the one that publishes."""
    members = {
        "version": version,
        "description": "Turns DynamoDB item changes into typed events for WebSocket clients and EventBridge",
        "license": "Apache-2.0",
    }
    return {**members, "repository": {"type": "git", "url": f"git+{repository}.git"}} if repository else members


def build(about, platform, files, level):
    """Returns the package of a platform, by its file name."""
    name = package(platform)
    # It has one program, so npx starts it whatever its name. Another name than that of the launcher avoids a conflict.
    manifest = {"name": name, **about, "os": ["linux"], "cpu": [platform.cpu], "libc": ["glibc"], "bin": {name: "bin/tablecast"}}
    return {f"{name}-{about['version']}.tgz": pack(manifest, files, level)}


def launcher(about, platforms, shared, level):
    """Returns the package that depends on those of all platforms, by its file name."""
    versions = {package(platform): about["version"] for platform in platforms}
    manifest = {"name": "tablecast", **about, "type": "module", "bin": {"tablecast": "launcher.js"}, "optionalDependencies": versions}
    files = {name: shared[name] for name in ["LICENSE", "README.md"]}
    files["launcher.js"] = File(LAUNCHER.read_bytes(), is_program=True)
    return {f"tablecast-{about['version']}.tgz": pack(manifest, files, level)}


def package(platform):
    return f"tablecast-linux-{platform.cpu}"


def pack(manifest, files, level):
    text = json.dumps(manifest, indent=2) + "\n"
    files = {**files, "package.json": File(text.encode())}
    return tarball.pack({f"package/{path}": file for path, file in files.items()}, level)


def published_from(data, repository, level):
    """Returns a package with the repository that publishes it."""
    if not repository:
        return data
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        members = {entry.name.removeprefix("package/"): (entry, tar.extractfile(entry)) for entry in tar if entry.isfile()}
        files = {path: File(content.read(), bool(entry.mode & 0o100)) for path, (entry, content) in members.items()}
    manifest = json.loads(files["package.json"].content)
    return pack({**manifest, "repository": about("", repository)["repository"]}, files, level)
