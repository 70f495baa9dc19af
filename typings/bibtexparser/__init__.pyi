from collections.abc import Sequence

from .model import Entry
from .writer import BibtexFormat

class Library:
    entries: list[Entry]
    failed_blocks: list[object]
    def __init__(self, blocks: Sequence[Entry] = ...) -> None: ...

def write_string(library: Library, *, bibtex_format: BibtexFormat = ...) -> str: ...
