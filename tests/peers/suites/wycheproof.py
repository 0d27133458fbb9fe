"""Signatures: the tokens of Wycheproof, and its signatures of the algorithms that tokens can have."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from answers import CARGO, PROJECT
from report import Report, commit_of

TEST = "answers_of_the_signatures_of_another_project"
HASHES = {"SHA-256": ("256", 32), "SHA-384": ("384", 48), "SHA-512": ("512", 64)}
SIGNATURES = ("rsa_signature_*_test.json", "rsa_pss_*_test.json", "ecdsa_secp*_p1363_test.json", "ed25519_test.json")
# With these reasons, a valid signature is not needed: tokens do not have the algorithm, or the key is for another one.
UNSUPPORTED = ("algorithm", "no key")

Case = tuple[str, str, dict[str, Any]]


def base64url(text: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(text)).decode().rstrip("=")


def tokens(folder: Path) -> Iterator[Case]:
    for file in ("json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json"):
        for group in json.loads((folder / file).read_text())["testGroups"]:
            key = group.get("public") or group["private"]
            for test in group["tests"]:
                if isinstance(test.get("jws"), str):
                    name = f"{file.removesuffix('_test.json')}/{group['comment']}/{test['tcId']} {test['comment']}"
                    yield name, test["result"], {"keys": key.get("keys", [key]), "token": test["jws"]}


def algorithm(group: dict[str, Any]) -> str | None:
    """Return the name that tokens have for the algorithm of a group."""
    digits, length = HASHES.get(group.get("sha", ""), ("", 0))
    match group["type"]:
        case "EddsaVerify":
            return "EdDSA"
        case "RsassaPkcs1Verify" if digits:
            return f"RS{digits}"
        case "RsassaPssVerify" if digits and group["mgfSha"] == group["sha"] and group["sLen"] == length:
            return f"PS{digits}"
        case "EcdsaP1363Verify" if (group["publicKey"]["curve"], digits) in (("secp256r1", "256"), ("secp384r1", "384")):
            return f"ES{digits}"
    return None


def signatures(folder: Path) -> Iterator[Case]:
    for file in sorted(file for pattern in SIGNATURES for file in folder.glob(pattern)):
        for group in json.loads(file.read_text())["testGroups"]:
            key = group.get("publicKeyJwk") or group.get("keyJwk")
            name = algorithm(group)
            if key is None or name is None:
                continue
            for test in group["tests"]:
                texts = {"message": base64url(test["msg"]), "signature": base64url(test["sig"])}
                case = {"keys": [key], "algorithm": name, **texts}
                yield f"{file.stem.removesuffix('_test')}/{test['tcId']} {test['comment']}", test["result"], case


def answers(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run a test of the crate of tokens, because no other crate can verify a signature without the claims."""
    with TemporaryDirectory() as folder:
        asked, answered = Path(folder, "cases"), Path(folder, "answers")
        asked.write_text("".join(json.dumps(case) + "\n" for case in cases))
        environment = {**os.environ, "TABLECAST_PEERS_CASES": str(asked), "TABLECAST_PEERS_ANSWERS": str(answered)}
        command = [CARGO, "test", "--quiet", "--package", "tablecast-tokens", "--lib", "--", "--ignored", TEST]
        result = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
        return [json.loads(line) for line in answered.read_text().splitlines()]


def judge(report: Report, name: str, expected: str, answer: dict[str, Any]) -> None:
    reason = answer.get("refused")
    if expected == "invalid":
        report.count(reason is not None, name, "accepted, and in Wycheproof invalid")
    elif reason and any(words in reason for words in UNSUPPORTED):
        report.refuse(reason)
    elif expected == "acceptable" and reason:
        report.refuse("Wycheproof leaves the choice, and tablecast refuses")
    else:
        report.count(reason is None, name, f"refused ({reason}), and in Wycheproof {expected}")


def run(folder: Path) -> Report:
    report = Report("Wycheproof", notes=[f"commit {commit_of(folder)}"])
    vectors = folder / "testvectors_v1"
    found = [*tokens(vectors), *signatures(vectors)]
    for (name, expected, _), answer in zip(found, answers([case for _, _, case in found]), strict=True):
        judge(report, name, expected, answer)
    return report
