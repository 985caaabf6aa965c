"""Python's flags for running someone's file apart from this process."""

from __future__ import annotations

import importlib.util
import os
import site


def isolation() -> list[str]:
    """Flags with which a process sees no environment variables, and no folder of the user's own on the path.

    Where NumPy itself is installed for this user only, that folder has to stay.
    """
    numpy = importlib.util.find_spec("numpy")
    of_user = os.path.join(site.getusersitepackages(), "")
    if numpy is not None and numpy.origin is not None and numpy.origin.startswith(of_user):
        return ["-E", "-P"]
    return ["-I"]
