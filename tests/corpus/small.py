"""Documents for the tests of the corpus runner."""

from pathlib import Path

from tests.corpus.documents import Document, list_documents
from tests.support.project import ROOT

CORPUS = ROOT.parent / "shared" / "corpus"
CORPUS_DOCUMENTS = list_documents(CORPUS) if CORPUS.is_dir() else []
SMALLER_HALF = CORPUS_DOCUMENTS[: len(CORPUS_DOCUMENTS) // 2]
CORPUS_MISSING = "../shared/corpus is not there"

PETS = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: "https://pets.example"}]
paths:
  /pets:
    get:
      tags: [pets]
      operationId: listPets
      responses:
        "200":
          description: Pets.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        mother: {$ref: "#/components/schemas/Pet"}
        status: {type: string, enum: [here, gone]}
"""
PETS_WITH_BAD_PATH = PETS.replace("/pets:", "/../pets:")


def write_document(folder: Path, text: str = PETS) -> Document:
    (folder / "pets.yaml").write_text(text, encoding="utf-8")
    (found,) = list_documents(folder)
    return found
