"""Templates: the one module that knows Jinja. Templates hold layout; every field must be given, and nothing else."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(package: str, template: str, **fields: Any) -> str:
    """A template from the folder `templates` of a package, filled in. A missing field is an error."""
    environment = Environment(
        loader=PackageLoader(package, "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Python and plain text, not HTML; what a user wrote is escaped before it comes here
    )
    return environment.get_template(template).render(**fields)
