"""Everything about chat. How papers are found and answers are made is the library's business."""

import retrieval as retrieval  # it ends the program with a sentence if this Python is too old
