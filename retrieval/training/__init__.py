"""Making what ``config/`` holds of learned things: the answerer's weights and the word vectors.

Nothing here is used to answer. But for ``searches`` SciPy is needed (``dev`` extra).
"""
