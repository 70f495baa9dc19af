"""Everything about chat. How papers are found and answers are made is the library's business."""

from retrieval import require_python

require_python()
