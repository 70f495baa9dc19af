"""One word, however it is written: spelling, joined and hyphenated forms, letters, LaTeX, entities, CJK."""

from __future__ import annotations

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.names import all_name_words, name_words
from retrieval.text import index_terms, stem, term_lines, terms, tokens, wanted_words


@pytest.mark.parametrize(
    "forms",
    [
        "LLM LLMs LLM's LLM’s",
        "GPU GPUs",
        "GAN GANs",
        "VQA VQAs",
        "optimise optimize",
        "optimisation optimization",
        "behaviour behavior",
        "modelling modeling",
        "labelled labeled",
        "centre center",
        "analyse analyze",
        "analysing analyzing",
        "artefacts artifact",
        "neighbourhood neighborhood",
        "fibre fiber",
        "catalogue catalog",
        "dialogue dialog",
        "tumour tumor",
        "defence defense",
        "naïve naive",
        "Łukasz Lukasz",
        "straße strasse",
        "multi-modal multimodal",
        "trans\u00adformer trans\u200bformer transformer",
        "ＧＰＴ gpt",
        'Schr\\"odinger Schr{\\"o}dinger Schr\\"{o}dinger Schr&ouml;dinger Schrödinger Schrodinger',
        "{\\'E}cole \\'Ecole École",
        "Erd\\H{o}s Erdős",
        'na{\\"\\i}ve naïve',
    ],
)
def test_forms_of_a_word_are_one_term(forms: str) -> None:
    """Each form, alone, has the term that the others have."""
    assert len({tuple(terms(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        ("fine-tuning", "finetuning", "fine tuning"),
        ("pre-training", "pretraining", "pre training"),
        ("text-to-image", "text2image", "text to image"),
        ("GPT-4", "GPT4", "GPT 4", "GPT‑4", "ＧＰＴ－４"),
        ("Qwen2.5-VL", "Qwen 2.5 VL", "Qwen-2.5-VL"),
        ("zero-shot", "zeroshot", "zero shot"),
        ("α-divergence", "$\\alpha$-divergence", "alpha divergence"),
        ("β-VAE", "beta-VAE", "$\\beta$-VAE"),
    ],
)
def test_compounds_are_the_same_words(forms: tuple[str, ...]) -> None:
    """Joined, hyphenated or apart."""
    assert len({tuple(terms(form)) for form in forms}) == 1


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("supervised", "supervized"),
        ("noise", "noize"),
        ("precise", "precize"),
        ("otherwise", "otherwize"),
        ("rise", "rize"),
        ("disable", "dizable"),
        ("this", "thi"),
        ("gas", "ga"),
        ("plus", "plu"),
        ("four", "for"),
        ("source", "sorce"),
    ],
)
def test_words_that_only_look_british_or_plural_stay(word: str, other: str) -> None:
    """The rules of spelling don't reach them."""
    assert stem(word) != stem(other)


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("GPT4", "We ask GPT-4."),
        ("GPT-4", "We ask GPT4."),
        ("gpt-4", "We ask GPT 4."),
        ("gpt 4", "We ask GPT4."),
        ("kNN", "A k-NN graph."),
        ("k-NN", "A kNN graph."),
        ("k-nn", "A $k$-NN graph."),
        ("VQVAE", "A VQ-VAE."),
        ("VQ-VAE", "A VQVAE."),
        ("vq vae", "A VQVAE."),
        ("Llama 3.1", "Llama-3.1 is open."),
        ("llama3", "We tune Llama 3 twice."),
        ("T5", "We use T-5."),
        ("onpolicy", "On-policy learning."),
        ("8B", "Llama-3-8B is small."),
        ("COVID19", "After COVID-19."),
        ("Soeren", "By Søren."),
        ("Søren", "By Soeren."),
        ("Goedel", "On Gödel."),
        ("深度学习", "深度学习综述"),
        ("grey-box attacks", "Attacks on gray-box models."),
        ("greybox", "A gray-box model."),
        ("graybox", "A grey-box model."),
        ("US policy", "A policy of the U.S. army."),
        ("U.S. policy", "Policy (US)."),
        ("IT", "Our IT staff."),
        ("HE", "Homomorphic encryption (HE)."),
        ("C++ code", "Code in C++, mostly."),
        ("c# code", "We write C# code."),
        ("A* search", "We search with A*."),
        ("VILA2", "VILA^2: VILA augmented"),
        ("Ma2mba", "Video-Ma$^{2}$mba"),
        ("π0.5", "We tune π_{0.5}."),
        ("pi0", "We tune $\\pi_0$."),
        ("tau2-bench", "On $\\tau^2$-Bench."),
        ("3-D scenes", "Scenes in 3D."),
    ],
)
def test_a_search_finds_other_forms(search: str, text: str) -> None:
    """Every word that is wanted is in the text, in one of its forms."""
    held = set(index_terms(text))
    assert all(held & set(word.terms) for word in wanted_words(search))


