"""Tests of the command line: output, files and exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from clientcast import __version__
from clientcast.cli import main
from clientcast.config import Job, load_jobs
from clientcast.load import Content
from clientcast.pipeline import bind_document
from clientcast.render import MANIFEST, render
from clientcast.trust import Trust

from tests.support.project import ROOT

GENERATOR = str(ROOT / "generator")

PETS = """\
openapi: 3.1.0
info:
  title: Pets
  version: 1.0.0
servers:
  - url: https://pets.example.com
tags:
  - name: pets
    description: Pets of all kinds.
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      tags: [pets]
      summary: Retrieve a pet
      parameters:
        - name: petId
          in: path
          required: true
          description: The id of the pet.
          schema: {type: string}
      responses:
        '204':
          description: There is one.
"""
WRONG = PETS.replace("summary: Retrieve a pet", "x-client: {retry: never}")
SHELTER = "tags:\n  - name: shelter"
TWO_PETS = f"""{PETS.replace("tags:", SHELTER, 1)}\
    delete:
      operationId: removePet
      tags: [shelter]
      x-client: {{retry: never}}
      parameters:
        - name: petId
          in: path
          required: true
          schema: {{type: string}}
      responses:
        '204':
          description: It is gone.
"""
SETTINGS = '[tool.clientcast]\nspecs = ["specs/pets.yaml"]\noutput = "made"\n'


def _count_files() -> int:
    """Return the number of files of the package of pets."""
    document = Content("pets.yaml", PETS.encode())
    package = bind_document(document, "pets.yaml").package
    assert package is not None
    return len({*render(package, "none"), "README.md", MANIFEST})


FILES = _count_files()
NEW = f"""\
pets: 1 operation, {FILES} files changed in made/pets
Import it as made.pets. It needs httpx2 and msgspec: add them to your dependencies.
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create a project with one spec, and change to its folder."""
    monkeypatch.chdir(tmp_path)
    write("pyproject.toml", SETTINGS)
    write("specs/pets.yaml", PETS)
    return tmp_path


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def run(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="clientcast")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == status, result.output
    return result


def run_process(
    *arguments: str, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process that imports nothing from the working directory."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "clientcast", *arguments],
        env={**os.environ, "PYTHONPATH": GENERATOR, **variables},
        capture_output=True,
        check=False,
    )


def table(setting: str) -> str:
    """Return the table of a document `shop`, after which `SETTINGS` may not continue."""
    top = '[tool.clientcast]\noutput = "made"\n'
    named = "[tool.clientcast.documents.shop]\nspec = 'specs/pets.yaml'\n"
    return f"{top}{named}{setting}\n"


def two_specs() -> str:
    return SETTINGS.replace('"specs/pets', '"specs/dogs.yaml", "specs/pets')


def folder_state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return the content, mtime and inode of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes(),
            path.stat().st_mtime_ns,
            path.stat().st_ino,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# Arguments


def test_help_names_the_commands(project: Path) -> None:
    text = run("--help").stdout
    assert text.startswith("Usage: clientcast [OPTIONS] COMMAND")
    assert "[tool.clientcast]" in text
    assert "\n  check " in text and "\n  generate " in text
    assert run("-h").stdout == text


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("generate", ("--spec", "--output", "--only", "--skip", "--within")),
        ("check", ("--spec", "--output", "--diff", "--only", "--skip", "--within")),
    ],
)
def test_help_names_the_options(command: str, options: tuple[str, ...]) -> None:
    text = run(command, "--help").stdout
    assert f"Usage: clientcast {command} [OPTIONS] [NAME" in text
    for option in options:
        assert f"\n  {option} " in text


def test_version_option_prints_the_version() -> None:
    assert run("--version").stdout == f"clientcast, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("check pest", "there is no spec 'pest' in {}: did you mean 'pets'?"),
        ("check x", "there is no spec 'x' in {}: the specs are pets"),
        (
            "generate --spec specs/pets.yaml",
            "--spec needs --output, the folder of its package, or --project",
        ),
        ("generate --output made", "--output goes with --spec"),
        ("check --output made", "--output goes with --spec"),
        (
            "check pets --spec specs/pets.yaml",
            "name specs of pyproject.toml, or give --spec, not both",
        ),
        (
            "check --spec nowhere.yaml",
            "Invalid value for '--spec': there is no file nowhere.yaml",
        ),
        (
            "check --spec specs",
            "Invalid value for '--spec': specs is a folder",
        ),
        (
            "generate --spec specs/pets.yaml --output specs/pets.yaml",
            "Invalid value for '--output': Directory 'specs/pets.yaml' is a file.",
        ),
        ("cast", "No such command 'cast'."),
        ("genrate", "No such command 'genrate': did you mean 'generate'?"),
    ],
)
def test_invalid_command_line_is_reported(
    arguments: str, message: str, project: Path
) -> None:
    result = run(*arguments.split(), status=2)
    assert result.stdout == ""
    assert result.stderr.startswith("Usage: clientcast ")
    last, status = result.stderr.splitlines()[-2:]
    assert status == "exit 2"
    assert last == "Error: " + message.format(project / "pyproject.toml")
    assert not Path("made").exists()


def test_exit_status_reaches_the_shell(project: Path) -> None:
    assert run_process("generate").returncode == 0
    assert run_process("check").returncode == 0
    write("made/pets/client.py", "")
    found = run_process("check")
    assert found.returncode == 1
    assert found.stderr == b""
    unknown = run_process("check", "dogs")
    assert unknown.returncode == 2
    assert unknown.stdout == b""


# Settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("[tool.clientcast\n", "Expected ']' at the end of a table declaration"),
        ("[tool.clientcast]\nspecs = [\n", "Invalid value"),
        ("[tool]\nclientcast = 3\n", "[tool.clientcast] must be a table"),
        (
            SETTINGS.replace("output", "outputs"),
            "[tool.clientcast] has no setting 'outputs': did you mean 'output'?",
        ),
        (
            SETTINGS + "strict = true\n",
            "[tool.clientcast] has no setting 'strict': the settings are specs, documents, output",
        ),
        (
            '[tool.clientcast]\noutput = "made"\n',
            "'specs' of [tool.clientcast] must be a list of paths",
        ),
        (
            '[tool.clientcast]\nspecs = "specs/pets.yaml"\noutput = "made"\n',
            "'specs' of [tool.clientcast] must be a list of paths",
        ),
        (
            '[tool.clientcast]\nspecs = ["specs/pets.yaml", 3]\noutput = "made"\n',
            "'specs' of [tool.clientcast] must be a list of paths",
        ),
        (
            '[tool.clientcast]\nspecs = ["specs/pets.yaml"]\n',
            "'output' of [tool.clientcast] must be a path",
        ),
        (
            SETTINGS + "skip = ['getPet']\n",
            "'skip' of [tool.clientcast] lists operations by spec: skip = {billing =",
        ),
        (
            SETTINGS + "within = 3\n",
            "'within' of [tool.clientcast] must be a path",
        ),
        (
            SETTINGS + "only = {pest = ['getPet']}\n",
            "'only' has an unknown spec 'pest': did you mean 'pets'?",
        ),
        (
            SETTINGS.replace("pets.yaml", "dogs.yaml"),
            "there is no file specs/dogs.yaml",
        ),
        (
            '[tool.clientcast]\nspecs = ["specs/pets.yaml", "old/pets.yaml"]\n'
            'output = "made"\n',
            "two specs have the name 'pets', specs/pets.yaml and old/pets.yaml: give one of"
            ' them another, as in {spec = "old/pets.yaml", package = "pets_api"}',
        ),
        (
            SETTINGS.replace("pets.yaml", "class.yaml"),
            "'class' of specs/class.yaml is not a name of a Python package: choose one,"
            ' as in {spec = "specs/class.yaml", package = "class_api"}',
        ),
        (
            SETTINGS.replace("pets.yaml", "3d.yaml"),
            "'3d' of specs/3d.yaml is not a name of a Python package: choose one,",
        ),
        (
            SETTINGS.replace("pets.yaml", "aux.yaml"),
            "'aux' of specs/aux.yaml is a reserved file name on Windows",
        ),
        (
            '[tool.clientcast]\nspecs = ["specs/pets.yaml", "old/Pets.yaml"]\n'
            'output = "made"\n',
            "the packages of two specs have the same folder, made/pets and made/Pets: give"
            " one of them another 'package' or 'output'",
        ),
        (
            SETTINGS.replace('"specs/pets.yaml"', "{}"),
            "'spec' of a document must be a path",
        ),
        (
            table("package = 'pets-api'"),
            "'pets-api' is not a name of a Python package: 'package' of the document 'shop'",
        ),
        (
            table("outptu = 'made'"),
            "the document 'shop' has no setting 'outptu': did you mean 'output'?",
        ),
        (
            table("only = 'getPet'"),
            "'only' of the document 'shop' lists operations: only = [",
        ),
        (
            table("lenient = 1"),
            "'lenient' of the document 'shop' must be true or false",
        ),
        (
            table("formatter = 'yapf'"),
            "'formatter' of the document 'shop' must be one of ruff, black, none",
        ),
        (
            table("skip = []").replace(
                "output", "skip = {shop = ['getPet']}\noutput", 1
            ),
            "'skip' is set for the document 'shop' twice: remove one",
        ),
        (
            SETTINGS + table("package = 'pets'").partition("\n[")[2].join(["[", ""]),
            "the packages of two specs have the same folder, made/pets and made/pets:",
        ),
        (
            SETTINGS.replace('specs = ["specs/pets.yaml"]\n', "documents = {}\n"),
            "'specs' of [tool.clientcast] must be a list of paths, or 'documents' have",
        ),
        (
            SETTINGS + "documents = ['specs/pets.yaml']\n",
            "'documents' must have a table for each document, as in [tool.clientcast.doc",
        ),
        (
            "[tool.clientcast.documents.shop]\nspec = 'specs/pets.yaml'\n",
            "'output' of [tool.clientcast] must be a path: the folder of all packages",
        ),
        (
            SETTINGS.replace('"made"', '""'),
            "'output' of [tool.clientcast] must be a path",
        ),
        (
            SETTINGS.replace('"made"', '"a\\u0000b"'),
            "'output' of [tool.clientcast] must be a path",
        ),
    ],
)
def test_invalid_settings_are_reported(
    settings: str, message: str, project: Path
) -> None:
    for path in ("old/pets.yaml", "specs/3d.yaml", "specs/class.yaml"):
        write(path, PETS)
    for path in ("old/Pets.yaml", "specs/aux.yaml"):
        write(path, PETS)
    write("pyproject.toml", settings)
    for command in ("check", "generate"):
        last = run(command, status=2).stderr.splitlines()[-2]
        assert last.startswith(f"Error: {project / 'pyproject.toml'}: {message}")
    assert not Path("made").exists()


def test_documents_have_their_own_settings(project: Path) -> None:
    write("other/pets.yaml", TWO_PETS)
    write("my-pets v2.yaml", PETS)
    settings = """\
