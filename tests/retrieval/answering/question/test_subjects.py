"""Questions about a subject as a whole: how they are read."""

from __future__ import annotations

import pytest

from retrieval.answering.question.kinds import Kind, kinds_of
from retrieval.answering.question.requests import held_name
from retrieval.answering.question.subjects import (
    Wanted,
    compared_names,
    is_called,
    loosely_requested_topic,
    read_subject,
    requested_topic,
    two_parts,
    without_courtesy,
)


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("What is DistServe?", "DistServe", Wanted.INTRODUCTION),
        ("whats CuKe", "CuKe", Wanted.INTRODUCTION),
        ("so what exactly is hardware-aware NAS?", "hardware-aware NAS", Wanted.INTRODUCTION),
        ("whats cuke in one line", "cuke", Wanted.INTRODUCTION),
        ("what is CuKe, the recommendation thing?", "CuKe", Wanted.INTRODUCTION),
        ("CuKe in a nutshell", "CuKe", Wanted.SUMMARY),
        ("what does omniparser even do?", "omniparser", Wanted.INTRODUCTION),
        ("what does TTFT stand for", "TTFT", Wanted.INTRODUCTION),
        ("What does the acronym FLAME stand for in robotics?", "FLAME", Wanted.INTRODUCTION),
        ("What are agent skills according to the survey?", "agent skills", Wanted.INTRODUCTION),
        ("whats a sink, per the proofs paper", "sink", Wanted.INTRODUCTION),
        ("summarize Qwen2.5-VL", "Qwen2.5-VL", Wanted.SUMMARY),
        ("can you summarise the COFFE paper for me, please?", "COFFE", Wanted.SUMMARY),
        ("tell me more about Llumnix", "Llumnix", Wanted.SUMMARY),
        ("What's CacheGen about?", "CacheGen", Wanted.SUMMARY),
        ("what is the paper CacheGen about?", "CacheGen", Wanted.SUMMARY),
        ("give me a quick overview of “DeeR-VLA”", "DeeR-VLA", Wanted.SUMMARY),
        ("summarize it", "it", Wanted.SUMMARY),
    ],
)
def test_a_subject_is_read_with_what_is_asked_about_it(text: str, name: str, wanted: Wanted) -> None:
    """Its name as written, without what surrounds it."""
    subject = read_subject(text)
    assert subject is not None
    assert (subject.name, subject.wanted) == (name, wanted)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("what do you know about owl sounds?", "owl sounds"),
        ("hi! do you have anything on owls?", "owls"),
        ("is there some research about barn owls", "barn owls"),
        ("stuff on owls plz", "owls"),
        ("hey bot, show me what you have on owls", "owls"),
        ("i'm interested in owls", "owls"),
        ("I work on owls. Anything relevant?", "owls"),
        ("i'd like to read something about owls", "owls"),
        ("what's new in owl research?", "owl research"),
        ("tell me about owls", "owls"),
        ("tell me about OwlNet", None),
        ("tell me about the second one", None),
        ("what do you know about me?", None),
        ("is there anything on how owls turn their heads so far without harm?", None),
        ("what's new in OwlNet 2 compared to OwlNet?", None),
    ],
)
def test_few_words_are_a_topic_that_papers_are_wanted_on(text: str, topic: str | None) -> None:
    """Many words describe one paper, and a name is something to be explained."""
    assert loosely_requested_topic(text) == topic


@pytest.mark.parametrize("text", ["How many problems does COFFE have?", "Who wrote CacheGen?", "and the delay?"])
def test_other_questions_have_no_subject(text: str) -> None:
    """They ask a point."""
    assert read_subject(text) is None


def test_a_title_may_be_in_parentheses() -> None:
    """The short form first."""
    subject = read_subject("What is Test-Time Reinforcement Learning (TTRL)?")
    assert subject is not None
    assert subject.titles == ("TTRL", "Test-Time Reinforcement Learning", "Test-Time Reinforcement Learning (TTRL)")


