"""How many examples properties are tried on: few by default, many where CI asks for them.

HYPOTHESIS_PROFILE=ci    at least 500 random networks in all
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Deriving a network takes a tenth of a second, so a deadline for one example would only measure the machine.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
settings.register_profile("default", max_examples=20, deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("ci", max_examples=180, deadline=None, print_blob=True, suppress_health_check=SLOW)


def load() -> None:
    """Use the profile that the environment names."""
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
