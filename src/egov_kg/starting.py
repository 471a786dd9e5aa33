"""A folder for a graph of one's own: the configuration with its defaults, and where things go."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from egov_kg.config import FILE, Config
from egov_kg.errors import ConfigurationError

__all__ = ["start"]


def start(folder: Path) -> tuple[Path, ...]:
    """Make a folder with a configuration and empty folders for documents and background tables.

    Args:
        folder: Made if it is missing. What is in it stays.

    Returns:
        What was made, in order.

    Raises:
        ConfigurationError: If there is a configuration already, or the folder cannot be written.
    """
    path = folder / FILE
    if path.exists():
        raise ConfigurationError(f"{path} is there already; remove it, or choose another folder")
    made = [path]
    try:
        for name in ("documents", "background"):
            if not (folder / name).is_dir():
                (folder / name).mkdir(parents=True)
                made.append(folder / name)
        path.write_text(_settings(), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}") from error
    return tuple(made)


def _settings() -> str:
    lines = ["# The settings of this graph. A line that is commented out shows the default."]
    for key, value in dataclasses.asdict(Config()).items():
        shown = str(value) if isinstance(value, Path) else value
        lines.append(f"# {key} = {json.dumps(shown, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
