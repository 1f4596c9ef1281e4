"""Worker that calls Pangea's own SDK: `pangea_sdk.py URL`."""

import sys

from loop import serve
from pangea.config import PangeaConfig
from pangea.services import AuthN


def main(url: str) -> None:
    authn = AuthN("pts_1", PangeaConfig(base_url_template=url))
    serve(lambda: authn.session.list().result)


if __name__ == "__main__":
    main(sys.argv[1])
