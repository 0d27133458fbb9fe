"""The metadata of the wheel."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

CLIENT = Path(__file__).parents[2]
REPOSITORY = "https://github.com/acme/tablecast"


def metadata(folder: Path, repository: str | None) -> Message:
    """Build the wheel, and return its metadata."""
    pytest.importorskip("hatchling")
    environment = {**os.environ, "TABLECAST_REPOSITORY": repository or ""}
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=CLIENT, env=environment, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


@pytest.mark.parametrize("repository", [None, REPOSITORY], ids=["without a repository", "with a repository"])
def test_the_description_has_no_relative_link(repository: str | None, tmp_path: Path) -> None:
    found = metadata(tmp_path, repository)
    description = str(found.get_payload())
    targets = re.findall(r"\]\(\s*([^)\s]+)\s*\)", description)
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []
    assert "[CloudEvent](https://github.com/cloudevents/spec)" in description
    assert "receives the events" in description.lower()


def test_a_release_has_the_links_of_the_project(tmp_path: Path) -> None:
    found = metadata(tmp_path, REPOSITORY)
    urls = dict(text.split(", ") for text in found.get_all("Project-URL", []))
    assert urls["Repository"] == REPOSITORY
    assert urls["Changelog"] == f"{REPOSITORY}/blob/v{found['Version']}/CHANGELOG.md"
    assert f"]({REPOSITORY}/blob/v{found['Version']}/docs/guides/release.md)" in str(found.get_payload())
    assert found["Author"]
    assert "Typing :: Typed" in found.get_all("Classifier", [])
