from collections.abc import Sequence

class Field:
    key: str
    value: str
    def __init__(self, key: str, value: str) -> None: ...

class Entry:
    key: str
    entry_type: str
    def __init__(self, entry_type: str, key: str, fields: Sequence[Field]) -> None: ...
