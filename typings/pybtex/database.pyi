class Person:
    first_names: list[str]
    middle_names: list[str]
    prelast_names: list[str]
    last_names: list[str]
    lineage_names: list[str]
    def __init__(self, string: str = ...) -> None: ...

class Entry:
    fields: dict[str, str]
    persons: dict[str, list[Person]]

class BibliographyData:
    entries: dict[str, Entry]

def parse_string(value: str, bib_format: str) -> BibliographyData: ...
