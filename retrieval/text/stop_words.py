"""Words that occur in every abstract."""

from __future__ import annotations

_FUNCTION_WORDS = """
    a about above after again against all also am an and any are aren as at be because been before being below
    between both but by can cannot could couldn did didn do does doesn doing don down during each either else et
    few for from further get gets give gives had hadn has hasn have haven having he her here hers herself him
    himself his how however i if in into is isn it its itself just let may me might more most much must my myself
    nor not of off on once one only onto or other our ours ourselves out over own per please quite rather s same
    shall she should shouldn so some such t than that the their theirs them themselves then there therefore these
    they this those through thus to too under until up upon us very via was wasn we were weren what whatever when
    where whether which while who whom whose why will with within without won would wouldn yet you your yours
    yourself yourselves
"""
_CONTRACTIONS = """
    aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't won't wouldn't
    he's here's how's it's let's she's that's there's what's when's where's who's why's i'm you're we're they're
    i've you've we've they've i'd he'd she'd you'd we'd they'd what're i'll it'll you'll we'll they'll that'll
"""
STOP_WORDS = frozenset(f"{_FUNCTION_WORDS}{_CONTRACTIONS}{_CONTRACTIONS.replace(chr(39), '’')}".split())
"""Function and question words in lower case, which occur in every abstract."""