[tool.clientcast]
specs = [
    "specs/pets.yaml",
    "my-pets v2.yaml",
    {spec = "other/pets.yaml", package = "shelter", skip = ["removePet"]},
]
output = "made"
skip = {pets = ["GET /dogs"]}

[tool.clientcast.documents."pets for tests"]
spec = "specs/pets.yaml"
package = "test_pets"
output = "tests/clients/"
formatter = "black"
only = ["getPet"]
within = "."
lenient = true
environment = ["SHOP"]
trusted_servers = ["https://uploads.example.com"]
"""
    write("pyproject.toml", settings.replace('skip = {pets = ["GET /dogs"]}\n', ""))
    jobs = {job.name: job for job in load_jobs(project)}
    assert [*jobs] == ["pets", "my_pets_v2", "shelter", "pets for tests"]
    assert jobs["pets for tests"] == Job(
        "pets for tests",
        project / "specs/pets.yaml",
        project / "tests/clients/test_pets",
        "specs/pets.yaml",
        "tests/clients/test_pets",
        only=("getPet",),
        within=project,
        trust=Trust(("https://uploads.example.com",), ("SHOP",), True),
        formatter="black",
    )
    assert run("generate").stdout.splitlines() == [
        f"pets: 1 operation, {FILES} files changed in made/pets",
        f"my_pets_v2: 1 operation, {FILES} files changed in made/my_pets_v2",
        "shelter: 1 of 2 operations (1 left out by --skip), "
        f"{FILES} files changed in made/shelter",
        f"pets for tests: 1 operation, {FILES} files changed in tests/clients/test_pets",
        "Import them as made.pets, made.my_pets_v2, made.shelter, tests.clients.test_pets."
        " They need httpx2 and msgspec: add them to your dependencies.",
    ]
    assert (
        "from tests.clients.test_pets import"
        in Path("tests/clients/test_pets/README.md").read_text()
    )
    assert run("generate", "pets for tests").stdout.endswith(
        "unchanged in tests/clients/test_pets\n"
    )
    write("pyproject.toml", settings)
    assert "'GET /dogs'" in run("check", "pets", status=2).stderr


def test_settings_that_are_not_utf_8_are_reported(project: Path) -> None:
    Path("pyproject.toml").write_bytes(b"[tool.clientcast]\nspecs = ['\xe9']\n")
    assert (
        f"{project / 'pyproject.toml'}: 'utf-8' codec" in run("check", status=2).stderr
    )


@pytest.mark.parametrize("settings", [None, "[project]\nname = 'other'\n"])
def test_missing_settings_hint_names_the_options(
    settings: str | None, project: Path
) -> None:
    Path("pyproject.toml").unlink()
    if settings is not None:
        write("pyproject.toml", settings)
    result = run("generate", status=2)
    assert "there is no pyproject.toml with [tool.clientcast] here or above;" in (
        result.stderr
    )
    assert "name a document with --spec FILE --output DIR" in result.stderr


def test_settings_are_found_from_a_subfolder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("src/app/pyproject.toml", "[project]\nname = 'inner'\n")
    monkeypatch.chdir("src/app")
    assert run("generate").stdout == NEW
    assert (project / "made" / "pets" / "client.py").is_file()
    assert [path.name for path in Path().iterdir()] == ["pyproject.toml"]


# generate


def test_second_run_changes_no_file(project: Path) -> None:
    first = run("generate")
    assert first.stdout == NEW
    assert first.stderr == ""
    before = folder_state(Path("made"))
    assert len(before) == FILES
    assert run("generate").stdout == "pets: 1 operation, unchanged in made/pets\n"
    assert folder_state(Path("made")) == before
    assert run("check").stdout == "pets: 1 operation, no problems\nexit 0\n"
    assert folder_state(Path("made")) == before


@pytest.mark.parametrize("place", ["--within", "pyproject.toml", ""])
def test_reference_outside_within_is_refused(project: Path, place: str) -> None:
    write("shared/name.yaml", "type: string")
    name = "$ref: ../shared/name.yaml"
    write("specs/pets.yaml", PETS.replace("type: string", name))
    if place == "pyproject.toml":
        write("pyproject.toml", SETTINGS + "within = '.'\n")
    options = ("--within", ".") if place == "--within" else ()
    result = run("generate", *options, status=0 if place else 1)
    assert ("remote-reference" in result.stdout) is not bool(place)


def test_only_named_specs_are_generated(project: Path) -> None:
    write("specs/dogs.yaml", PETS.replace("Pets", "Dogs"))
    write("pyproject.toml", two_specs())
    assert run("generate", "dogs").stdout.startswith("dogs: 1 operation, ")
    assert [path.name for path in Path("made").iterdir()] == ["dogs"]
    *both, _ = run("generate", "pets", "dogs").stdout.splitlines()
    assert [line.partition(":")[0] for line in both] == ["dogs", "pets"]


def test_spec_and_output_options_need_no_project(project: Path) -> None:
    Path("pyproject.toml").unlink()
    pair = ("--spec", "specs/pets.yaml", "--output", "src/some/client")
    output = run("generate", *pair).stdout
    assert output == NEW.replace("made/pets", "src/some/client").replace(
        "made.pets", "client"
    )
    assert Path("src/some/client/async_client.py").is_file()
    assert run("check", *pair).stdout == "pets: 1 operation, no problems\nexit 0\n"
    assert run("check", "--spec", "specs/pets.yaml").stdout == (
        "pets: 1 operation, no problems\nexit 0\n"
    )


def test_spec_with_an_error_writes_nothing(project: Path) -> None:
    write("specs/pets.yaml", WRONG)
    message = (
        "specs/pets.yaml:15:25: bad-option 'retry' cannot be 'never'\n"
        "   15 |       x-client: {retry: never}\n"
        "      |                         ^ write 'retry: safe', or remove it\n"
    )
    result = run("generate", status=1)
    last = "pets: 1 error; nothing was written\nexit 1: pets not generated\n"
    assert result.stdout == f"{message}{last}"
    assert result.stderr == ""
    assert sorted(path.name for path in project.iterdir()) == [
        "pyproject.toml",
        "specs",
    ]
    last = "pets: 1 operation, 1 error\nexit 1: 1 error\n"
    assert run("check", status=1).stdout == f"{message}{last}"


def test_spec_with_an_error_leaves_the_package_unchanged(project: Path) -> None:
    run("generate")
    before = folder_state(Path("made"))
    write("specs/pets.yaml", WRONG)
    run("generate", status=1)
    assert folder_state(Path("made")) == before


def test_spec_with_an_error_does_not_stop_the_others(project: Path) -> None:
    write("specs/dogs.yaml", WRONG)
    write("pyproject.toml", two_specs())
    lines = run("generate", status=1).stdout.splitlines()
    assert lines[-4:] == [
        "dogs: 1 error; nothing was written",
        *NEW.splitlines(),
        "exit 1: dogs not generated",
    ]
    assert [path.name for path in Path("made").iterdir()] == ["pets"]
    assert run("check", status=1).stdout.splitlines()[-3:] == [
        "dogs: 1 operation, 1 error",
        "pets: 1 operation, no problems",
        "exit 1: 1 error",
    ]


def test_errors_of_skipped_operations_are_ignored(project: Path) -> None:
    write("specs/pets.yaml", TWO_PETS)
    assert run("check", status=1).stdout.splitlines()[-2:] == [
        "pets: 2 operations, 1 error",
        "exit 1: 1 error",
    ]
    for option, wanted in (
        ("--only", "getPet"),
        ("--only", "get  /pets/{petId}"),
        ("--skip", "removePet"),
        ("--skip", "DELETE /pets/{petId}"),
        ("--skip", "shelter"),
    ):
        line, *_ = run("generate", option, wanted).stdout.splitlines()
        assert line.startswith(f"pets: 1 of 2 operations (1 left out by {option}), ")
    recorded = json.loads(Path("made/pets/clientcast.json").read_text())["spec"]
    assert recorded["left_out"] == ["DELETE /pets/{petId}"]
    assert run("check", "--skip", "removePet").stdout == (
        "pets: 1 of 2 operations (1 left out by --skip), no problems\nexit 0\n"
    )
    assert "remove_pet" not in Path("made/pets/client.py").read_text()


def test_package_with_other_operations_is_stale(project: Path) -> None:
    write("specs/pets.yaml", TWO_PETS.replace("retry: never", "retry: safe"))
    run("generate", "--skip", "shelter")
    assert "made/pets/client.py:" in run("check", status=1).stdout
    write("pyproject.toml", SETTINGS + "skip = {pets = ['shelter']}\n")
    assert run("check").stdout == (
        "pets: 1 of 2 operations (1 left out by --skip), no problems\nexit 0\n"
    )


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("getpet", "did you mean 'getPet'?"),
        ("GET /pets/{pet}", "did you mean 'GET /pets/{petId}'?"),
        ("zzz", "no operation has the tag, path or operationId 'zzz'"),
    ],
)
def test_unknown_operation_selector_is_reported(
    wanted: str, message: str, project: Path
) -> None:
    for option in ("--only", "--skip"):
        result = run("check", option, wanted, status=2)
        assert result.stdout == ""
        assert message in result.stderr


def test_warning_does_not_prevent_generation(project: Path) -> None:
    write("specs/pets.yaml", PETS.replace("tags: [pets]", "tags: [birds]"))
    result = run("generate")
    assert result.stdout.startswith("specs/pets.yaml:14:14: undeclared-tag ")
    assert f"pets: 1 operation, {FILES} files changed in made/pets\n" in result.stdout
    last = "pets: 1 operation, 1 warning\nexit 0: 1 warning allowed without --strict\n"
    assert run("check").stdout.endswith(last)
    for _ in range(2):  # The second run takes the warning from the record of the first.
        strict = run("check", "--strict", status=1)
        assert strict.stdout.endswith("\nexit 1: 1 warning with --strict\n")
    run("check", "--strict", "made/pets", status=2)


def test_strict_check_accepts_a_document_without_warnings(project: Path) -> None:
    run("generate")
    run("check", "--strict")


def test_foreign_file_is_kept(project: Path) -> None:
    run("generate")
    write("made/pets/mine.py", "mine = True\n")
    write("made/pets/notes/mine.md", "mine\n")
    write("specs/pets.yaml", PETS.replace("getPet", "findPet"))
    run("check", status=1)
    assert "def find(" not in Path("made/pets/client.py").read_text(encoding="utf-8")
    run("generate")
    assert "def find(" in Path("made/pets/client.py").read_text(encoding="utf-8")
    assert Path("made/pets/mine.py").read_text(encoding="utf-8") == "mine = True\n"
    assert Path("made/pets/notes/mine.md").read_text(encoding="utf-8") == "mine\n"
    assert run("check").stdout == "pets: 1 operation, no problems\nexit 0\n"


def test_foreign_file_in_the_way_is_not_overwritten(project: Path) -> None:
    write("made/pets/client.py", "mine = True\n")
    result = run("generate", status=1)
    assert result.stdout == ""
    place = project / "made" / "pets" / "client.py"
    assert result.stderr == (
        f"Error: {place} is in the way: clientcast.json does not list it as"
        " generated; move or delete it\nexit 1\n"
    )
    assert [path.name for path in place.parent.iterdir()] == ["client.py"]
    assert place.read_text(encoding="utf-8") == "mine = True\n"


@pytest.mark.parametrize("command", ["generate", "check"])
def test_empty_output_is_refused(project: Path, command: str) -> None:
    arguments = ["--spec", "specs/pets.yaml", "--output", ""]
    result = run(command, *arguments, status=2)
    assert (
        "Invalid value for '--output': the path of the folder is empty" in result.stderr
    )
    assert run("docs", "--output", "", status=2).stdout == ""
    assert not Path("client.py").exists()


def test_empty_folder_of_pages_is_refused(project: Path) -> None:
    run("generate")
    write("pyproject.toml", SETTINGS + 'docs = ""\n')
    result = run("docs", status=2)
    assert "'docs' of [tool.clientcast] must be a path" in result.stderr


def test_edited_page_is_overwritten_only_on_request(project: Path) -> None:
    run("generate")
    run("docs")
    page = Path("docs/index.md")
    text = page.read_text(encoding="utf-8")
    write("docs/index.md", "edited\n")
    assert "index.md was edited" in run("docs", status=1).stderr
    assert page.read_text(encoding="utf-8") == "edited\n"
    run("docs", "--force")
    assert page.read_text(encoding="utf-8") == text


def test_folder_that_cannot_be_created_is_reported(project: Path) -> None:
    write("made", "a file\n")
    result = run("generate", status=1)
    assert result.stderr.startswith("Error: ")
    assert "made" in result.stderr and len(result.stderr.splitlines()) == 2
    assert Path("made").read_text(encoding="utf-8") == "a file\n"


# check


def test_package_that_was_not_generated_is_one_line(project: Path) -> None:
    line, *rest = run("check", status=1).stdout.splitlines()
    assert line == (
        "made/pets/clientcast.json:1:1: stale the package was not generated yet;"
        " run clientcast generate"
    )
    assert rest == [
        f"pets: 1 operation, {FILES} files stale",
        f"exit 1: {FILES} stale files",
    ]
    assert (
        "\n--- /dev/null\n+++ b/client.py\n" in run("check", "--diff", status=1).stdout
    )


def test_check_names_the_other_version_that_wrote_a_package(project: Path) -> None:
    run("generate")
    manifest = Path("made/pets/clientcast.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    other = content | {"generator": "clientcast 0.0.1\x1b"}
    manifest.write_text(json.dumps(other), encoding="utf-8")
    assert run("check", status=1).stdout.splitlines()[0] == (
        "made/pets/clientcast.json:1:1: stale clientcast 0.0.1\\x1b wrote this file,"
        f" and this is {__version__}; run clientcast generate"
    )


def test_check_reports_each_stale_file(project: Path) -> None:
    run("generate")
    client = Path("made/pets/client.py")
    lines = client.read_text(encoding="utf-8").splitlines(keepends=True)
    number = lines.index("class Pets(Client):\n") + 1
    lines[number - 1] = "class Dogs(Client):\n"
    client.write_text("".join(lines), encoding="utf-8")
    Path("made/pets/py.typed").unlink()
    manifest = Path("made/pets/clientcast.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["files"]["old.py"] = "0" * 64
    manifest.write_text(json.dumps(content), encoding="utf-8")
    write("made/pets/old.py", "old = True\n")
    before = folder_state(Path("made"))

    rerun = "run clientcast generate"
    stale = [
        f"made/pets/client.py:{number}:1: stale this file was edited by hand; {rerun}"
        " --merge or --force",
        f"made/pets/clientcast.json:1:1: stale this file differs from the spec; {rerun}",
        "made/pets/old.py:1:1: stale this file is no longer part of the package;"
        f" it was edited and is kept; {rerun}",
        f"made/pets/py.typed:1:1: stale this file is missing; {rerun}",
    ]
    result = run("check", status=1)
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[:4] == stale
    assert "  breaking: Dogs is `Pets` now: importing the old name fails" in lines
    assert lines[-2:] == [
        "pets: 1 operation, 4 files stale",
        "exit 1: 4 stale files",
    ]

    shown = run("check", "--diff", status=1).stdout
    for line in (
        "--- a/client.py\n+++ b/client.py\n",
        "\n-class Dogs(Client):\n+class Pets(Client):\n",
        "--- /dev/null\n+++ b/py.typed\n",
        *(f"{line}\n" for line in stale),
    ):
        assert line in shown
    assert folder_state(Path("made")) == before

    assert run("generate", status=1).stderr == (
        "Error: made/pets/client.py was edited since it was generated: see the differences"
        " with --diff, keep the edits with --merge, or overwrite them with --force\nexit 1\n"
    )
    assert folder_state(Path("made")) == before
    result = run("generate", "--force")
    assert result.stdout.endswith("\npets: 1 operation, 3 files changed in made/pets\n")
    assert result.stderr == (
        "made/pets/old.py: edited since it was generated;"
        " kept, and no longer part of the output\n"
    )
    assert Path("made/pets/old.py").read_text(encoding="utf-8") == "old = True\n"
    assert run("check", "--diff").stdout == "pets: 1 operation, no problems\nexit 0\n"


def test_check_accepts_edits_of_files_that_are_current(project: Path) -> None:
    run("generate")
    client = Path("made/pets/client.py")
    client.write_text(client.read_text("utf-8") + "OURS = 1\n", "utf-8")
    line, *_ = run("check", status=1).stdout.splitlines()
    assert line.endswith(
        "this file was edited by hand; run clientcast generate --force,"
        " or accept it with --allow-edits"
    )
    accepted = "pets: 1 operation, 1 file edited\nexit 0\n"
    assert run("check", "--allow-edits").stdout == accepted

    write("specs/pets.yaml", PETS.replace("title: Pets", "title: Pets and more"))
    result = run("check", "--allow-edits", status=1)
    assert f"{client}:" in result.stdout and "--merge or --force" in result.stdout


def test_check_reports_an_appended_byte_in_any_file(project: Path) -> None:
    run("generate")
    paths = sorted(path for path in Path("made").rglob("*") if path.is_file())
    for path in paths:
        path.write_bytes(path.read_bytes() + b"\n")
    *lines, last, status = run("check", status=1).stdout.splitlines()
    assert status == f"exit 1: {FILES} stale files"
    assert {line.partition(":")[0] for line in lines} == {p.as_posix() for p in paths}
    assert last == f"pets: 1 operation, {FILES} files stale"


# Terminals


def test_output_without_a_terminal_is_plain_text(project: Path) -> None:
    write("specs/dogs.yaml", WRONG)
    write("pyproject.toml", two_specs())
    for arguments in (["generate"], ["check", "--diff"], ["check", "nobody"]):
        done = run_process(*arguments, FORCE_COLOR="1", TERM="xterm-256color")
        assert done.stdout + done.stderr
        for text in (done.stdout.decode(), done.stderr.decode()):
            assert all(c == "\n" or c.isprintable() for c in text)
    done = run_process("generate", FORCE_COLOR="1")
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_progress_is_shown_and_erased_on_a_terminal(project: Path) -> None:
    import pty

    mine, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "clientcast", "generate"],
        env={**os.environ, "PYTHONPATH": GENERATOR, "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=False,
    )
    os.close(theirs)
    shown = os.read(mine, 65536).decode()
    os.close(mine)
    assert done.returncode == 0
    assert done.stdout == NEW.encode()
    assert "casting pets" in shown
    assert shown.rstrip().endswith("\x1b[2K")


@pytest.mark.parametrize("trick", ["\x1b[31m", "\u202e", "\u2066", "\x07"])
def test_control_characters_of_a_document_are_escaped(
    trick: str, project: Path
) -> None:
    escaped = trick.encode("unicode_escape").decode()
    content = {"openapi": "3.1.0", f"{trick}x": 1, "paths": 1}
    write("tricky.yaml", json.dumps(content, ensure_ascii=False))
    result = run("check", "--spec", "tricky.yaml", status=1)
    assert trick not in result.stdout
    assert escaped in result.stdout


def test_control_characters_of_a_file_name_are_escaped(project: Path) -> None:
    Path("specs/pets.yaml").rename("specs/step\u202e.yaml")
    output = run("check", "--spec", "specs/step\u202e.yaml").stdout
    assert output == "step\\u202e: 1 operation, no problems\nexit 0\n"


def test_unencodable_character_is_escaped(project: Path) -> None:
    write("specs/pets.yaml", PETS.replace("type: string", "type: 文字列"))
    done = run_process("check", PYTHONIOENCODING="cp1252")
    assert done.stderr == b""
    assert done.returncode == 1
    assert rb"unknown-type '\u6587\u5b57\u5217' is not a type" in done.stdout


def test_modules_of_the_current_folder_are_not_run(project: Path) -> None:
    for name in ("json", "resource", "jsonschema_path", "openapi_spec_validator"):
        write(f"{name}.py", "open('ran', 'w').close()\n")
    write("clientcast/validation/program.py", "open('ran', 'w').close()\n")
    done = run_process("check", "--spec", "specs/pets.yaml")
    assert not Path("ran").exists()
    assert done.stdout == b"pets: 1 operation, no problems\nexit 0\n"
