"""Everything about papers and answers. Knows nothing of Discord."""

import sys


def require_python() -> None:
    """End with a sentence if this Python can't read the code, before it tries to."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one would see a traceback
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")


require_python()
