"""
Opaque case ids: what Prefect, logs, file names and folder names call a specimen instead of its accession.

A case id is the first 16 hex digits of HMAC-SHA256(key, accession). The key is random and stays in the store: within
one store the id of an accession never changes; without the key nobody can compute it, nor list the accessions that
fit one. 64 bits: for a million specimens the chance of any two sharing an id is about 3 in 100 million.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from parsers.errors import InputError, Problem

KEY_FILE = "case-key"
CASE_ID_PATTERN = r"^[0-9a-f]{16}$"

_KEY_BYTES = 32


def case_id_of(accession: str, key: bytes) -> str:
    """The 16 hex digits that stand for `accession`; spaces around it do not count."""
    return hmac.new(key, accession.strip().encode(), hashlib.sha256).hexdigest()[:16]


def batch_id_of(name: str, key: bytes) -> str:
    """The same for a batch folder's name, which may hold anything: `batch-` and 16 hex digits."""
    return (
        "batch-" + hmac.new(key, b"batch\x00" + name.encode(errors="surrogateescape"), hashlib.sha256).hexdigest()[:16]
    )


def case_key(store: Path) -> bytes:
    """
    The store's key, made on first use (32 random bytes as hex, readable by the owner only).

    Raises:
        InputError: the file is there and is not a key. It is never replaced: new ids would orphan every report.
    """
    path = store / KEY_FILE
    if not path.exists():
        _create(path)
    text = path.read_bytes().decode(errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise InputError(
            Problem(
                code="damaged-key",
                file=str(path),
                message="the key of the case ids is damaged; without it no specimen finds its earlier reports",
                remedy="restore the file from the backup",
            )
        )
    return bytes.fromhex(text)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ours = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(ours, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # link, not rename: the first of two processes wins, and the second reads the first one's key.
        os.link(ours, path)
    except FileExistsError:
        pass
    finally:
        ours.unlink()
