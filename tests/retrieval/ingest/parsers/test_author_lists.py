"""Authors in the forms that files write them: nobody vanishes, and no one becomes two people."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.parsers.author_lists import read_authors


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("LeCun, Yann and Hinton, Geoffrey", ("Yann LeCun", "Geoffrey Hinton")),
        ("LeCun, Yann; Hinton, Geoffrey", ("Yann LeCun", "Geoffrey Hinton")),
        ("LeCun, Y., Hinton, G.", ("Y. LeCun", "G. Hinton")),
        ("van der Maaten, Laurens & de la Cruz, Maria", ("Laurens van der Maaten", "Maria de la Cruz")),
        ("García Márquez, Gabriel and Smith, John", ("Gabriel García Márquez", "John Smith")),
        ("Ann Lee (MIT, CSAIL), Bob Ray", ("Ann Lee", "Bob Ray")),
        ("John Smith, Jr., Bob Ray", ("John Smith Jr.", "Bob Ray")),
        ("King, Jr., Martin Luther; Roe, Jane", ("Martin Luther King Jr.", "Jane Roe")),
        ("Ann Lee, and Bob Ray", ("Ann Lee", "Bob Ray")),
        ("Ann Lee, Bob Ray & Carl Doe", ("Ann Lee", "Bob Ray", "Carl Doe")),
        ("Smith,John", ("John Smith",)),
        ("Jane Roe PhD", ("Jane Roe",)),
        ("Jane Roe, PhD, Bob Ray, M.D.", ("Jane Roe", "Bob Ray")),
        ("Ann Lee et al.", ("Ann Lee",)),
        ("Sandy Anderson and Randy Sandler", ("Sandy Anderson", "Randy Sandler")),
        ("Kurt Gödel, OpenAI", ("Kurt Gödel", "OpenAI")),
        ("OpenAI, Kurt Gödel", ("OpenAI", "Kurt Gödel")),
        ("Kurt Gödel\tAda Lovelace", ("Kurt Gödel", "Ada Lovelace")),
        ("王小明, 李雷", ("王小明", "李雷")),
        ("王小明、李雷", ("王小明", "李雷")),
        ("The LIGO Collaboration, Virgo Collaboration", ("The LIGO Collaboration", "Virgo Collaboration")),
        (["Gemini Team, Google", "LeCun, Yann"], ("Gemini Team, Google", "Yann LeCun")),
        (["Robert Downey, Jr.", "Ann Lee, Bob Ray"], ("Robert Downey Jr.", "Ann Lee", "Bob Ray")),
        ([{"given": "Ann", "family": "Lee"}, {"author": {"display_name": "Bob Ray"}}], ("Ann Lee", "Bob Ray")),
        ("Ann Lee*, Bob Ray†", ("Ann Lee", "Bob Ray")),
        ("Ann Lee¹ and Bob Ray^{2,3}", ("Ann Lee", "Bob Ray")),
        ("Ann Lee <ann@a.example>, Bob Ray <bob@a.example>", ("Ann Lee", "Bob Ray")),
        ("Dr. Ann Lee, Prof. Bob Ray", ("Ann Lee", "Bob Ray")),
        ("Authors: Ann Lee, Bob Ray", ("Ann Lee", "Bob Ray")),
        ("by Ann Lee and Bob Ray", ("Ann Lee", "Bob Ray")),
        ("Ann Lee for the CMS Collaboration", ("Ann Lee", "CMS Collaboration")),
        ("Ann Lee, Bob Ray, on behalf of the X Consortium", ("Ann Lee", "Bob Ray", "X Consortium")),
        ("{The Gemma Team} and Ann Lee", ("The Gemma Team", "Ann Lee")),
        ("Google, Inc. and Ann Lee", ("Google, Inc.", "Ann Lee")),
        ("LAION e.V., Ann Lee", ("LAION e.V.", "Ann Lee")),
        ("01.AI, Alex Young", ("01.AI", "Alex Young")),
        ("Plato and Aristotle", ("Plato", "Aristotle")),
        ("Lee, Ann and Bob Ray", ("Ann Lee", "Bob Ray")),
        ("ann lee, bob ray", ("ann lee", "bob ray")),
        ("Ann Lee • Bob Ray", ("Ann Lee", "Bob Ray")),
        ("محمد علي، أحمد حسن", ("محمد علي", "أحمد حسن")),
        (r"{\'A}ngel P\'erez and \L{}ukasz Kaiser", ("Ángel Pérez", "Łukasz Kaiser")),
        ("Ann Lee1,2, Bob Ray2 and Cy Day3", ("Ann Lee", "Bob Ray", "Cy Day")),
        ("Team Qwen2, Ann Lee", ("Team Qwen2", "Ann Lee")),
        ("Ann Lee\nBob Ray\n", ("Ann Lee", "Bob Ray")),
        ("Ann Lee, Bob\nRay", ("Ann Lee", "Bob Ray")),
        ("OpenAI: Josh Achiam, Steven Adler", ("OpenAI", "Josh Achiam", "Steven Adler")),
        (["OpenAI", ":", "Josh Achiam"], ("OpenAI", "Josh Achiam")),
        ("Ann Lee &amp; Bob Ray", ("Ann Lee", "Bob Ray")),
        ([["Lee", "Ann", ""], ["Smith", "John", "Jr."]], ("Ann Lee", "John Smith Jr.")),
        (None, ()),
        ("", ()),
    ],
)
def test_each_person_is_one_author(value: object, names: tuple[str, ...]) -> None:
    """Given names first, whatever the separators, suffixes, degrees and affiliations."""
    assert read_authors(value) == names


@pytest.mark.parametrize("value", [7, {"name": "Ada"}, [7]])
def test_what_names_nobody_is_refused(value: object) -> None:
    """The field is left out then."""
    with pytest.raises(ValueError, match="should be"):
        read_authors(value)


word = st.sampled_from("Ada Bo Chloé Dmitri Søren Łukasz Jean-Pierre O'Neil Nguyễn Müller Quine Zhang".split())
particle = st.sampled_from(["", "van ", "van der ", "de la "])
people = st.lists(st.tuples(word, particle, word), min_size=1, max_size=5)


@given(people, st.sampled_from([", ", "; ", " and ", " & ", ", and "]))
def test_nobody_vanishes(named: list[tuple[str, str, str]], separator: str) -> None:
    """Names in the usual order, however they are separated, come back as they were."""
    names = tuple(f"{given} {particle}{family}" for given, particle, family in named)
    assert read_authors(separator.join(names)) == names


@given(people, st.sampled_from(["; ", " and ", " & "]))
def test_names_in_the_order_of_bibtex_are_turned_around(named: list[tuple[str, str, str]], separator: str) -> None:
    """The family name with its particles goes behind the given name."""
    text = separator.join(f"{particle}{family}, {given}" for given, particle, family in named)
    assert read_authors(text) == tuple(f"{given} {particle}{family}" for given, particle, family in named)


@given(st.text(max_size=60))
def test_every_letter_of_a_name_is_kept(text: str) -> None:
    """Apart from affiliations in brackets, degrees, separators and “et al.”, no text loses a word."""
    found = " ".join(read_authors(text))
    if any(each.isalpha() for each in text):
        assert found.strip()


_REMARKABLE = (
    "and", "&", "by", "et al", "et al.", "and others", "for the X Team", "on behalf of the X Group", "Authors:", "Dr.",
    "PhD", "Ph. D", "M.D.", "md", "rn", "R.N", "Jr.", "J.", "O'Neil", "Łukasz", "王", "ı", "A/B", "(MIT)", "*", "",
)  # fmt: skip


def test_plain_names_are_read_as_all_others() -> None:
    """A name in a list of texts, where most are plain and read quickly, is the same as in a list of objects."""
    sides = ("", "Ada", "ada b", "Ada B.", "Chloé-Ada")
    parts = product(sides, (" ", "-", ".", ""), _REMARKABLE, (" ", "-", ""), sides)
    names = {"".join(each) for each in parts}
    assert [read_authors([name]) for name in names] == [read_authors([{"name": name}]) for name in names]
