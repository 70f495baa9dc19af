"""What holds for all tests: how hypothesis looks for counter-examples."""

from __future__ import annotations

import os

from hypothesis import settings

# "ci" tries the same examples every time: a build fails because of the change, not because of luck.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
