"""Git as a process: old contents of files, and three-way merges.

Nothing is written to a repository, and no hook, filter or network is used.
"""

import os
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

_TIMEOUT = 60
"""Seconds until a git process is ended."""
_MAX_COMMITS = 1000
_MAX_BLOBS = 2000
_MAX_CONFLICTS = 127
"""The status of `git merge-file` is the number of conflicts up to this; above it, an error."""
_MAX_FILES = 2000
_FILE_MODES = ("100644", "100755")
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "log.showSignature=false")


class GitError(Exception):
    """Git is missing, or refuses; the message is one line."""


def old_contents(folder: Path, name: str) -> Iterator[bytes]:
    """Yield the contents that a file had in the history of its repository, if it has one.

    Those of its own path come first, then those of equal paths in other folders.

    Args:
        folder: The folder of the file.
        name: The path of the file in the folder.

    Raises:
        GitError: Git is missing, or takes too long.
    """
    known: set[str] = set()
    for pathspec in (f":(literal){name}", f":(top,glob)**/{_escape(name)}"):
        output = _run(
            folder,
            "log",
            f"--max-count={_MAX_COMMITS}",
            "--format=",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "-m",
            "--",
            pathspec,
        )
        for line in (output or b"").decode("ascii", "replace").splitlines():
            # :100644 100644 OLD NEW M\tpath
            fields = line.split(maxsplit=5)
            for blob in fields[2:4] if len(fields) == 6 else ():
                if blob.strip("0") and blob not in known and len(known) < _MAX_BLOBS:
                    known.add(blob)
                    content = _run(folder, "cat-file", "blob", blob)
                    if content is not None:
                        yield content


def commits_of(file: Path) -> tuple[str, ...]:
    """Return the commits that changed a file, the newest first; none without a repository.

    Raises:
        GitError: Git is missing, or takes too long.
    """
    output = _run(
        file.parent,
        "log",
        f"--max-count={_MAX_COMMITS}",
        "--format=%H",
        "--",
        f":(literal){file.name}",
    )
    return tuple((output or b"").decode("ascii", "replace").split())


@contextmanager
def exported(folder: Path, commit: str) -> Generator[Path]:
    """Yield a folder with the YAML and JSON files that a folder had at a commit.

    Raises:
        GitError: Git is missing, or takes too long.
    """
    listed = _run(folder, "ls-tree", "-r", "-z", commit) or b""
    with tempfile.TemporaryDirectory(prefix="clientcast-") as target:
        for entry in listed.split(b"\0")[:_MAX_FILES]:
            # 100644 blob ID\tpath
            details, _, name = entry.partition(b"\t")
            path = PurePosixPath(os.fsdecode(name))
            mode, _, blob = (*details.decode("ascii", "replace").split(), "", "", "")[
                :3
            ]
            is_document = path.suffix in (".yaml", ".yml", ".json")
            if not is_document or mode not in _FILE_MODES or ".." in path.parts:
                continue
            content = _run(folder, "cat-file", "blob", blob)
            if content is not None:
                Path(target, path.parent).mkdir(parents=True, exist_ok=True)
                Path(target, path).write_bytes(content)
        yield Path(target)


def merge_file(
    current: bytes, base: bytes, other: bytes, labels: Sequence[str]
) -> tuple[bytes, int]:
    """Merge two versions of a file as `git merge-file` does.

    Args:
        current: The one version.
        base: The version that both come from.
        other: The other version.
        labels: The names of the three in conflict markers.

    Returns:
        The merged content, with markers around each conflict, and the number of conflicts.

    Raises:
        GitError: Git is missing, or does not merge the file.
    """
    with tempfile.TemporaryDirectory(prefix="clientcast-") as folder:
        paths = [Path(folder, name) for name in ("current", "base", "other")]
        for path, content in zip(paths, (current, base, other), strict=True):
            path.write_bytes(content)
        names = [part for label in labels for part in ("-L", label)]
        result = _process(
            Path(folder), "merge-file", "-p", "--diff3", *names, *map(str, paths)
        )
    if result.returncode > _MAX_CONFLICTS or result.returncode < 0:
        reason = result.stderr.decode("utf-8", "replace").strip().splitlines() or [""]
        raise GitError(f"git merge-file does not merge it: {reason[0]}")
    return result.stdout, result.returncode


def _escape(name: str) -> str:
    return "".join(f"\\{c}" if c in "*?[\\" else c for c in name)


def _run(folder: Path, *arguments: str) -> bytes | None:
    """Return the output of git; None if it fails, as it does outside of a repository."""
    result = _process(folder, *arguments)
    return None if result.returncode else result.stdout


def _process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *_OPTIONS, "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=_environment(),
            timeout=_TIMEOUT,
        )
    except FileNotFoundError:
        raise GitError("git is not installed; it merges the files") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git did not end in {_TIMEOUT} seconds") from None


def _environment() -> Mapping[str, str]:
    """Return the environment without what a hook sets, such as GIT_DIR."""
    kept = {key: value for key, value in os.environ.items() if key[:4] != "GIT_"}
    return {**kept, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