@pytest.mark.parametrize(
    ("title", "name", "called"),
    [
        ("CacheGen: Fast Context Loading", "cachegen", True),
        ("Qwen2.5-VL Technical Report", "Qwen2.5-VL", True),
        ("Do Parrots Plan?", "do parrots plan", True),
        ("Mamba – Linear Time", "Mamba", True),
        ("Test-Time Reinforcement Learning for Screens", "Test-Time Reinforcement Learning", False),
        ("GRPO-CARE: Consistency", "GRPO", False),
    ],
)
def test_a_paper_is_called_by_its_systems_name(title: str, name: str, called: bool) -> None:
    """Not one that builds on it."""
    assert is_called(title, name) is called


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("recommend me a paper on quantization", "quantization"),
        ("suggest something about robots", "robots"),
        ("can you recommend something on video generation?", "video generation"),
        ("any good reads on tokenizers?", "tokenizers"),
        ("any recommendations for long context?", "long context"),
        ("point me to some work on speculative decoding", "speculative decoding"),
        ("what should I read on long context?", "long context"),
        ("which papers would you recommend on agents?", "agents"),
        ("where should I start with reading about diffusion?", "diffusion"),
        ("I'm looking for papers on reward models", "reward models"),
        ("I want to read something about tool use", "tool use"),
        ("got any good papers about robots?", "robots"),
        ("Do you have suggestions for reading about chart understanding?", "chart understanding"),
        ("any hints what to read on tokenizers?", "tokenizers"),
        ("what would you suggest I read about owls", "owls"),
        ("what are your favourite papers about GUI agents?", "GUI agents"),
        ("I am new to federated learning, where to begin?", "federated learning"),
        ("I'd like to get into robotics, what should I read first?", "robotics"),
        ("are you aware of work on steganography?", "steganography"),
        ("have you come across anything on protein folding", "protein folding"),
        ("is anyone working on weather forecasting?", "weather forecasting"),
        ("do you guys have stuff on tabular data", "tabular data"),
        ("I know nothing about owls, where to start?", "owls"),
        ("where does one begin with quantization", "quantization"),
        ("I want to catch up on speech recognition, any hints?", "speech recognition"),
        ("which articles would you give to someone new to GUI agents?", "GUI agents"),
    ],
)
def test_a_request_for_papers_is_a_list(text: str, topic: str) -> None:
    """Of what is behind "on" or "about"."""
    assert requested_topic(text) == topic
    assert kinds_of(text) == (Kind.LIST,)


@pytest.mark.parametrize(
    "text",
    [
        "recommend me a paper",
        "does it recommend a rate for dropout?",
        "how do recommender systems work?",
        "I'm new to this bot, where do I start?",
        "do they have results on video?",
        "do you have work on guessing how tall buildings are when all one has is a satellite picture?",
    ],
)
def test_other_recommendations_are_no_list(text: str) -> None:
    """Without a topic, or as what a paper is about."""
    assert requested_topic(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("LoRA vs QLoRA", ("LoRA", "QLoRA")),
        ("dpo versus ppo?", ("dpo", "ppo")),
        ("compare CacheGen and BeaverCache", ("CacheGen", "BeaverCache")),
        ("what's the difference between DistServe and Llumnix?", ("DistServe", "Llumnix")),
        ("how does FoxTokenizer differ from MolePool?", ("FoxTokenizer", "MolePool")),
        ("OwlNet vs OwlNet 2", ("OwlNet", "OwlNet 2")),
        ("fastgen vs vllm throughput", None),
        ("how does it compare to YOLOv3?", None),
        ("RLPR vs VeriFree, who wins and by how much?", None),
        ("How do humans compare to models on BigCodeBench?", None),
    ],
)
def test_two_names_are_compared(text: str, names: tuple[str, str] | None) -> None:
    """Where nothing but their comparison is asked for."""
    assert compared_names(text) == names


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what is SWE-bench Science and how big is it?", ("what is SWE-bench Science?", "how big is it?")),
        (
            "how fast is Human3R, and how much memory does it take?",
            ("how fast is Human3R?", "how much memory does it take?"),
        ),
        ("What is GRPO and what is PPO?", ("What is GRPO?", "what is PPO?")),
        ("who wrote CacheGen and when was it published?", ("who wrote CacheGen?", "when was it published?")),
        ("How many hours and how many speakers did they record?", None),
        ("how do loss and accuracy change?", None),
        ("which method does it use and why", None),
    ],
)
def test_a_question_of_two_parts_is_split(text: str, parts: tuple[str, str] | None) -> None:
    """Where each part is a question of its own."""
    assert two_parts(text) == parts


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("is FineWeb in your collection?", "FineWeb"),
        ("do you know a paper called EquivPruner?", "EquivPruner"),
        ("do you know the CacheGen paper", "CacheGen"),
        ("have you ever heard of CacheGen?", "CacheGen"),
        ("does your library include CacheGen?", "CacheGen"),
        ("do you have CacheGen here", "CacheGen"),
        ("could you check whether you have CacheGen", "CacheGen"),
        ("you don't happen to know CacheGen, do you?", "CacheGen"),
        ("can I find CacheGen with you?", "CacheGen"),
        ("CacheGen, do you know it?", "CacheGen"),
        ("heard of CacheGen", "CacheGen"),
        ("do you know who wrote CacheGen?", None),
        ("how does CacheGen work?", None),
        ("are you there?", None),
    ],
)
def test_a_paper_is_asked_for_by_its_name(text: str, name: str | None) -> None:
    """However one asks whether it's known."""
    assert held_name(text) == name


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("thanks, and who wrote it?", "and who wrote it?"),
        ("Cool! how fast is it?", "how fast is it?"),
        ("hi there, what is MoE", "what is MoE"),
        ("thanks a lot!", "thanks a lot!"),
        ("good papers on robots", "good papers on robots"),
        ("Hello World Agents", "Hello World Agents"),
    ],
)
def test_a_question_is_read_without_the_courtesy_before_it(text: str, question: str) -> None:
    """Remarks and names stay as they are."""
    assert without_courtesy(text) == question
