"""Git as a process: old contents of files, files of revisions, and three-way merges.

Nothing is written to a repository, and no hook, filter or network is used.
"""

import io
import os
import subprocess
import tarfile
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


def object_type(folder: Path, name: str) -> str | None:
    """Return the type of an object: `blob` for a file, `tree` for a folder; None if none is.

    Args:
        folder: A folder of the repository.
        name: The name of the object, such as `HEAD~1:specs/okta.yaml`.

    Raises:
        GitError: Git is missing, or takes too long.
    """
    if name.startswith("-"):
        return None
    output = _run(folder, "cat-file", "-t", name)
    return None if output is None else output.decode().strip()


def tree_files(folder: Path, tree: str) -> tuple[str, ...]:
    """Return the paths of the files in a tree.

    Raises:
        GitError: As `object_type`.
    """
    output = _run(folder, "ls-tree", "-r", "-z", "--name-only", "--full-tree", tree)
    return tuple(os.fsdecode(output or b"").split("\0")[:-1])


def read_files(folder: Path, tree: str, paths: Sequence[str]) -> dict[str, bytes]:
    """Return the contents of files of a tree, without those that are no plain files.

    Raises:
        GitError: As `object_type`, or there are too many files.
    """
    if len(paths) > _MAX_BLOBS:
        raise GitError(f"{tree}: more than {_MAX_BLOBS} files")
    specs = [f":(literal){path}" for path in paths]
    content = _run(folder, "archive", "--format=tar", tree, "--", *specs)
    if content is None:
        raise GitError(f"{tree}: git cannot read it")
    contents: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            if file is not None:
                contents[member.name] = file.read()
    return contents


@contextmanager
def extracted(contents: Mapping[str, bytes]) -> Generator[Path]:
    """Write files into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clientcast-") as folder:
        root = Path(folder)
        for name, content in contents.items():
            path = root / name
            if ".." not in path.parts and path.is_relative_to(root):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        yield root


def top_folder(folder: Path) -> Path | None:
    """Return the folder of the repository around a folder; None if there is none.

    Raises:
        GitError: As `object_type`.
    """
    output = _run(folder, "rev-parse", "--show-toplevel")
    return None if output is None else Path(os.fsdecode(output.rstrip(b"\n")))


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
        raise GitError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git did not end in {_TIMEOUT} seconds") from None


def _environment() -> Mapping[str, str]:
    """Return the environment without what a hook sets, such as GIT_DIR."""
    kept = {key: value for key, value in os.environ.items() if key[:4] != "GIT_"}
    return {**kept, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
