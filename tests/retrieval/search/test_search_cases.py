"""Searches as people type them, over a small catalogue of made-up papers: what each must find."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import PaperNotFound, QueryError
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import LibrarySettings

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def paper(id: str, title: str, abstract: str, authors: str = "Ann Lee", **fields: Any) -> Paper:
    """A paper; ``authors`` are separated by commas."""
    given = {"published": f"20{id[:2]}-{id[2:4]}-15", "categories": ("cs.CL",), "authors": tuple(authors.split(", "))}
    return Paper.model_validate({"id": id, "title": title, "abstract": abstract} | given | fields)


PAPERS = [
    paper("2401.00001", "LLM Planners", "LLMs plan. An LLM agent acts.", "Ada Deng, Yann Lekun", votes=30),
    paper("2402.00002", "Language Agents at Work", "An LLM's plan for agents: a survey.", "Bo Deng", code_url="https://c.example"),
    paper("2403.00003", "Fine-Tuning with Adapters", "We optimise fine-tuning of GPT-4.", "Søren Åkeson", votes=20),
    paper("2404.00004", "Finetuning Revisited", "Finetuning GPT4 optimizes behavior.", "Łukasz Żak", votes=5),
    paper("2405.00005", "Behaviour Modelling", "Fine tuning GPT 4 changes behaviour in the centre.", "Ashwin Vasani"),
    paper("2406.00006", "A k-NN Index", "The k-NN graph beats VQVAE codes.", "José Núñez", categories=("cs.IR",)),
    paper("2407.00007", "kNN and VQ-VAE", "A kNN for the VQ-VAE.", "Ægir Þórsson", categories=("math.OC",)),
    paper("2501.00008", "Text-to-Image Quantization", "Quantized text-to-image models. No owls.", "Max Strauß"),
    paper("2502.00009", "text2image Quantizers", "Quantizers for text2image: a survey.", "Işıl Yıldız"),
    paper("2503.00010", 'Schr\\"odinger Bridges for B\\\'ezier Curves', "Bridges in {\\L}\\'od\\'z.", "Kurt Gödel"),
    paper("2504.00011", "Schrödinger Cats", "Cats &amp; trans\u00adformers: na&iuml;ve.", "Kurt Goedel"),
    paper("2505.00012", "深度学习综述", "A survey of deep learning in Chinese.", "Wei Li"),
    paper("2506.00013", "Diffusion Policies for Robots", "A diffusion policy moves a robot.", "Wei Li, Bo Deng"),
    paper("2507.00014", "Diffusion for Pictures", "Diffusion paints. IT staff like it.", "Mia Long"),
    paper("2508.00015", "Policies of Owls", "Owls have a policy. To be or not to be an owl?", "Mia Long"),
    paper("2509.00016", "What's \"New\"? (Part 1: A [Draft] of $O(n^2)$)", "Not the US or the A.I. act of the WHO."),
    paper("2510.00017", "Multi-Modal RNA Models", "Multimodal RNAs and GPUs, pre-trained.", "Bo O'Neil"),
    paper("2511.00018", "Robot Long-Term Memory", "Multi robots in modal logic; GPT moves 4, GPT-4o one.", "Long Chen"),
    paper("2512.00019", "UI2Code^N: Tokenisation of Screens", "Tokens of screens: we tokenize them.", "Uma Ito"),
    paper("2512.00020", "Screens as Tokens", "Every token of a screen counts.", "Uma Ito"),
]  # fmt: skip
IDS = {each.id[-2:]: each for each in PAPERS}


def library() -> Any:
    """The catalogue."""
    return Library.of(PAPERS, LibrarySettings(data_folder=Path("unused")), lambda: NOW)


SEARCHES = """
LLM                                   01 02
LLMs                                  01 02
LLM's                                 01 02
llms agents                           01 02
-LLM survey                           09 12
survey -LLMs                          09 12
survey NOT LLM                        09 12
survey NOT (LLM OR quantizers)        12
survey –LLM                           09 12
survey −LLM                           09 12
survey ‑LLM                           09 12
survey ‐LLM                           09 12
LLM AND survey                        02
LLM survey                            02
LLM OR owls                           01 02 08 15
"LLM agent"                           01
fine-tuning                           03 04 05
finetuning                            03 04 05
fine tuning                           03 04 05
"fine tuning"                         03 04 05
-finetuning GPT4                      none
GPT4                                  03 04 05
GPT-4                                 03 04 05
gpt-4                                 03 04 05
gpt 4                                 03 04 05
GPT 4                                 03 04 05
GPT-3                                 none
GPT 4o                                18
multi modal                           17
optimise                              03 04
optimize                              03 04
optimising                            03 04
behaviour                             04 05
behavior                              04 05
center                                05
modeling                              05 08 17
kNN                                   06 07
k-NN                                  06 07
k-nn                                  06 07
VQVAE                                 06 07
VQ-VAE                                06 07
vq vae                                06 07
-VQ-VAE kNN                           none
text2image                            08 09
text-to-image                         08 09
text to image                         08 09
quantization                          08 09
quantisation                          08 09
quant*                                08 09
quant* -survey                        08
quantiz*                              08 09
"quantiz*"                            08 09
tokeniz*                              19
tokenis*                              19
token*                                19 20
-tokeniz* screens                     20
"UI2Code^N: Tokenisation of Screens"  19
title:LLM OR title:owls               01 15
all:mamba OR all:kNN                  06 07
arxiv.org/2401.00001                  01
abs/2401.00001                        01
paper:2401.00001                      01
#2401.00001                           01
title={What's "New"? (Part 1: A [Draft] of $O(n^2)$)}, 16
Author: Yann Lekun                    01
likes >= 20                           01 03
writer:lekun                          01
Schrodinger                           10 11
Schrödinger                           10 11
Schroedinger                          10 11
Bezier                                10
Lodz                                  10
Łódź                                  10
transformers                          11
naive                                 11
深度学习                              12
学习                                  12
综述                                  12
deep learning                         12
ＧＰＴ－４                            03 04 05
RNA                                   17
RNAs                                  17
GPU                                   17
multimodal                            17
multi-modal                           17
pretrained                            17
pre-trained                           17
diffusion policy robot                13
diffusion policy                      13
diffusion policy after:2025-07        none
diffusion                             13 14
GPT 4 OR owls                         03 04 05 08 15
title:GPT                             none
‘diffusion policy’                    13
'diffusion policy'                    13
«diffusion policy»                    13
``diffusion policy''                  13
-‘diffusion policy’ robot             18
IT                                    14
US                                    16
A.I.                                  16
who acts WHO                          16
US acts                               16
U.S. acts                             16
staff NOT IT                          none
to be or not to be                    15
TO BE OR NOT TO BE                    15
2401.00001                            01
arXiv:2401.00001                      01
arXiv:2401.00001v2 [cs.CL]            01
https://arxiv.org/abs/2401.00001v3    01
https://arxiv.org/pdf/2401.00001.pdf  01
https://hf.co/papers/2401.00001       01
https://huggingface.co/papers/2401.00001#x 01
https://www.alphaxiv.org/abs/2401.00001 01
10.48550/arXiv.2401.00001             01
https://doi.org/10.48550/arXiv.2401.00001 01
look at https://arxiv.org/abs/2401.00001 01
arXiv.2401.00001                      01
https://a.example/?doi=10.48550/arXiv.2401.00001 01
2401.09999                            none
title:kNN                             06 07
ti:owls                               15
title:"owls"                          15
abs:owls                              08 15
abstract:"no owls"                    08
au:lekun                              01
author:"Yann Lekun"                   01
author=lekun                          01
by:lekun                              01
author: lekun                         01
author: Yann Lekun                    01
LLM author: lekun                     01
title: owls                           15
abs: owls                             08 15
author:soren                          03
author:soeren                         03
author:Søren                          03
author:akeson                         03
author:aakeson                        03
author:lukasz                         04
author:Łukasz                         04
author:zak                            04
author:aegir                          07
author:thorsson                       07
author:Þórsson                        07
author:strauss                        08
author:isil                           09
author:yildiz                         09
author:godel                          10
author:goedel                         10 11
author:Gödel                          10 11
author:nunez                          06
cat:cs.IR                             06
category:cs.IR                        06
category:math                         07
category:math.*                       07
#math                                 07
year:2024 kNN                         06 07
year:2025 survey                      09 12
year:2024 survey                      02
date:2025-06                          13
date:>=2025-10                        17 18 19 20
date:<2024-02                         01
year:2023..2024 LLM                   01 02
from:2024-06 to:2024-07               06 07
submittedDate:[202406010000 TO 202406302359] 06
date:[2024-06 TO 2024-07]             06 07
year: 2024 survey                     02
year >= 2025 survey                   09 12
votes: >= 20                          01 03
votes >= 20                           01 03
with:code                             02
votes:>=20                            01 03
votes:20                              03
upvotes:>25                           01
votes>25                              01
year>2024 survey                      09 12
survey !LLM                           09 12
kNN || owls policy                    06 07 15
code:yes                              02
has:code                              02
code:no LLM                           01
What's "New"? (Part 1: A [Draft] of $O(n^2)$) 16
Schr\\"odinger Bridges for B\\'ezier Curves 10
Text-to-Image Quantization            08 09
Title: Policies of Owls               15
https://www.connectedpapers.com/main/2401.00001 01
https://api.semanticscholar.org/arXiv:2401.00001 01
https://ui.adsabs.harvard.edu/abs/2024arXiv240100001L/abstract 01
https://scholar.google.com/scholar?q=arXiv%3A2401.00001 01
https://arxiv.org/ftp/arxiv/papers/2401/2401.00001.pdf 01
@article{li2025, author={Li, Wei}, title={{Diffusion} Policies for Robots}, year={2025}} 13
Diffusion Policies for Robots (Li et al., 2025) 13
Diffusion Policies for Robots [Li+ 2025] 13
Diffusion%20Policies%20for%20Robots   13
title:quant*                          08 09
title:tokeniz*                        19
title:tokens*                         20
-title:tokeniz* screens               20
title:(owls OR LLM)                   01 15
title:(diffusion policies)            13
title:("diffusion policies" OR kNN)   06 07 13
title:(diffusion -robots)             14
title:(quantiz*)                      08 09
author:(lekun OR zak)                 01 04
author:(Wei Li)                       12 13
cat:(cs.IR OR math.OC)                06 07
survey -title:(LLM OR quantizers)     02 12
votes:20-30                           01 03
votes:5..20                           03 04
votes = 20                            03
votes:> 20                            01
year = 2024 survey                    02
survey AND NOT LLM                    09 12
text 2 image                          08 09
IT US                                 none
staff IT                              14
robot -IT                             13 18
diffusion -IT                         13
diffusion NOT IT                      13
title:GODEL OR author:goedel          10 11
mamba[ti] OR owls[ti]                 15
diffusion policies[ti]                13
"diffusion policies"[Title]           13
"no owls"[Title/Abstract]             08
owls[tiab] NOT policy[tiab]           08
Deng B[Author]                        02 13
Deng B[au] AND survey                 02
survey AND 2025[dp]                   09 12
survey AND 2024/02:2024/05[pdat]      02
-owls[ti] owls                        08
TITLE-ABS-KEY(owls)                   08 15
TITLE(owls)                           15
AUTH(lekun)                           01
TS=(mamba OR kNN)                     06 07
PY=2025 survey                        09 12
author:lekun,zak                      01 04
author:lekun;zak                      01 04
@lekun,zak                            01 04
author:"Yann Lekun","Łukasz Żak"      01 04
author:Lekun,Yann                     01
author:Lekun, Yann                    01
author:Lekun,Y                        01
creator:lekun                         01
cat:cs.IR,math.OC                     06 07
category:cs.IR, math.OC               06 07
id:2401.00001,2402.00002              01 02
year:2024,2025 survey                 02 09 12
LLM 2023..2024                        01 02
survey 2025..                         09 12
survey 2024..2024                     02
survey 2024…2025                      02 09 12
survey before:June 2024               02
survey after:1 May 2025               12
survey since:May 1, 2025              12
created:>=2025-10                     17 18 19 20
month:2025-06                         13
cs.IR                                 06
kNN math.OC                           07
cs.*                                  01 02 03 04 05 06 08 09 10 11 12 13 14 15 16 17 18 19 20
survey ANDNOT LLM                     09 12
ti:owls ANDNOT abs:mice               15
author :lekun                         01
author = lekun                        01
AUTHOR: lekun                         01
title : owls                          15
allintitle: diffusion policies        13
au:li+AND+ti:robots                   13
author:Lekun Y                        01
author:Y Lekun LLM                    01
Lekun YZ[au] OR owls[ti]              15
kNN | owls                            06 07 08 15
kNN|owls                              06 07 08 15
diffusion NEAR policy                 13
diffusion NEAR/3 policy               13
diffusion AROUND(3) policy            13
diffusion W/5 policy                  13
"diffusion policy"~5                  13
diffusion~                            13 14
title:owls^2                          15
PUBYEAR > 2024 AND survey             09 12
PUBYEAR = 2024 survey                 02
survey AND PUBYEAR BEF 2025           02
AUTHLASTNAME(lekun)                   01
AB=owls                               08 15
("Document Title":owls) AND ("Authors":long) 15
[[Title: owls]] AND [[Abstract: policy]] 15
("2024/02/01"[Date - Publication] : "2024/05/31"[Date - Publication]) AND survey 02
TITLE:owls AUTH:"Long M"              15
FIRST_PDATE:[2024-06-01 TO 2024-06-30] 06
publication_year:2024 survey          02
from_publication_date:2025-12-01      19 20
title.search:owls                     15
intext:owls                           08 15
pubdate:[2024-06 TO 2024-07]          06 07
https://scholar.google.com/scholar?q=kNN+graph&hl=en 06
search_query=all:kNN&max_results=10   06 07
date:20240601..20240730               06 07
kNN 2024-06..2024-07                  06 07
date:2024/06 kNN                      06
survey NOT LLM[mesh]                  09 12
survey BUT NOT LLM                    09 12
LLM agent :)                          01 02
"""


def _cases() -> list[tuple[str, list[str]]]:
    """Each search, and the ends of the ids that it finds."""
    rows = [line.rstrip() for line in SEARCHES.strip().splitlines()]
    found = list[tuple[str, list[str]]]()
    for row in rows:
        words = row.split(" ")
        at = len(words)
        while at and (words[at - 1] in IDS or words[at - 1] == "none"):
            at -= 1
        found.append((" ".join(words[:at]).strip(), [word for word in words[at:] if word != "none"]))
    return found


async def test_searches_find_what_is_meant() -> None:
    """All searches over one library: those papers that have everything, however it is written."""
    wrong = dict[str, tuple[list[str], list[str]]]()
    assert len(_cases()) >= 100
    async with library() as opened:
        for query, ids in _cases():
            page = await opened.search(query, limit=len(PAPERS))
            found = sorted(hit.paper.id[-2:] for hit in page.hits[: page.complete])
            if found != ids:
                wrong[query] = (ids, found)
    assert not wrong


async def test_the_same_papers_match_alone() -> None:
    """What a search finds matches as a follow or a rule, and nothing else does."""
    wrong = dict[str, tuple[list[str], list[str]]]()
    async with library() as opened:
        for query, ids in _cases():
            found = sorted(id[-2:] for id in await opened.matching(query, [each.id for each in PAPERS]))
            if found != ids:
                wrong[query] = (ids, found)
    assert not wrong


@pytest.mark.parametrize(
    ("query", "first", "given_up"),
    [
        ("diffusion policy zebra", ["13"], ("zebra",)),
        ("owls policy robot", ["15"], ("robot",)),
        ("diffusion robot owls", ["13"], ("owls",)),
        ("zebra", [], ()),
        ('"diffusion policy" zebra owls', ["13"], ("zebra", "owls")),
        ('"diffusion policy" robot zebra', ["13"], ("zebra",)),
        ("title:owls zebra", ["15"], ("zebra",)),
        ("GPT 4 finetuning zebra", ["03"], ("zebra",)),
        ('"no such phrase" zebra', [], ()),
        ("title:zebra owls", [], ()),
    ],
)
async def test_papers_with_most_words_follow(query: str, first: list[str], given_up: tuple[str, ...]) -> None:
    """Where too few have all words, and the page says which word its first papers lack."""
    async with library() as opened:
        page = await opened.search(query, limit=1)
    assert [hit.paper.id[-2:] for hit in page.hits] == first
    assert page.given_up == given_up
    assert all(word in page.note for word in given_up)


async def test_pages_of_most_words_hold_each_paper_once() -> None:
    """The pages of a search go on where the last one ended."""
    async with library() as opened:
        pages = [await opened.search("diffusion policy", limit=2, offset=at) for at in range(0, 6, 2)]
        whole = await opened.search("diffusion policy", limit=2)
    ids = [hit.paper.id for page in pages for hit in page.hits]
    assert len(ids) == len(set(ids)) == whole.total == 3
    assert whole.complete == 1


@pytest.mark.parametrize(
    ("query", "first", "suggestion"),
    [
        ("Yann Lekun", "01", 'author:"Yann Lekun"'),
        ("lekun", "01", 'author:"Yann Lekun"'),
        ("Deng 2025", "13", "author:Deng year:2025"),
        ("Deng (2025)", "13", "author:Deng year:2025"),
        ("the Vasani paper", "05", 'author:"Ashwin Vasani"'),
        ("Vasani et al.", "05", 'author:"Ashwin Vasani"'),
        ("Vasani et al., 2024", "05", 'author:"Ashwin Vasani" year:2024'),
        ("papers by Soeren", "03", 'author:"Søren Åkeson"'),
        ("Long Chen", "18", 'author:"Long Chen"'),
        ("Deng and Li 2025", "13", "author:Deng author:Li year:2025"),
        ('"Yann Lekun"', "01", 'author:"Yann Lekun"'),
        ("M. Long", "15", 'author:"Mia Long"'),
        ("Lekun's papers", "01", 'author:"Yann Lekun"'),
        ("papers from Yann Lekun", "01", 'author:"Yann Lekun"'),
        ("Lekun, Yann", "01", 'author:"Yann Lekun"'),
        ("Wei Li, Bo Deng", "13", 'author:"Wei Li" author:"Bo Deng"'),
        ("vasani2024behaviour", "05", "author:vasani year:2024 title:behaviour"),
        ("[@vasani2024behaviour]", "05", "author:vasani year:2024 title:behaviour"),
        ("Deng since 2025", "13", "author:Deng after:2025"),
        ("Deng 2024-2025", "13", "author:Deng year:2024-2025"),
        ("Deng '25", "13", "author:Deng year:2025"),
        ("anything by Yann Lekun", "01", 'author:"Yann Lekun"'),
        ("show me all papers by Yann Lekun", "01", 'author:"Yann Lekun"'),
        ("what did Yann Lekun write", "01", 'author:"Yann Lekun"'),
        ("author Lekun", "01", 'author:"Yann Lekun"'),
        ("Prof. Yann Lekun", "01", 'author:"Yann Lekun"'),
        ("cf. Vasani et al. (2024)", "05", 'author:"Ashwin Vasani" year:2024'),
        ("\\cite{vasani2024}", "05", "author:vasani year:2024"),
        ("Long's paints paper", "14", "author:Long paints"),
        ("Deng et al. 2025 moves", "13", "moves author:Deng year:2025"),
        ("the Deng paper on moves", "13", "author:Deng moves"),
        ("counts Ito", "20", "counts author:ito"),
    ],
)
async def test_a_name_finds_its_papers_and_offers_the_field(query: str, first: str, suggestion: str) -> None:
    """Names are typed as plain words."""
    async with library() as opened:
        page = await opened.search(query)
    assert page.hits[0].paper.id.endswith(first)
    assert page.suggestion == suggestion
    assert page.person


@pytest.mark.parametrize(
    "query",
    [
        "owl residuals",
        '"Owl Residuals"',
        "“Owl Residuals.”",
        "Owl Residuals 🔥",
        "New paper: Owl Residuals 👇",
        "Owl Residuals | OpenReview",
        "Lee, A. (2024). Owl residuals. In NeurIPS.",
        "Lee A, Deng B. Owl Residuals. arXiv; 2024.",
        "Ann Lee, Bo Deng: Owl Residuals. ICLR 2024",
        'Lee, Ann, et al. "Owl Residuals." Proceedings of Birds. PMLR, 2024.',
    ],
)
async def test_the_paper_with_the_title_comes_first(query: str) -> None:
    """However short it is, though others say its words more often, and whatever is around it."""
    residuals = [
        paper("2601.00030", "Owl Residuals", "We add what is left."),
        paper("2601.00031", "Delta Owl Residuals", "Owl residuals are owl residuals. Owl residuals help."),
        paper("2601.00032", "Owl Residuals of Residuals", "Owl residuals are owl residuals of residuals."),
    ]
    async with Library.of(residuals, LibrarySettings(data_folder=Path("x")), lambda: NOW) as opened:
        page, other = await opened.search(query, limit=2), await opened.search(query, limit=2, offset=2)
    assert page.hits[0].paper.id == "2601.00030"
    assert len({hit.paper.id for hit in (*page.hits, *other.hits)}) == page.total == 3


async def test_a_full_name_beside_other_words_is_offered_as_a_field() -> None:
    """Where no paper says all the words."""
    async with library() as opened:
        assert (await opened.search("Ada Deng language planners")).suggestion == 'author:"Ada Deng" language planners'
        assert (await opened.search("author:Ada Deng planners")).suggestion == 'author:"Ada Deng" planners'
        assert (await opened.search("Policies of Zebras")).suggestion is None
        assert (await opened.search("the Lekun paper on zebras")).suggestion == "author:Lekun zebras"
        assert (await opened.search("papers by Ada Deng about zebras")).suggestion == 'author:"Ada Deng" zebras'


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("yan lekun", 'author:"yann lekun"'),
        ("author:lekun 2024", "author:lekun year:2024"),
        ("diffusion of some zebras (Deng et al., 2025)", "diffusion of some zebras author:Deng year:2025"),
        ("diffusoin", "diffusion"),
        ("polizies", "policies"),
        ("surwey", "survey"),
        ("difussion", "diffusion"),
        ("robot lekun", "robot author:lekun"),
        ("#owls", "owls"),
        ("author:Lekun,Zak", "author:(Lekun OR Zak)"),
        ("author:Lekun, Zak", "author:(Lekun OR Zak)"),
        ("owls 2025", "owls year:2025"),
        ("owls (2025)", "owls year:2025"),
        ("owls in 2025", "owls year:2025"),
        ("owls since 2024", "owls after:2024"),
        ("owls before 2026", "owls before:2026"),
        ("owls 2024-2025", "owls year:2024-2025"),
        ("owls from 2024 to 2025", "owls year:2024-2025"),
    ],
)
async def test_what_was_probably_meant_is_offered(query: str, suggestion: str) -> None:
    """Names with a typo, the year of an author's paper, a citation, words with a typo."""
    async with library() as opened:
        assert (await opened.search(query)).suggestion == suggestion


