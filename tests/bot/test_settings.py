"""The bot's settings: each is in the default file, mistakes are refused with their location, the token stays secret."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from bot.mail.mailer import MailService
from bot.settings import MailSecrets, MailSettings, Settings, Token, load_mail_secrets, load_settings, load_token
from retrieval.errors import SettingsError
from retrieval.settings import CONFIG_VARIABLE, DEFAULT_FILE, ENV_NESTED, ENV_PREFIX, LibrarySettings, server_url

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GAbCdE.abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's own file, empty, in the folder where the bot is started; nothing is set in the environment."""
    for name in [name for name in os.environ if name.upper().startswith((ENV_PREFIX, "DISCORD_TOKEN"))]:
        monkeypatch.delenv(name)
    path = tmp_path / "mine.toml"
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    monkeypatch.chdir(tmp_path)
    return path


def refusal() -> str:
    """What the operator reads instead of a start."""
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def defaults() -> dict[str, Any]:
    """The default file."""
    return tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8"))


def names_of(model: type[BaseModel]) -> set[str]:
    """All settings of a model, as ``table.name``."""
    names = set[str]()
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names |= {f"{name}.{inner}" for inner in names_of(field.annotation)}
        else:
            names.add(name)
    return names


def names_in(tables: dict[str, Any]) -> set[str]:
    """All settings of a file, as ``table.name``."""
    names = set[str]()
    for key, value in tables.items():
        names |= {f"{key}.{inner}" for inner in cast("dict[str, Any]", value)} if isinstance(value, dict) else {key}
    return names


# --- the default file --------------------------------------------------------------------------


def test_every_setting_is_in_the_default_file() -> None:
    """And every line of that file is a setting."""
    assert names_in(defaults()) == names_of(Settings)