def test_a_name_with_a_number_is_wanted_whole() -> None:
    """A paper about GPT-3 on 4 GPUs isn't about GPT-4."""
    held = set(index_terms("GPT-3 on 4 GPUs"))
    assert not all(held & set(word.terms) for word in wanted_words("GPT-4"))


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("US policy", "This policy helps us."),
        ("WHO guidelines", "Guidelines for those who write."),
        ("C++ code", "Code of C. elegans."),
        ("A* search", "A search."),
        ("3-D scenes", "3 scenes (D)."),
    ],
)
def test_a_name_is_more_than_its_letters(search: str, text: str) -> None:
    """An acronym isn't the word that it looks like, and a sign belongs to its name."""
    held = set(index_terms(text))
    assert not all(held & set(word.terms) for word in wanted_words(search))


@pytest.mark.parametrize(
    "search", ["MAMBA FOR VISION", "mamba AND vision", "mamba OR vision", "mamba NOT vision", "ALL the owls"]
)
def test_capitals_make_no_acronym_of_an_operator_or_a_title(search: str) -> None:
    """Neither of a word that is stressed. A query that is all in capitals has the same words as in lower case."""
    assert [word.terms for word in wanted_words(search)] == [word.terms for word in wanted_words(search.lower())]


@pytest.mark.parametrize(
    ("text", "slices"),
    [
        ('On Schr\\"odinger bridges', ["On", 'Schr\\"odinger', "bridges"]),
        ("finetuning GPT4", ["fine", "tuning", "GPT", "4"]),
        ("a multi-modal k-NN", ["a", "multi-modal", "k", "NN"]),
        ("trans\u00adformers", ["trans\u00adformers"]),
        ("\\textbf{bold} &amp; na&iuml;ve", ["bold", "na&iuml;ve"]),
        ("深度学", ["深度", "度学"]),
    ],
)
def test_a_word_is_a_slice_of_what_is_written(text: str, slices: list[str]) -> None:
    """Offsets are those of the untouched text."""
    assert [text[token.start : token.end] for token in tokens(text)] == slices


@given(st.text())
def test_what_is_wanted_is_there(text: str) -> None:
    """A text is found by itself, whatever is in it."""
    held = set(index_terms(text))
    assert all(held & set(word.terms) for word in wanted_words(text))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Søren Kierkegaard", "soren"),
        ("Søren Kierkegaard", "soeren"),
        ("Łukasz Kaiser", "lukasz"),
        ("Đorđe Đokić", "dorde"),
        ("Ægir Þór", "aegir"),
        ("Ægir Þór", "thor"),
        ("Işık Yılmaz", "yilmaz"),
        ("Åse Strauß", "aase"),
        ("Åse Strauß", "strauss"),
        ("Kurt Gödel", "goedel"),
        ("Kurt Gödel", "Gödel"),
    ],
)
def test_both_transcriptions_of_a_name(name: str, typed: str) -> None:
    """A name has the words of both."""
    assert set(name_words(typed)) <= set(all_name_words(name))


@given(
    st.lists(st.from_regex(r"[a-z][a-z'-]{0,9}|[0-9][0-9.,k]{0,4}|gpt-4|state-of-the-art|vae\$-\$a", fullmatch=True)),
    st.lists(st.sampled_from([" ", ", ", ". ", " (", ") ", "; ", ': "', "\n", "/", " -- ", "\\emph{"]), min_size=1),
)
def test_punctuation_changes_no_terms(pieces: list[str], separators: list[str]) -> None:
    """What is read of a piece of text once counts wherever the piece is, whatever stands at its ends."""
    punctuated = "".join(map(str.__add__, pieces, cycle(separators)))
    assert index_terms(punctuated) == index_terms(" ".join(pieces))
    assert all(line == "".join(f"{term} " for term in line.split()) for line in term_lines(punctuated))


def test_a_long_piece_is_read_like_a_short_one() -> None:
    """Also where it isn't kept in memory; a lone letter is no stop word in a joined term (``s-t``)."""
    names = " ".join(["GPT-4", "s-t", "in", "VQ-VAE"] * 20)
    said, joined = term_lines(names.replace(" ", "/"))
    assert (said.split(), joined.split()) == (terms(names), ["gpt4", "st", "vqvae"] * 20)
