"""Command line as `python -m clientcast`."""

from clientcast.cli import main

if __name__ == "__main__":
    main()
