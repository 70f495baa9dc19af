"""Words that ask for papers and say nothing of their subject."""

from __future__ import annotations

from typing import Final

FILLERS: Final = frozenset(
    """
    show list find give get tell fetch search pull want wants need see read reading reads know knows
    recommend suggest please pls plz hi hey hello thanks thank paper papers work works
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
    every took take takes part under participate participated participates involved menu agenda plate
    someone named
    precise specific certain particular respective cooking cook real rq asap real-quick best-of
    dude dudes fam man mates buddy pal folks y'all yall homie lads peeps crew everybody team chat boss sirs madam
    aight alright hmm hm um uh erm oh ah wow damn dang man geez omg lmao lmfao rofl haha hehe ngl tbh imo imho idk iirc
    afaik fr frfr btw fyi fwiw lowkey highkey literally basically honestly frankly actually seriously apparently
    supposedly obviously maybe perhaps probably allegedly reportedly somehow somewhere anyway anyways nevermind
    juicy dope sick lit fire killer banging solid legit rad epic neat sweet lovely superb stellar brilliant fantastic
    excellent terrific wonderful fabulous insane crazy wild spicy shiny promising impressive fascinating intriguing
    inspiring influential impactful groundbreaking breakthrough famous well-known renowned outstanding decent favoured
    headline hyped buzzing buzz buzzworthy must-see unmissable essential
    banger bangers gem gems goodie goodies hit hits junk thingy thingies bits goods loot winners tops
    poppin popping happening going-on goin droppin cookin hook hooked grab sling toss shoot fire-up spill
    lookin searchin wan na gon gonna wanna gotta trying tryna try tried reckon guess suppose suggesting wish wishing
    hoping hope forgot forgotten forget remember recall recollect remind mentioned mention told tells says said saying
    talking spoke speaking introduced recommends advised suggested asks reading reads studied follow following
    supervisor advisor adviser boss lecturer teacher student students friend girlfriend boyfriend roommate coworker
    presentation seminar thesis slides class course homework assignment meeting lunch dinner breakfast coffee flight
    train bus weekend holiday holidays vacation trip office home club group journal-club
    afternoon noon midnight sorry apologies apologise apologize bother bothering trouble excuse pardon grateful
    appreciated obliged welcome cheers regards sincerely best-regards
    publicated contributing contributes contributor contributors responsible works-by
    obtainable downloadable accessible viewable visible present consult consulted possess possesses possessing own owns
    owned desire desired require required requires requiring seek seeking sought
    fulfil fulfill satisfy satisfying meet meets meeting qualify qualifies both simultaneously respectively
    beginning ended ends end start started starts begin begins began earliest
    signature byline bylined masthead credited credits attributed pseudonym
    roughly approximately around circa
    """.split()
)
"""Words around a request for papers, which may be its subject behind "about"."""
