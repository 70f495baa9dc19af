"""The whole community database

Replaces revisions 0001 to 0015, which no release contained. A database at 0014 or 0015 keeps everything, unfinished
messages included. At 0014, each kind of message had a table of its own: posts keep their ids; for other kinds
``number`` is the old id, which the buttons of their messages carry. New ids, which are the numbers of new deliveries,
begin after all old ones.

Revision ID: 0016
Revises:
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = None
branch_labels = None
depends_on = None
replaces = ("0014", "0015")

Row = dict[str, Any]
Type = type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]


def _portable(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Text that PostgreSQL compares and orders as SQLite does, without a limit on its length."""
    return kind.with_variant(postgresql.TEXT(collation="C"), "postgresql")


NAMES = {"fk": "fk_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
TABLES = sa.MetaData(naming_convention=NAMES)
TEXT, TEXT_16, TEXT_64 = _portable(sa.Text()), _portable(sa.String(16)), _portable(sa.String(64))
ID, PAPER, ZONE, ENUM = sa.BigInteger, TEXT_64, TEXT_64, sa.String(16)
ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Tables that refer to another one come before it: dropping a table also deletes what refers to its rows.
_AT_0014 = (
    *("post_papers", "posts", "claimed_papers", "daily_posts"),
    *("alert_papers", "alerts", "recap_posts", "mails", "discussions"),
)
_AT_0015 = ("post_papers", "claimed_papers")
_STATUSES = {"posted": "sent", "refused": "dropped"}
_COPIED = ("claimed_at", "tried_at", "handed_at", "settled_at", "message_id", "reason")


def upgrade() -> None:
    bind, highest = op.get_bind(), _highest_number()
    old = _take_tables(_AT_0014 if _has_table("daily_posts") else _AT_0015)
    if "daily_posts" in old:
        _rename_columns()
    TABLES.create_all(bind)
    if "daily_posts" in old:
        _move(old, highest)
    elif "claimed_papers" in old:
        _insert("claimed_papers", old["claimed_papers"])


# --- The tables ----------------------------------------------------------------------------------


def _table(name: str, *columns: sa.Column[Any] | Iterator[sa.Column[Any]], **options: Any) -> None:
    each = (list(part) if isinstance(part, Iterator) else [part] for part in columns)
    sa.Table(name, TABLES, *(column for part in each for column in part), **options)


def _key(**types: Type) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind, primary_key=True, autoincrement=False) for name, kind in types.items())


def _required(**types: Type) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind, nullable=False) for name, kind in types.items())


def _optional(**types: Type) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind) for name, kind in types.items())


def _number() -> sa.Column[int]:
    return sa.Column("id", ROW, primary_key=True)


def _reference(name: str, target: str, ondelete: str = "CASCADE", **options: Any) -> sa.Column[int]:
    return sa.Column(name, ROW, sa.ForeignKey(f"{target}.id", ondelete=ondelete), **options)


def _index(table: str, *columns: str, name: str = "", unique: bool = False, where: str | None = None) -> None:
    name = f"{'uq' if unique else 'ix'}_{table}_{name or '_'.join(columns)}"
    condition = sa.text(where) if where else None
    indexed = [TABLES.tables[table].c[column] for column in columns]
    sa.Index(name, *indexed, unique=unique, sqlite_where=condition, postgresql_where=condition)


_table(
    "answers",
    _number(),
    _required(channel_id=ID, user_id=ID, question=TEXT, outcome=TEXT_16, kind=TEXT_64, confidence=sa.Float),
    _required(quotes=sa.JSON, also=sa.JSON, papers=sa.JSON, history=sa.JSON, asked_at=sa.DateTime),
    _optional(guild_id=ID, message_id=ID, reply=TEXT),
    sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
    sqlite_autoincrement=True,
)
_index("answers", "message_id")
_index("answers", "channel_id", "user_id", "asked_at")
_index("answers", "user_id", "asked_at")
_index("answers", "guild_id", "asked_at")
_table(
    "feedback",
    _reference("answer_id", "answers", primary_key=True),
    _key(user_id=ID),
    _required(useful=sa.Boolean, at=sa.DateTime),
)
_table(
    "reports",
    _reference("answer_id", "answers", primary_key=True),
    _key(user_id=ID),
    _required(fault=ENUM, comment=TEXT, at=sa.DateTime),
)
_index("reports", "user_id")
_table("searches", _number(), _required(text=TEXT, user_id=ID, at=sa.DateTime), sqlite_autoincrement=True)
_index("searches", "user_id")
_table("fresh_starts", _key(user_id=ID, channel_id=ID), _optional(guild_id=ID), _required(at=sa.DateTime))
_index("fresh_starts", "guild_id")