async def test_a_correction_is_a_word_that_papers_say() -> None:
    """Not another typo with the stem of a common word: "agention" for "atention"."""
    common = [paper(f"2601.0002{at}", "Agents", "An agent acts.") for at in range(9)]
    said = [paper("2601.00030", "Attention", "The attention transforms.")]
    async with Library.of([*common, *said], LibrarySettings(data_folder=Path("unused")), lambda: NOW) as opened:
        assert (await opened.search("atention")).suggestion == "attention"
        assert (await opened.search("tranforms")).suggestion == "transforms"
        assert (await opened.search("transform")).suggestion is None


@pytest.mark.parametrize("query", ["tulu 3", "TÜLU 3", "Tülu-3", "tulu3"])
async def test_a_name_with_accents_has_its_version(query: str) -> None:
    """However either is written."""
    tulu = [paper("2601.00030", "TÜLU 3: Open Post-Training", "It trains."), paper("2601.00031", "TÜLU 30", "3.")]
    async with Library.of(tulu, LibrarySettings(data_folder=Path("x")), lambda: NOW) as opened:
        assert [hit.paper.id for hit in (await opened.search(query)).hits] == ["2601.00030"]


async def test_the_query_that_is_shown_says_what_was_understood() -> None:
    """Other programs' notations are shown in this language."""
    async with library() as opened:
        assert (await opened.search("owls[ti]")).query.text == "title:owls"
        assert (await opened.search("author:lekun,zak")).query.text == "author:(lekun OR zak)"
        assert (await opened.search("LLM 2023..2024")).query.text == "LLM year:2023..2024"
        for words in ("A [survey]", "Bug #12,13", "Agents in 2024...", "pass @1,5", "Owls in 2024…", "ABSTRACT (owls)"):
            assert (await opened.search(words)).query.text == words


