"""Everything about chat. How papers are found and answers are made is the library's business."""

import os

# The matrices of an answer are small: a second thread of BLAS would only wait, and take a core while it does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