_table(
    "deliveries",
    _number(),
    _required(kind=ENUM, target_id=ID, name=TEXT_64, status=ENUM),
    _required(claimed_at=sa.DateTime, tried_at=sa.DateTime, tries=sa.Integer, payload=sa.JSON),
    _optional(number=ROW, guild_id=ID, for_day=sa.Date, message_id=ID, reason=TEXT),
    _optional(handed_at=sa.DateTime, retry_at=sa.DateTime, settled_at=sa.DateTime),
    sqlite_autoincrement=True,
)
_index("deliveries", "kind", "number", unique=True)
_index("deliveries", "kind", "target_id", "name", unique=True, where="status <> 'released'")
_index("deliveries", "kind", "target_id", "for_day", unique=True, where="status <> 'released'")
_index("deliveries", "kind", "status")
_index("deliveries", "guild_id")

_table(
    "daily_feeds",
    _key(channel_id=ID),
    _required(guild_id=ID, time=sa.Time, zone=ZONE, papers=sa.Integer, minimum_votes=sa.Integer, weekdays=sa.JSON),
    _required(when_empty=ENUM, paused=sa.Boolean, changed_by=ID, changed_at=sa.DateTime),
    sa.Column("rules", TEXT, nullable=False, server_default=""),
    sa.Column("server_votes", sa.Boolean, nullable=False, server_default=sa.false()),
    _optional(wait_until=sa.Time, trouble=TEXT),
)
_index("daily_feeds", "guild_id")
_table("daily_drafts", _number(), _required(feed=sa.JSON, made_at=sa.DateTime), sqlite_autoincrement=True)
_table("sample_posts", _key(message_id=ID), _required(channel_id=ID, guild_id=ID, delete_at=sa.DateTime))
_table(
    "posts",
    _reference("id", "deliveries", primary_key=True, autoincrement=False),
    _required(guild_id=ID, channel_id=ID, total=sa.Integer, papers=sa.JSON, numbers=sa.JSON, posted_at=sa.DateTime),
    _required(wanted=sa.Integer, shown=sa.Integer, free_at=sa.DateTime, looked_at=sa.DateTime),
    _optional(day=sa.Date),
)
_index("posts", "free_at", name="outdated", where="wanted <> shown")
_index("posts", "posted_at")
_index("posts", "guild_id")
_table("claimed_papers", _key(channel_id=ID, paper_id=PAPER), _reference("delivery_id", "deliveries", nullable=False))
_index("claimed_papers", "delivery_id")
_index("claimed_papers", "paper_id")

_table(
    "saves",
    _number(),
    _required(user_id=ID, paper_id=PAPER, list_name=TEXT_64, note=TEXT, tags=sa.JSON, saved_at=sa.DateTime),
    _optional(removed_at=sa.DateTime),
    sqlite_autoincrement=True,
)
_index("saves", "user_id", "paper_id", unique=True)
_index("saves", "paper_id")
_table("openings", _key(user_id=ID, paper_id=PAPER), _required(at=sa.DateTime))
_index("openings", "user_id", "at")
_index("openings", "at")
_table("paper_votes", _key(guild_id=ID, paper_id=PAPER, user_id=ID), _required(at=sa.DateTime))
_index("paper_votes", "user_id")
_index("paper_votes", "guild_id", "at")
_table(
    "watched_papers",
    _key(paper_id=PAPER),
    _optional(version=sa.Integer),
    _required(withdrawn=sa.Boolean, has_code=sa.Boolean, looked_at=sa.DateTime),
)
_index("watched_papers", "looked_at")
_table("paper_changes", _number(), _required(paper_id=PAPER, what=ENUM, version=sa.Integer, seen_at=sa.DateTime))
_index("paper_changes", "paper_id", "what", "version", unique=True)
_table(
    "change_notices",
    _key(user_id=ID),
    _reference("change_id", "paper_changes", primary_key=True),
    _optional(notified_at=sa.DateTime),
)
_index("change_notices", "user_id", name="pending", where="notified_at IS NULL")