@pytest.mark.parametrize("query", ["???", "...", "***", '""', "🤖", "\u200b", "? ? ? ?", "« »"])
async def test_signs_alone_are_looked_for(query: str) -> None:
    """They don't find all papers, but those that have them."""
    robots = [paper("2601.00030", f"Robots {query} at work", "They work.")]
    async with library() as opened, Library.of(robots, LibrarySettings(data_folder=Path("x")), lambda: NOW) as other:
        assert (await opened.search(query)).total == 0
        assert (await other.search(query)).total == 1


@pytest.mark.parametrize("query", ["long robot", "survey 2025", "diffusion", "the survey paper", "owls policy"])
async def test_other_words_are_no_names(query: str) -> None:
    """Though somebody is called Long."""
    async with library() as opened:
        assert (await opened.search(query)).person is None


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("votes:≥20", "votes:>=20"),
        ("votes:-1", "votes are 0 or more"),
        ("votes:20..", "votes:>=20"),
        ("votes:20-", "votes:>=20"),
        ("date:06/2024", "date:2024-06"),
        ("venue:ICLR", "isn't a field"),
        ("autor:lekun", "author:lekun"),
        ("site:arxiv.org", "isn't a field"),
        ("minCitationCount:100", "isn't a field"),
        ("year:soon", "year:2024"),
        ("after:june-2024", "after:2024-06"),
        ('after:"June 1st, 2024"', "after:2024-06-01"),
        ('before:"1 Jun 2024"', "before:2024-06-01"),
        ("after:1.6.2024", "after:2024-06-01"),
        ("after:12/31/2024", "after:2024-12-31"),
        ("votes:'>50'", "votes:>50"),
        ("title:(owls", "title:(owls)"),
        ("title:()", "nothing between"),
    ],
)
async def test_what_cannot_be_meant_is_explained(query: str, reason: str) -> None:
    """With how to fix it."""
    async with library() as opened:
        with pytest.raises(QueryError) as caught:
            await opened.search(query)
    assert reason in f"{caught.value.reason} {caught.value.suggestion}"


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        ("2401.00001", "01"),
        ("arXiv:2401.00001v2 [cs.CL]", "01"),
        ("arXiv:2401.00001v2 [cs.CL] 3 Jan 2024", "01"),
        ("look at https://arxiv.org/abs/2401.00001", "01"),
        ("https://arxiv.org/pdf/2401.00001v1.pdf", "01"),
        ("https://ar5iv.labs.arxiv.org/html/2401.00001", "01"),
        ("https://scirate.com/arxiv/2401.00001", "01"),
        ("Diffusion Policies for Robots", "13"),
        ("diffusion policies for robots (Li et al., 2025)", "13"),
        ("Diffusion Policies for Robots, Li and Deng 2025", "13"),
        ("Diffusion Policies for Robots by Wei Li", "13"),
        ("Diffusion Policies for Robots - Some Page", "13"),
        ("“Diffusion Policies for Robots.”", "13"),
        ("Title: Diffusion Policies for Robots", "13"),
        ("[PDF] Diffusion Policies for Robots", "13"),
        ("Difusion Polices for Robots", "13"),
        ("Diffusoin Policies forr Robot", "13"),
        ("Diffusion Policy with Robots", "13"),
        ("Langage Agents at Wrk", "02"),
        ("Behavior Modeling", "05"),
        ("Schrodinger Cats", "11"),
        ("the Schrödinger cats paper", "11"),
        ("[Diffusion Policies for Robots](https://a.example/x)", "13"),
        ("Wei Li et al. 2025. Diffusion Policies for Robots. arXiv preprint", "13"),
        ("Li, W., & Deng, B. (2025). Diffusion Policies for Robots. NeurIPS.", "13"),
        ("[12] W. Li, et al., “Diffusion Policies for Robots,” arXiv, 2025.", "13"),
        ("https://dblp.org/rec/journals/corr/abs-2401-00001.html", "01"),
        ("https://a.example/paper/diffusion-policies-for-robots", "13"),
        ("https://a.example/12345678_Diffusion_Policies_for_Robots", "13"),
        (f"https://a.example/paper/Diffusion-Policies-for-Robots-Li-Deng/{'0a' * 20}", "13"),
        ("https://a.example/search?q=Diffusion+Policies+for+Robots", "13"),
        ("@article{li2025, title={Diffusion {Policies} for Robots}, author={Li, Wei}}", "13"),
        ("%T Diffusion Policies for Robots\n%A Li, Wei", "13"),
        ("TY  - JOUR\nTI  - Diffusion Policies for Robots\nER  - ", "13"),
        ("🔥 NEW: Diffusion Policies for Robots (Some Company) 🔥", "13"),
        ("vasani2024behaviour", "05"),
        ("Vasani et al. 2024", "05"),
    ],
)
async def test_papers_are_found_by_what_is_pasted(typed: str, id: str) -> None:
    """``/paper``: stamps, links within words, titles with authors and year, titles with slips."""
    async with library() as opened:
        assert [each.id[-2:] for each in await opened.find(typed)] == [id]


