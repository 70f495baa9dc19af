"""Search on an existing engine: a Milvus cluster holds the papers' terms, for corpora that no machine holds.

``connection`` makes every call, with a timeout, and ``collection`` knows the fields. ``rows`` makes a paper's
sparse vector, whose inner product with a query's is nearly the BM25 score. The best candidates get exact scores in
``partial``: an index of these few papers with the statistics of all of them, which are in ``term_counts``.
"""
