"""Words that ask for papers and say nothing of their subject."""

from __future__ import annotations

from typing import Final

FILLERS: Final = frozenset(
    """
    show list find give get tell fetch search pull want wants need see read reading reads know knows
    recommend suggest please pls plz hi hey hello thanks thank paper papers paprs papre work works
    article articles publication publications preprint preprints study studies manuscript manuscripts published
    publish publishing released release releases posted post written write wrote writes authored author authors
    coauthored co-authored co-wrote co-author co-authors coauthor coauthors appeared appear came come coming put
    added submitted uploaded available here library catalogue catalog bot got
    gotten date dates dated about regarding concerning related relating deal deals dealing
    dealt cover covers covering mention mentions mentioning discuss discusses talk talks something anything
    everything stuff thing things anyone somebody someone folks ones one research literature new recent
    recently lately ever so far also only just maybe like exist exists existing there daily
    hugging face huggingface listed lists them those these it its first sorted sort ordered order ranked rank rather
    instead upvoted voted votes vote upvotes upvote more still much many contribute
    contributed including include worked working year month week summarize summarise
    overview digest researchers what's whats what’s what'd u me'd i'd i'm i’m we've go
    back up out contains contain matching match found together jointly whatever among done say anything's favourite
    favorite picks pick entries entry all did
    file bibliography miss missed overall absolute exactly recommended et al featured listed collaborations
    """.split()
)
"""Words that ask for papers and say nothing of their subject, not even behind "about"."""
ASIDES: Final = frozenset(
    """
    time period span index database collection archive topic topics subject name names number count
    total lot lots people scientists academics summary single news current currently look looking day days
    use uses using used older newer earlier later pubs sth excuse mean collaboration collaborate collaborated
    collaborating collaborator
    collaborators joint
    coauthorship feature catch caught update updates interesting exciting cool notable remarkable noteworthy great good
    nice amazing awesome relevant important must-read must-reads top-rated worth check checkout browse display open
    return fetch provide hand present bring filter restrict limit narrow kindly could would possible possibly quick
    quickly help helps select choose collect curious wondering wonder interested grateful appreciate love glad ask
    asking heard hear hearing true common kind sure thing dear sir friend guys mate bro lol fresh brand existing
    hosted stored indexed held hold sup yo hiya gimme lemme wanna morning afternoon evening
    contributions output outputs oeuvre portfolio titles titled title entry entries already
    guy person individual scholar scientist researcher professor prof dr mr mrs ms colleague called
    thats one's where whose penned pen pens signed co-signed sign behind produced produce
    dropped drop drops landed land surfaced surface showed shows shown hit arrived arrive making made
    rated favourites favorites community crowd audience readers reader liking likes like liked loved
    sorting ordering ranking according starting ending until excluding except minus unpopular fame hall
    submissions submission uploads upload postings posting post posts digest tldr gist recap rundown highlights
    plus edition haul selected arrivals now same hide restrict restricted instead newer
    ok okay surname colleagues bot since searching search send sent told made skim skimming distinct
    different volume descending ascending
    dispose appearing thankful away table check pull nobody everyone
    couple filtered filter quantity christmas curiosity collected holiday whichever handful bunch bit
    precise specific certain particular respective cooking cook real rq asap real-quick best-of
    """.split()
)
"""Words around a request for papers, which may be its subject behind "about"."""
