"""Writes a Python wheel that carries the program: a zip with metadata. Installers put its scripts into the `bin` folder of an
environment, and its data files beside it."""
import base64
import hashlib
import io
import zipfile

from tarball import File

# Folders of the archive, and where Linux has such files below a prefix. Everything else is in share/tablecast.
SHARE = {
    "man/": "share/man/",
    "completions/tablecast.bash": "share/bash-completion/completions/tablecast",
    "completions/tablecast.fish": "share/fish/vendor_completions.d/tablecast.fish",
    "completions/_tablecast": "share/zsh/site-functions/_tablecast",
}

METADATA = """\
Metadata-Version: 2.4
Name: tablecast
Version: {version}
Summary: Turns DynamoDB item changes into typed events for WebSocket clients and EventBridge
License-Expression: Apache-2.0
License-File: LICENSE
Requires-Python: >=3.8
Description-Content-Type: text/markdown

{description}"""

WHEEL = """\
Wheel-Version: 1.0
Generator: tablecast
Root-Is-Purelib: false
Tag: py3-none-{tag}
"""


def build(version, platform, files, level):
    """Returns the wheel, by its file name."""
    info = f"tablecast-{version}.dist-info"
    entries = {f"tablecast-{version}.data/{place(path)}": file for path, file in files.items()}
    description = files["README.md"].content.decode()
    entries[f"{info}/METADATA"] = File(METADATA.format(version=version, description=description).encode())
    entries[f"{info}/WHEEL"] = File(WHEEL.format(tag=platform.python).encode())
    entries[f"{info}/licenses/LICENSE"] = files["LICENSE"]
    entries[f"{info}/RECORD"] = record(entries, f"{info}/RECORD")
    return {f"tablecast-{version}-py3-none-{platform.python}.whl": pack(entries, level)}


def place(path):
    """Returns where a file of the archive is in the wheel's data."""
    if path == "bin/tablecast":
        return "scripts/tablecast"
    for start, replacement in SHARE.items():
        if path.startswith(start):
            return "data/" + replacement + path[len(start) :]
    return f"data/share/tablecast/{path}"


def record(entries, own):
    """Returns the list of all files with their hashes. Its own line has none."""
    def line(path, file):
        digest = base64.urlsafe_b64encode(hashlib.sha256(file.content).digest()).rstrip(b"=").decode()
        return f"{path},sha256={digest},{len(file.content)}\n"

    return File(("".join(line(path, file) for path, file in sorted(entries.items())) + f"{own},,\n").encode())


def pack(entries, level):
    """Writes the metadata last, as the specification recommends."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, file in sorted(entries.items(), key=lambda entry: (".dist-info/" in entry[0], entry[0])):
            header = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            header.create_system, header.compress_type = 3, zipfile.ZIP_DEFLATED
            header.external_attr = (0o100000 | file.mode) << 16
            archive.writestr(header, file.content, compresslevel=level)
    return packed.getvalue()
