"""Speed, memory and disk of the index beside other engines, in one run on the same corpus and queries.

``corpora`` makes corpus and queries, ``engines`` has an adapter for each engine, ``measurement`` is the process in
which one engine builds, searches or adds, ``runner`` starts these one after the other, ``output`` prints the results.
"""