def test_the_default_file_and_the_program_have_the_same_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of the two somebody reads."""
    as_filed = load_settings()
    monkeypatch.setattr("retrieval.settings.DEFAULT_FILE", Path("missing.toml"))
    assert load_settings() == as_filed


def test_every_setting_is_explained_above_its_line() -> None:
    """Each line of the default file is below a comment in its own table."""
    explained, bare = False, list[str]()
    for line in DEFAULT_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            explained = False
        elif line.startswith("#"):
            explained = True
        elif line and not explained:
            bare.append(line)
    assert bare == []


def test_every_default_can_be_set_in_the_local_file_or_the_environment(
    local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied from the default file, or as the variable that its heading describes."""
    before = load_settings()
    local.write_text(DEFAULT_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_settings() == before
    local.write_text("", encoding="utf-8")
    for name in names_in(defaults()):
        table, _, inner = name.rpartition(".")
        value = defaults()[table][inner] if table else defaults()[inner]
        monkeypatch.setenv(ENV_PREFIX + name.upper().replace(".", ENV_NESTED), str(value))
    assert load_settings() == before


# --- layers ------------------------------------------------------------------------------------


def test_later_layers_win(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The local file over the defaults, the environment over it; neighbours in the same table stay."""
    local.write_text('[daily]\ntime = "07:30"\nzone = "Europe/Berlin"\n', encoding="utf-8")
    assert (load_settings().daily.time, load_settings().daily.zone) == (dt.time(7, 30), "Europe/Berlin")
    monkeypatch.setenv("DAILY_PAPERS_DAILY__ZONE", "Asia/Tokyo")
    assert (load_settings().daily.time, load_settings().daily.zone) == (dt.time(7, 30), "Asia/Tokyo")
    assert load_settings().daily.papers == 10


def test_bot_and_library_read_the_same(local: Path) -> None:
    """What is set for an import is set for the bot."""
    local.write_text('data_folder = "here"\n[retrieval]\ntitle_weight = 3\n', encoding="utf-8")
    shared = LibrarySettings.model_fields
    assert LibrarySettings().model_dump() == load_settings().model_dump(include=set(shared))


def test_databases_are_in_the_data_folder(local: Path) -> None:
    """Each in its own file: the preview's data never mixes with that of servers."""
    local.write_text('data_folder = "here"\n', encoding="utf-8")
    settings = load_settings()
    files = {settings.papers_database, settings.community_database, settings.preview_database}
    assert len(files) == 3
    assert {path.parent for path in files} == {Path("here")}


# --- refusals ----------------------------------------------------------------------------------

WRONG = [
    ("chat.questions", "0", "equal to 1"),
    ("chat.questions", "1001", "equal to 1000"),
    ("chat.per_seconds", "0", "greater than 0"),
    ("chat.per_seconds", "3601", "equal to 3600"),
    ("chat.context_minutes", "-1", "equal to 0"),
    ("chat.context_turns", "0", "equal to 1"),
    ("chat.keep_days", "0", "equal to 1"),
    ("chat.question", "5", "no such setting"),
    ("daily.time", "'25:00'", 'as "HH:MM", from 00:00 to 23:59'),
    ("daily.time", "'24:00'", "HH:MM"),
    ("daily.time", "'nine'", "HH:MM"),
    ("daily.time", "'9:00'", "HH:MM"),
    ("daily.time", "'٠٩:٠٠'", "HH:MM"),
    ("daily.time", "900", "HH:MM"),
    ("daily.time", "9", "HH:MM"),
    ("daily.time", "9.5", "HH:MM"),
    ("daily.time", "'09:00+02:00'", "HH:MM"),
    ("daily.time", "'09:00:30'", "HH:MM"),
    ("daily.time", "09:00:30", "HH:MM"),
    ("daily.zone", "'Mars/Olympus'", "IANA time zone such as Europe/Berlin"),
    ("daily.zone", "''", "IANA time zone such as Europe/Berlin"),
    ("daily.papers", "26", "equal to 25"),
    ("daily.minimum_votes", "-1", "equal to 0"),
    ("mail.sender", "'papers'", "mail address such as papers@example.org"),
    ("mail.sender_name", "'two\tlines'", "one line"),
    ("mail.security", "'ssl'", "'starttls', 'tls' or 'none'"),
    ("mail.unsubscribe_url", "'http://papers.example.org/leave'", "https://"),
    ("mail.unsubscribe_url", "'https://papers.example.org/leave?x=1'", "without ? and #"),
    ("mail.seconds", "0", "greater than 0"),
    ("mail.papers", "51", "equal to 50"),
    ("preview.port", "65536", "equal to 65535"),
    ("preview.port", "'http'", "integer"),
    ("discord.development_guild", "-1", "equal to 0"),
    ("log.level", "'loud'", "'debug', 'info', 'warning' or 'error'"),
    ("answers.how_sure", "'bold'", "'daring', 'balanced' or 'careful'"),
]


@pytest.mark.parametrize(("name", "value", "allowed"), WRONG)
def test_a_wrong_value_in_the_local_file_is_refused(local: Path, name: str, value: str, allowed: str) -> None:
    """With its name, what is allowed, and the file."""
    table, _, inner = name.partition(".")
    local.write_text(f"[{table}]\n{inner} = {value}\n", encoding="utf-8")
    said = refusal()
    assert said.startswith(f"Setting {name}: ")
    assert allowed in said
    assert said.endswith(f"It was set in {local}.")


@pytest.mark.parametrize(("name", "value", "allowed"), WRONG)
def test_a_wrong_value_in_the_environment_is_refused(
    local: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    """With its name, what is allowed, and the variable, even if the local file has the same name."""
    variable = ENV_PREFIX + name.upper().replace(".", ENV_NESTED)
    monkeypatch.setenv(variable, value.strip("'"))
    table, _, inner = name.partition(".")
    for text in ("", f"[{table}]\n{inner} = {value}\n"):
        local.write_text(text, encoding="utf-8")
        said = refusal()
        assert said.startswith(f"Setting {name}: ")
        assert allowed in said
        assert said.endswith(f"It was set in the environment variable {variable}.")


@pytest.mark.parametrize("table", [name for name, value in defaults().items() if isinstance(value, dict)])
def test_a_value_in_place_of_a_table_is_refused(local: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    """As one wrong setting, with its location."""
    local.write_text(f"{table} = 1\n", encoding="utf-8")
    assert refusal() == f"Setting {table}: must be a table of settings. It was set in {local}."
    variable = f"{ENV_PREFIX}{table.upper()}"
    monkeypatch.setenv(variable, "1")
    assert refusal() == (
        f"Setting {table}: must be a table of settings, each a variable {variable}__NAME. "
        f"It was set in the environment variable {variable}."
    )


@pytest.mark.parametrize("value", ["[1]", "'questions'", "true"])
def test_no_other_value_is_a_table(local: Path, value: str) -> None:
    """Lists and strings aren't either, though they can contain a name."""
    local.write_text(f"discord = {value}\n", encoding="utf-8")
    assert refusal() == f"Setting discord: must be a table of settings. It was set in {local}."


@pytest.mark.parametrize("value", ["", "x", "{", "1,2", "null", "[]", pytest.param("[" * 100_000, id="deep")])
def test_a_variable_without_a_table_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Whether or not it is JSON."""
    monkeypatch.setenv("DAILY_PAPERS_CHAT", value)
    assert refusal().startswith("Setting chat: must be a table of settings")
    assert refusal().endswith("It was set in the environment variable DAILY_PAPERS_CHAT.")


def test_mistakes_in_a_table_in_a_variable_name_the_variable(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is JSON. Other settings come from the file, and so do their mistakes."""
    monkeypatch.setenv("DAILY_PAPERS_CHAT", '{"questions": 3}')
    assert (load_settings().chat.questions, load_settings().chat.context_turns) == (3, 4)
    local.write_text("[chat]\nper_seconds = 0\nquestions = 0\n", encoding="utf-8")
    assert refusal().startswith("Setting chat.per_seconds: ")
    assert refusal().endswith(f"It was set in {local}.")
    monkeypatch.setenv("DAILY_PAPERS_CHAT", '{"questions": 0, "per_seconds": 1}')
    assert refusal().startswith("Setting chat.questions: ")
    assert refusal().endswith("It was set in the environment variable DAILY_PAPERS_CHAT.")


@pytest.mark.parametrize("text", ["[chatt]\nquestions = 1", "questions = 1", "[daily.times]\nfirst = 1"])
def test_unknown_names_are_refused(local: Path, text: str) -> None:
    """A typo in a name must not silently mean the default."""
    local.write_text(text, encoding="utf-8")
    assert "there is no such setting" in refusal()
    assert str(local) in refusal()


@pytest.mark.parametrize(
    "variable",
    [
        "DAILY_PAPERS_CHATT__QUESTIONS",
        "DAILY_PAPERS_PORT",
        "daily_papers_zone",
        "DAILY_PAPERS_CHAT__QUESTIONS__FIRST",
        "DAILY_PAPERS_DATA_FOLDER__NAME",
        "DAILY_PAPERS_CONFIG__NAME",
    ],
)
def test_unknown_variables_are_refused(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Those with our prefix. The sentence says where to find all names."""
    monkeypatch.setenv(variable, "1")
    assert refusal() == f"The environment variable {variable} isn't a setting (see {DEFAULT_FILE})."


def test_other_variables_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those with the prefix are ours."""
    before = load_settings()
    monkeypatch.setenv("DAILY_NEWS", "1")
    monkeypatch.setenv("CHAT__QUESTIONS", "1")
    monkeypatch.setenv("QUESTIONS", "1")
    assert load_settings() == before


def test_settings_cannot_be_changed() -> None:
    """They stay as they were read."""
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.chat.questions = 1  # pyright: ignore[reportAttributeAccessIssue] - that is what is tried


# --- the token ---------------------------------------------------------------------------------


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """None without it, and an empty one counts as none."""
    assert load_token() is None
    for blank in ("", "  "):
        monkeypatch.setenv("DISCORD_TOKEN", blank)
        assert load_token() is None
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    token = load_token()
    assert token is not None
    assert token.get_secret_value() == TOKEN


def test_the_token_can_be_in_a_file_named_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder where the bot is started. Other lines are ignored, and the environment wins."""
    (tmp_path / ".env").write_text(f"# mine\nOTHER=1\nDISCORD_TOKEN={TOKEN}\n", encoding="utf-8")
    token = load_token()
    assert token is not None
    assert token.get_secret_value() == TOKEN
    monkeypatch.setenv("DISCORD_TOKEN", f"{TOKEN}-another")
    token = load_token()
    assert token is not None
    assert token.get_secret_value() == f"{TOKEN}-another"


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("abc", ""),
        ("your-token-here", ""),
        ("a.b.c", ""),
        (f"{TOKEN}.x", ""),
        (TOKEN.replace("MTIz", "MTI!"), ""),
        (f"YWJjZGVmZ2hpamtsbW5vcHFy{TOKEN[TOKEN.index('.') :]}", ""),
        ("123456789012345678", "the application's id"),
        ("0123456789abcdef" * 4, "the application's public key"),
        ("abcdefghijklmnopqrstuvwxyz-01234", "the client secret"),
        (f"Bot {TOKEN}", "a token with “Bot” before it"),
    ],
)
def test_what_has_not_the_shape_of_a_token_is_refused(
    monkeypatch: pytest.MonkeyPatch, typed: str, instead: str
) -> None:
    """At the start, not by Discord a minute later; what else it may be is named, and it isn't repeated."""
    monkeypatch.setenv("DISCORD_TOKEN", typed)
    with pytest.raises(SettingsError, match="isn't a bot token") as caught:
        load_token()
    assert instead in str(caught.value)
    assert "looks like" in str(caught.value) or not instead
    assert f"“{typed}”" not in str(caught.value)


def test_a_file_named_env_that_only_root_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systemd reads it and sets the environment; without that, the bot doesn't start as if there were no token."""
    (tmp_path / ".env").write_text("not even NAME=value\n", encoding="utf-8")

    def access(_path: Path, _mode: int) -> bool:
        return False

    monkeypatch.setattr(os, "access", access)
    with pytest.raises(SettingsError, match=r"\.env can't be read by the user who runs the bot"):
        load_token()
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    token = load_token()
    assert token is not None
    assert token.get_secret_value() == TOKEN
    assert load_mail_secrets().smtp_password is None
    assert server_url("postgresql://bot@db/papers").password is None


def test_a_file_named_env_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """The sentence names the file and doesn't repeat its content."""
    (tmp_path / ".env").write_bytes(f"DISCORD_TOKEN={TOKEN}\n# Zürich".encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        load_token()
    assert str(caught.value) == f"{tmp_path / '.env'} isn't UTF-8 text. Save it in that encoding."


@pytest.mark.parametrize("line", ["discord_token = ", "token = ", "[discord]\ntoken = ", "DISCORD_TOKEN = "])
def test_a_token_in_a_settings_file_is_refused_and_not_repeated(local: Path, line: str) -> None:
    """Such files are shown to others; the sentence says where the token belongs or that there is no such setting."""
    local.write_text(f'{line}"{TOKEN}"', encoding="utf-8")
    said = refusal()
    assert TOKEN not in said
    assert said.endswith(f"It was set in {local}.")
    assert "belongs in the environment variable DISCORD_TOKEN" in said or "there is no such setting" in said
    assert load_token() is None


@pytest.mark.parametrize("name", ["TOKEN", "DISCORD_TOKEN", "DISCORD__TOKEN"])
def test_a_token_under_another_name_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It would have no effect."""
    monkeypatch.setenv(ENV_PREFIX + name, TOKEN)
    assert TOKEN not in refusal()
    assert f"environment variable {ENV_PREFIX}{name}" in refusal()
    assert load_token() is None


def test_a_token_in_a_variable_of_the_whole_table_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says where it belongs."""
    monkeypatch.setenv("DAILY_PAPERS_DISCORD", f'{{"token": "{TOKEN}"}}')
    said = refusal()
    assert TOKEN not in said
    assert said.startswith("Setting discord.token: the token belongs in the environment variable DISCORD_TOKEN")
    assert said.endswith("It was set in the environment variable DAILY_PAPERS_DISCORD.")


def test_the_settings_never_show_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in a log line, nor in a dump, nor in a traceback: they don't contain it."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    token, held = load_token(), Token()
    for shown in (token, held, load_settings()):
        assert TOKEN not in f"{shown} {shown!r} {[shown]}"
    assert TOKEN not in f"{held.model_dump()} {held.model_dump(mode='json')} {held.model_dump_json()}"
    assert TOKEN not in load_settings().model_dump_json()


# --- mail --------------------------------------------------------------------------------------


def test_only_a_server_on_this_machine_may_be_unencrypted(local: Path) -> None:
    """Passwords and addresses don't cross a network unencrypted."""
    local.write_text('[mail]\nhost = "mail.example.org"\nsecurity = "none"\n', encoding="utf-8")
    assert "only a server on this machine" in refusal()
    local.write_text('[mail]\nhost = "localhost"\nsecurity = "none"\n', encoding="utf-8")
    assert load_settings().mail.host == "localhost"


@pytest.mark.parametrize(("name", "variable"), [("password", "SMTP_PASSWORD"), ("signing_key", "MAIL_SIGNING_KEY")])
def test_secrets_of_mail_in_a_settings_file_are_refused_and_not_repeated(local: Path, name: str, variable: str) -> None:
    """The sentence says where they belong."""
    local.write_text(f'[mail]\n{name} = "{TOKEN}"\n', encoding="utf-8")
    assert refusal().startswith(f"Setting mail.{name}: it belongs in the environment variable {variable}")
    assert TOKEN not in refusal()


def test_the_secrets_of_mail_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with the token."""
    monkeypatch.setenv("SMTP_PASSWORD", TOKEN)
    monkeypatch.setenv("MAIL_SIGNING_KEY", TOKEN)
    secrets = load_mail_secrets()
    assert secrets.smtp_password is not None
    assert secrets.smtp_password.get_secret_value() == TOKEN
    assert TOKEN not in f"{secrets} {secrets!r} {secrets.model_dump()} {secrets.model_dump_json()}"


MAIL = {"host": "localhost", "sender": "papers@example.org"}


@pytest.mark.parametrize(
    ("changes", "secrets", "said"),
    [
        ({"sender": ""}, MailSecrets(), "mail.sender"),
        ({"user": "bot"}, MailSecrets(), "SMTP_PASSWORD"),
        ({"unsubscribe_url": "https://x.example.org"}, MailSecrets(), "MAIL_SIGNING_KEY"),
        ({"unsubscribe_url": "https://x.example.org"}, MailSecrets(mail_signing_key=SecretStr("short")), "32"),
    ],
)
def test_mail_with_missing_settings_is_refused(changes: dict[str, str], secrets: MailSecrets, said: str) -> None:
    """Before the bot starts, with what is missing. Without a server nothing is required."""
    with pytest.raises(SettingsError, match=said):
        MailService.of(MailSettings.model_validate(MAIL | changes), secrets)
    assert MailService.of(MailSettings.model_validate(MAIL | changes | {"host": ""}), secrets) is None
