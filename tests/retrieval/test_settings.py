"""Settings of the library: three layers, and a wrong value is refused with its name, its bounds and its place."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from retrieval.errors import SettingsError
from retrieval.settings import (
    CONFIG_VARIABLE,
    DEFAULT_FILE,
    ENV_PREFIX,
    PROJECT,
    AnswerThreshold,
    LibrarySettings,
    load_library_settings,
    local_file,
)


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's own file, empty; nothing is set in the environment."""
    for name in [name for name in os.environ if name.upper().startswith(ENV_PREFIX)]:
        monkeypatch.delenv(name)
    path = tmp_path / "mine.toml"
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    return path


def refusal() -> str:
    """What the operator reads instead of a start."""
    with pytest.raises(SettingsError) as caught:
        load_library_settings()
    assert caught.value.__cause__ is None or "Validation" not in type(caught.value.__cause__).__name__
    return str(caught.value)


def test_later_layers_win(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The defaults, over them the local file, over both the environment; each value by itself."""
    assert (load_library_settings().limits.waiting, load_library_settings().limits.answer_seconds) == (32, 10.0)
    local.write_text("[limits]\nwaiting = 7\nanswer_seconds = 3\n", encoding="utf-8")
    assert (load_library_settings().limits.waiting, load_library_settings().limits.answer_seconds) == (7, 3.0)
    monkeypatch.setenv("DAILY_PAPERS_LIMITS__WAITING", "9")
    assert (load_library_settings().limits.waiting, load_library_settings().limits.answer_seconds) == (9, 3.0)
    assert load_library_settings().answers.how_sure is AnswerThreshold.BALANCED


def test_without_a_word_the_local_file_stands_beside_the_default_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """``config/local.toml``; an empty variable counts as none."""
    for set_up in (lambda: monkeypatch.delenv(CONFIG_VARIABLE), lambda: monkeypatch.setenv(CONFIG_VARIABLE, "")):
        set_up()
        assert local_file() == PROJECT / "config" / "local.toml"
    assert DEFAULT_FILE.parent == local_file().parent


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in its name must not silently mean the defaults."""
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "nowhere.toml"))
    assert refusal() == f"{CONFIG_VARIABLE} names {tmp_path / 'nowhere.toml'}, but there is no such file."
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))
    assert "no such file" in refusal()


@pytest.mark.parametrize("text", ["[limits", "waiting = ", "a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_refused_by_name(local: Path, text: str) -> None:
    """With the parser's word on where."""
    local.write_text(text, encoding="utf-8")
    assert refusal().startswith(f"{local} isn't valid TOML: ")
    assert "line" in refusal() or "end of document" in refusal()


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "1" * 5_000], ids=["deep", "long"])
def test_a_file_that_is_too_much_for_the_parser_is_refused_by_name(local: Path, text: str) -> None:
    """Also where it stumbles itself."""
    local.write_text(text, encoding="utf-8")
    assert refusal().startswith(f"{local} isn't valid TOML: ")


def test_the_default_file_is_named_where_it_is_at_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not the operator's own."""
    edited = tmp_path / "default.toml"
    edited.write_text("[limits", encoding="utf-8")
    monkeypatch.setattr("retrieval.settings.DEFAULT_FILE", edited)
    assert refusal().startswith(f"{edited} isn't valid TOML: ")


def test_a_file_in_another_encoding_is_refused_by_name(local: Path) -> None:
    """As old editors save it."""
    local.write_bytes("# Zürich\n".encode("latin-1"))
    assert refusal() == f"{local} isn't UTF-8 text. Save it in that encoding."


