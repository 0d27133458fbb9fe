"""Writes the description of the package: its README, with links that also work on PyPI."""

import os
import posixpath
import re

from hatchling.metadata.plugin.interface import MetadataHookInterface

FOLDER = "clients/python"

LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")


class CustomMetadataHook(MetadataHookInterface):
    """TABLECAST_REPOSITORY is the address of the repository: a release sets it."""

    def update(self, metadata: dict) -> None:
        """Add the members that depend on the repository."""
        repository = os.environ.get("TABLECAST_REPOSITORY")
        tag = f"v{metadata['version']}"
        with open(os.path.join(self.root, "README.md"), encoding="utf-8") as readme:
            text = absolute(readme.read(), repository and f"{repository}/blob/{tag}")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = urls(repository, tag) if repository else {}


def absolute(text: str, base: "str | None") -> str:
    """Replace relative links by absolute ones, or by their text without an address of the repository."""

    def replaced(link: "re.Match[str]") -> str:
        label, path, anchor = link.groups()
        target = posixpath.normpath(posixpath.join(FOLDER, path))
        return f"[{label}]({base}/{target}{anchor or ''})" if base else label

    return LINK.sub(replaced, text)


def urls(repository: str, tag: str) -> "dict[str, str]":
    """Return the links of the project."""
    pages = f"{repository}/blob/{tag}"
    return {
        "Repository": repository,
        "Documentation": f"{pages}/{FOLDER}/README.md",
        "Changelog": f"{pages}/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