_table(
    "follows",
    _number(),
    _required(user_id=ID, text=TEXT, since=sa.Integer, created_at=sa.DateTime, paused=sa.Boolean),
    _optional(removed_at=sa.DateTime),
    sqlite_autoincrement=True,
)
_index("follows", "user_id", "text", unique=True, where="removed_at IS NULL")
_table(
    "followers",
    _key(user_id=ID),
    _required(frequency=ENUM, weekday=sa.Integer, hour=sa.Integer, zone=ZONE, changed_at=sa.DateTime),
    _required(notified=sa.Boolean),
    _optional(closed_at=sa.DateTime),
)
_table("looks", _number(), _required(seen=sa.Integer))
_table(
    "alert_papers",
    _key(user_id=ID, paper_id=PAPER, follow_id=ROW),
    _required(text=TEXT, found_at=sa.DateTime),
    _reference("alert_id", "deliveries", ondelete="SET NULL"),
)
_index("alert_papers", "alert_id")
_table(
    "inboxes",
    _key(user_id=ID),
    _required(address=TEXT, frequency=ENUM, weekday=sa.Integer, hour=sa.Integer, zone=ZONE, rules=TEXT),
    _required(paused=sa.Boolean, confirmed_at=sa.DateTime, changed_at=sa.DateTime),
    _optional(reason=TEXT),
)
_table(
    "mail_codes",
    _number(),
    _required(user_id=ID, address=TEXT, mailbox=TEXT_16, salt=sa.LargeBinary, sent_at=sa.DateTime),
    _required(tries=sa.Integer),
    _optional(digest=sa.LargeBinary),
)
_index("mail_codes", "user_id")
_index("mail_codes", "mailbox")

_table("departures", _key(guild_id=ID), _required(left_at=sa.DateTime))
_table("link_cards", _key(guild_id=ID, channel_id=ID), _required(wanted=sa.Boolean))
_table("shown_links", _key(channel_id=ID, paper_id=PAPER), _required(guild_id=ID, at=sa.DateTime))
_index("shown_links", "guild_id")
_index("shown_links", "at")
_table("discussion_places", _key(guild_id=ID), _required(channel_id=ID))
_table("recap_feeds", _key(channel_id=ID), _required(guild_id=ID, frequency=ENUM, changed_at=sa.DateTime))


# --- From revision 0014 --------------------------------------------------------------------------


def _rename_columns() -> None:
    """One word for one thing: a frequency, and to notify."""
    op.execute("ALTER TABLE followers RENAME COLUMN pace TO frequency")
    op.execute("ALTER TABLE followers RENAME COLUMN told TO notified")
    op.execute("ALTER TABLE inboxes RENAME COLUMN rhythm TO frequency")
    op.drop_index("ix_change_notices_untold", "change_notices")
    op.execute("ALTER TABLE change_notices RENAME COLUMN told_at TO notified_at")
    [pending] = TABLES.tables["change_notices"].indexes
    pending.create(op.get_bind())
    op.execute("ALTER TABLE recap_feeds RENAME COLUMN pace TO frequency")
    op.execute("UPDATE recap_feeds SET frequency = CASE frequency WHEN 'week' THEN 'weekly' ELSE 'monthly' END")


def _has_table(name: str) -> bool:
    return sa.inspect(op.get_bind()).has_table(name)


def _highest_number() -> int:
    """The highest number of a message of any kind; SQLite remembers those of deleted messages too."""
    bind = op.get_bind()
    if not _has_table("daily_posts"):
        return 0
    remembered = "SELECT seq FROM sqlite_sequence WHERE name IN ('daily_posts', 'alerts', 'recap_posts')"
    return max([*bind.scalars(sa.text(remembered)), *bind.scalars(sa.text("SELECT id FROM mails"))], default=0)