def test_a_file_that_may_not_be_read_is_refused_by_name(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's word on why."""

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    for read in ("open", "read_bytes"):
        monkeypatch.setattr(Path, read, denied)
    assert refusal() == f"{local} can't be read ({os.strerror(errno.EACCES)})."


def test_the_home_folder_of_nobody_is_refused(local: Path) -> None:
    """With its name."""
    local.write_text('data_folder = "~nobody-of-that-name/papers"\n', encoding="utf-8")
    assert refusal() == f"Setting data_folder: there is no home folder ~nobody-of-that-name. It was set in {local}."


def test_a_number_is_no_folder(local: Path) -> None:
    """The sentence speaks of paths, not of classes."""
    local.write_text("data_folder = 1\n", encoding="utf-8")
    assert refusal() == f"Setting data_folder: must be a path, in quotes. It was set in {local}."


@pytest.mark.parametrize(
    ("toml", "variable", "value", "name", "allowed"),
    [
        ("[retrieval]\ntitle_weight = 0", "RETRIEVAL__TITLE_WEIGHT", "0", "retrieval.title_weight", "equal to 1"),
        ("[retrieval]\ntitle_weight = 11", "RETRIEVAL__TITLE_WEIGHT", "11", "retrieval.title_weight", "equal to 10"),
        ("[retrieval]\ntitle_weight = 1.5", "RETRIEVAL__TITLE_WEIGHT", "1.5", "retrieval.title_weight", "integer"),
        (
            '[answers]\nhow_sure = "bold"',
            "ANSWERS__HOW_SURE",
            "bold",
            "answers.how_sure",
            "'daring', 'balanced' or 'careful'",
        ),
        ("[limits]\nwaiting = 0", "LIMITS__WAITING", "0", "limits.waiting", "equal to 1"),
        ('[limits]\nwaiting = "many"', "LIMITS__WAITING", "many", "limits.waiting", "integer"),
        ("[limits]\nanswer_seconds = 0", "LIMITS__ANSWER_SECONDS", "0", "limits.answer_seconds", "greater than 0"),
        ("[limits]\nanswer_seconds = nan", "LIMITS__ANSWER_SECONDS", "nan", "limits.answer_seconds", "300"),
        ("[limits]\nanswer_seconds = inf", "LIMITS__ANSWER_SECONDS", "inf", "limits.answer_seconds", "300"),
        ("[limits]\nwaitin = 3", "LIMITS__WAITIN", "3", "limits.waitin", "no such setting"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(
    local: Path, monkeypatch: pytest.MonkeyPatch, toml: str, variable: str, value: str, name: str, allowed: str
) -> None:
    """Its name, what is allowed, and the file or the variable that holds it; the variable where both do."""
    local.write_text(toml, encoding="utf-8")
    said = refusal()
    assert said.startswith(f"Setting {name}: ")
    assert allowed in said
    assert said.endswith(f"It was set in {local}.")
    for both in (True, False):
        local.write_text(toml if both else "", encoding="utf-8")
        for cased in (f"{ENV_PREFIX}{variable}", f"{ENV_PREFIX}{variable}".lower()):
            with monkeypatch.context() as patch:
                patch.setenv(cased, value)
                said = refusal()
            assert said.startswith(f"Setting {name}: ")
            assert allowed in said
            assert said.endswith(f"It was set in the environment variable {ENV_PREFIX}{variable}.")


def test_a_wrong_value_of_the_default_file_is_refused_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody edited the file that is not to be edited, that file is named."""
    edited = tmp_path / "default.toml"
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    edited.write_text(text.replace("title_weight = 2", "title_weight = 99"), encoding="utf-8")
    monkeypatch.setattr("retrieval.settings.DEFAULT_FILE", edited)
    assert refusal().endswith(f"It was set in {edited}.")


def test_all_wrong_values_are_said_at_once(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in a line of its own, with its own place."""
    local.write_text("[limits]\nwaiting = 0\n[retrieval]\ntitle_weight = 3\n", encoding="utf-8")
    monkeypatch.setenv("DAILY_PAPERS_RETRIEVAL__TITLE_WEIGHT", "99")
    found = {line.split(":")[0]: line.rpartition(" in ")[2] for line in refusal().splitlines()}
    assert found == {
        "Setting limits.waiting": f"{local}.",
        "Setting retrieval.title_weight": "the environment variable DAILY_PAPERS_RETRIEVAL__TITLE_WEIGHT.",
    }


def test_tables_of_the_bot_are_not_the_librarys_business(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import runs although something of the chat is set wrongly."""
    local.write_text("[chat]\nquestions = 0\n[limits]\nwaiting = 5\n", encoding="utf-8")
    monkeypatch.setenv("DAILY_PAPERS_PREVIEW__PORT", "none")
    assert load_library_settings().limits.waiting == 5


def test_a_variable_below_a_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting is no table; of names that are not the library's, the bot's included, it knows nothing."""
    monkeypatch.setenv("DAILY_PAPERS_CHAT__QUESTIONS__FIRST", "1")
    load_library_settings()
    monkeypatch.setenv("DAILY_PAPERS_LIMITS__WAITING__FIRST", "1")
    assert refusal().startswith("The environment variable DAILY_PAPERS_LIMITS__WAITING__FIRST isn't a setting")


def test_no_data_folder_means_the_platforms_usual_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And ``~`` means the home folder; databases and index lie inside."""
    usual = load_library_settings().data_folder
    assert usual.is_absolute()
    assert usual.name == "daily-papers-bot"
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", "")
    assert load_library_settings().data_folder == usual
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", "~/papers")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    settings = load_library_settings()
    assert settings.data_folder == tmp_path / "papers"
    assert {settings.papers_database.parent, settings.index_folder.parent} == {tmp_path / "papers"}


def test_settings_stay_as_they_were_read() -> None:
    """Nothing changes them behind the operator's back."""
    settings = load_library_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.limits.waiting = 1  # pyright: ignore[reportAttributeAccessIssue] - that is what is tried
    with pytest.raises(ValidationError, match="frozen"):
        settings.limits = LibrarySettings().limits  # pyright: ignore[reportAttributeAccessIssue] - likewise
