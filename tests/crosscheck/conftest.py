"""Properties are tried on as many examples as the profile says."""

from __future__ import annotations

from tests import profiles

profiles.load()
