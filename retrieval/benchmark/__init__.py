"""Speed, memory and disk of the index beside other engines, in one run on the same corpus and queries.

``material`` makes corpus and queries, ``engines`` has a small adapter for each engine, ``measuring`` is
the process in which one engine builds, answers or adds, ``running`` starts these one after the other,
``output`` prints what they measured.
"""
