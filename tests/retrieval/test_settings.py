"""Settings of the library: three layers; an error says which setting is wrong, what is allowed and where it was set."""

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
    """The operator's own file, which is empty; nothing is set in the environment."""
    for name in [name for name in os.environ if name.upper().startswith(ENV_PREFIX)]:
        monkeypatch.delenv(name)
    path = tmp_path / "mine.toml"
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    return path


def refusal() -> str:
    """The error that the operator reads."""
    with pytest.raises(SettingsError) as caught:
        load_library_settings()
    assert caught.value.__cause__ is None or "Validation" not in type(caught.value.__cause__).__name__
    return str(caught.value)


def test_later_layers_win(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The local file over the defaults, the environment over both; each value separately."""
    assert (load_library_settings().limits.waiting, load_library_settings().limits.answer_seconds) == (32, 10.0)
    local.write_text("[limits]\nwaiting = 7\nanswer_seconds = 3\n", encoding="utf-8")
    assert (load_library_settings().limits.waiting, load_library_settings().limits.answer_seconds) == (7, 3.0)
    monkeypatch.setenv("DAILY_PAPERS_LIMITS__WAITING", "9")
    assert (load_library_settings().limits.waiting, load_library_settings().limits.answer_seconds) == (9, 3.0)
    assert load_library_settings().answers.how_sure is AnswerThreshold.BALANCED


def test_by_default_the_local_file_is_next_to_the_default_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """``config/local.toml``; an empty variable doesn't count."""
    for set_up in (lambda: monkeypatch.delenv(CONFIG_VARIABLE), lambda: monkeypatch.setenv(CONFIG_VARIABLE, "")):
        set_up()
        assert local_file() == PROJECT / "config" / "local.toml"
    assert DEFAULT_FILE.parent == local_file().parent


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typo in its name must not silently select the defaults."""
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "nowhere.toml"))
    assert refusal() == f"{CONFIG_VARIABLE} names {tmp_path / 'nowhere.toml'}, but there is no such file."
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))
    assert "no such file" in refusal()


@pytest.mark.parametrize("text", ["[limits", "waiting = ", "a = 1\na = 2\n"])
def test_a_file_that_is_not_toml_is_refused(local: Path, text: str) -> None:
    """With its name, and the parser's reason."""
    local.write_text(text, encoding="utf-8")
    assert refusal().startswith(f"{local} isn't valid TOML: ")
    assert "line" in refusal() or "end of document" in refusal()


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "1" * 5_000], ids=["deep", "long"])
def test_a_file_that_breaks_the_parser_is_refused(local: Path, text: str) -> None:
    """Even where the parser itself fails."""
    local.write_text(text, encoding="utf-8")
    assert refusal().startswith(f"{local} isn't valid TOML: ")


def test_the_default_file_is_named_if_it_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not the operator's own."""
    edited = tmp_path / "default.toml"
    edited.write_text("[limits", encoding="utf-8")
    monkeypatch.setattr("retrieval.settings.DEFAULT_FILE", edited)
    assert refusal().startswith(f"{edited} isn't valid TOML: ")


def test_a_file_in_another_encoding_is_refused(local: Path) -> None:
    """As old editors save it."""
    local.write_bytes("# Zürich\n".encode("latin-1"))
    assert refusal() == f"{local} isn't UTF-8 text. Save it in that encoding."


def test_a_file_that_cannot_be_read_is_refused(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's reason."""

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    for read in ("open", "read_bytes"):
        monkeypatch.setattr(Path, read, denied)
    assert refusal() == f"{local} can't be read ({os.strerror(errno.EACCES)})."


def test_an_unknown_home_folder_is_refused(local: Path) -> None:
    """With its name."""
    local.write_text('data_folder = "~nobody-of-that-name/papers"\n', encoding="utf-8")
    assert refusal() == f"Setting data_folder: there is no home folder ~nobody-of-that-name. It was set in {local}."


def test_a_number_is_not_a_folder(local: Path) -> None:
    """The sentence is about paths, not about classes."""
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
def test_the_error_for_a_wrong_value_says_where_it_was_set(
    local: Path, monkeypatch: pytest.MonkeyPatch, toml: str, variable: str, value: str, name: str, allowed: str
) -> None:
    """Its name, what is allowed, and the file or the variable that has it; the variable if both do."""
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


def test_a_wrong_value_of_the_default_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names that file if somebody edited it."""
    edited = tmp_path / "default.toml"
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    edited.write_text(text.replace("title_weight = 2", "title_weight = 99"), encoding="utf-8")
    monkeypatch.setattr("retrieval.settings.DEFAULT_FILE", edited)
    assert refusal().endswith(f"It was set in {edited}.")


def test_all_wrong_values_are_reported_at_once(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each on its own line, with the place where it was set."""
    local.write_text("[limits]\nwaiting = 0\n[retrieval]\ntitle_weight = 3\n", encoding="utf-8")
    monkeypatch.setenv("DAILY_PAPERS_RETRIEVAL__TITLE_WEIGHT", "99")
    found = {line.split(":")[0]: line.rpartition(" in ")[2] for line in refusal().splitlines()}
    assert found == {
        "Setting limits.waiting": f"{local}.",
        "Setting retrieval.title_weight": "the environment variable DAILY_PAPERS_RETRIEVAL__TITLE_WEIGHT.",
    }


def test_tables_of_the_bot_are_ignored(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import works although a setting of the bot is wrong."""
    local.write_text("[chat]\nquestions = 0\n[limits]\nwaiting = 5\n", encoding="utf-8")
    monkeypatch.setenv("DAILY_PAPERS_PREVIEW__PORT", "none")
    assert load_library_settings().limits.waiting == 5


def test_a_variable_below_a_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting isn't a table; names that aren't the library's, such as the bot's, are ignored."""
    monkeypatch.setenv("DAILY_PAPERS_CHAT__QUESTIONS__FIRST", "1")
    load_library_settings()
    monkeypatch.setenv("DAILY_PAPERS_LIMITS__WAITING__FIRST", "1")
    assert refusal().startswith("The environment variable DAILY_PAPERS_LIMITS__WAITING__FIRST isn't a setting")


def test_no_data_folder_means_the_platforms_usual_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``~`` means the home folder; databases and index are inside."""
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


def test_settings_are_immutable() -> None:
    """Nothing changes them later."""
    settings = load_library_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.limits.waiting = 1  # pyright: ignore[reportAttributeAccessIssue] - that is what is tried
    with pytest.raises(ValidationError, match="frozen"):
        settings.limits = LibrarySettings().limits  # pyright: ignore[reportAttributeAccessIssue] - likewise