def _take_tables(names: tuple[str, ...]) -> dict[str, list[Row]]:
    """The rows of old tables, which are dropped; nothing in a new database."""
    bind, names = op.get_bind(), tuple(name for name in names if _has_table(name))
    old = {name: [dict(row) for row in bind.execute(sa.select(_read_table(name))).mappings()] for name in names}
    for name in names:
        op.drop_table(name)
    return old


def _move(old: Mapping[str, list[Row]], highest: int) -> None:
    posts = _posts(old)
    alerts = [_delivery("alert", row, row["user_id"], row["period"]) for row in old["alerts"]]
    others = [*alerts, *_recaps(old), *_mails(old), *_threads(old)]
    for id, row in enumerate(others, highest + 1):
        row["id"] = id
    _insert("deliveries", [*posts, *others])
    _begin_ids_after(highest + len(others))
    alert_ids = {row["number"]: row["id"] for row in alerts}
    claimed = [
        {"channel_id": row["channel_id"], "paper_id": row["paper_id"], "delivery_id": row["post_id"]}
        for row in old["claimed_papers"]
    ]
    _insert("posts", old["posts"])
    _insert("claimed_papers", claimed)
    _insert("alert_papers", [row | {"alert_id": alert_ids.get(row["alert_id"])} for row in old["alert_papers"]])


def _posts(old: Mapping[str, list[Row]]) -> list[Row]:
    feeds = op.get_bind().execute(sa.select(_read_table("daily_feeds"))).mappings()
    guilds = {row["channel_id"]: row["guild_id"] for row in [*old["posts"], *feeds]}
    papers = dict[int, list[str]]()
    for row in sorted(old["claimed_papers"], key=lambda row: (row["post_id"], row["place"])):
        papers.setdefault(row["post_id"], []).append(row["paper_id"])
    made = list[Row]()
    for row in old["daily_posts"]:
        first = row["first_day"].isoformat() if row["first_day"] else None
        payload = {"papers": papers.get(row["id"], []), "first_day": first, "rules": row["rules"], "empty": None}
        post = _delivery("post", row, row["channel_id"], row["list_name"], guilds.get(row["channel_id"]))
        made.append(post | {"id": row["id"], "for_day": row["for_day"], "payload": payload})
    return made


def _recaps(old: Mapping[str, list[Row]]) -> list[Row]:
    return [_delivery("recap", row, row["channel_id"], row["name"], row["guild_id"]) for row in old["recap_posts"]]


def _mails(old: Mapping[str, list[Row]]) -> list[Row]:
    made = list[Row]()
    for row in old["mails"]:
        mail = _delivery("mail", row | {"claimed_at": row["tried_at"]}, row["user_id"], row["list_name"])
        made.append(mail | {"for_day": row["for_day"], "tries": row["tries"], "retry_at": row["again_at"]})
    return made


def _threads(old: Mapping[str, list[Row]]) -> list[Row]:
    made = list[Row]()
    for number, row in enumerate(old["discussions"], 1):
        status = "open" if row["thread_id"] is None else "sent"
        thread = row | {"id": number, "tried_at": row["claimed_at"], "status": status, "message_id": row["thread_id"]}
        made.append(_delivery("thread", thread, row["guild_id"], row["paper_id"], row["guild_id"]))
    return made


def _delivery(kind: str, row: Row, target_id: int, name: str, guild_id: int | None = None) -> Row:
    status = _STATUSES.get(row["status"], row["status"])
    empty = {"id": 0, "tries": 1, "for_day": None, "retry_at": None, "payload": None}
    known = {"kind": kind, "number": row["id"], "target_id": target_id, "guild_id": guild_id, "name": name}
    return {**empty, **known, "status": status, **{column: row.get(column) for column in _COPIED}}


def _read_table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)


def _insert(name: str, rows: list[Row]) -> None:
    if rows:
        op.get_bind().execute(sa.insert(TABLES.tables[name]), rows)


def _begin_ids_after(number: int) -> None:
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'deliveries'")
    op.execute(sa.text("INSERT INTO sqlite_sequence VALUES ('deliveries', :number)").bindparams(number=number))
