"""Where the large recorded data lies, on machines that have it. A user's clone has none."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "data").is_dir(),
    reason="needs ../shared/data (recorded lists and questions), which is not here",
)
