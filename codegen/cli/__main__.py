"""`python -m codegen.cli` is `chainscribe`, for places where scripts are not on the path."""

from __future__ import annotations

from codegen.cli.command import main

if __name__ == "__main__":
    main()
