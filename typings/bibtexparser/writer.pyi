class BibtexFormat:
    indent: str
    block_separator: str
    trailing_comma: bool