@pytest.mark.parametrize("typed", ["tau-bench", "τ-bench", "Tau Bench: A Benchmrk for Tools"])
async def test_a_greek_letter_of_a_title_is_typed_as_its_name(typed: str) -> None:
    """Also with a slip."""
    papers = [paper("2601.00030", "τ-bench: A Benchmark for Tools", "It tests."), paper("2601.00031", "Taubes", "X.")]
    async with Library.of(papers, LibrarySettings(data_folder=Path("x")), lambda: NOW) as opened:
        assert [each.id for each in await opened.find(typed)] == ["2601.00030"]


async def test_a_long_list_of_names_takes_little_time() -> None:
    """It isn't tried as a reference of every style; a title at its end is still found."""
    names = "Aa, " * 500
    async with library() as opened:
        started = time.process_time()
        assert [
            each.id[-2:] for each in await opened.find(f"{names}Bo Deng. Diffusion Policies for Robots. 2025.")
        ] == ["13"]
        assert time.process_time() - started < 2


@pytest.mark.parametrize("typed", ["Knitting Patterns for Winter", "robots of the sea and other tales", "x"])
async def test_other_titles_are_not_found(typed: str) -> None:
    """Nothing is taken for a paper that isn't nearly the title."""
    async with library() as opened:
        with pytest.raises(PaperNotFound):
            await opened.find(typed)
