"""One table of deliveries, in place of one table for each kind of message; one name for how often

A database at 0014 keeps everything, unfinished messages included. Posts keep their ids; for other kinds ``number`` is
the old id, which the buttons of their messages carry. New ids, which are the numbers of new deliveries, begin after
all old ones.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Row = dict[str, Any]

# Tables that refer to another one come before it: dropping a table also deletes what refers to its rows.
_OLD = (
    *("post_papers", "posts", "claimed_papers", "daily_posts"),
    *("alert_papers", "alerts", "recap_posts", "mails", "discussions"),
)
_STATUSES = {"posted": "sent", "refused": "dropped"}
_COPIED = ("claimed_at", "tried_at", "handed_at", "settled_at", "message_id", "reason")


def upgrade() -> None:
    highest = _highest_number()
    old = _take_old_tables()
    _create_deliveries()
    _create_posts()
    _create_alert_papers()
    if old:
        _move(old, highest)
        _rename_columns()


def _rename_columns() -> None:
    """One word for one thing: a frequency, and to notify."""
    op.execute("ALTER TABLE followers RENAME COLUMN pace TO frequency")
    op.execute("ALTER TABLE followers RENAME COLUMN told TO notified")
    op.execute("ALTER TABLE inboxes RENAME COLUMN rhythm TO frequency")
    op.drop_index("ix_change_notices_untold", "change_notices")
    op.execute("ALTER TABLE change_notices RENAME COLUMN told_at TO notified_at")
    pending = sa.text("notified_at IS NULL")
    op.create_index(
        "ix_change_notices_pending", "change_notices", ["user_id"], sqlite_where=pending, postgresql_where=pending
    )
    op.execute("ALTER TABLE recap_feeds RENAME COLUMN pace TO frequency")
    op.execute("UPDATE recap_feeds SET frequency = CASE frequency WHEN 'week' THEN 'weekly' ELSE 'monthly' END")


def _highest_number() -> int:
    """The highest number of a message of any kind; SQLite remembers those of deleted messages too."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite" or not sa.inspect(bind).has_table("daily_posts"):
        return 0  # other databases have no tables from before this revision
    remembered = "SELECT seq FROM sqlite_sequence WHERE name IN ('daily_posts', 'alerts', 'recap_posts')"
    return max([*bind.scalars(sa.text(remembered)), *bind.scalars(sa.text("SELECT id FROM mails"))], default=0)


def _take_old_tables() -> dict[str, list[Row]]:
    """The rows of the old tables, which are dropped; nothing in a new database."""
    bind = op.get_bind()
    if not sa.inspect(bind).has_table("daily_posts"):
        return {}
    old = {name: [dict(row) for row in bind.execute(sa.select(_table(name))).mappings()] for name in _OLD}
    for name in _OLD:
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
    _insert("post_papers", old["post_papers"])
    _insert("claimed_papers", claimed)
    _insert("alert_papers", [row | {"alert_id": alert_ids.get(row["alert_id"])} for row in old["alert_papers"]])


def _posts(old: Mapping[str, list[Row]]) -> list[Row]:
    feeds = op.get_bind().execute(sa.select(_table("daily_feeds"))).mappings()
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


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)


def _insert(name: str, rows: list[Row]) -> None:
    if rows:
        op.get_bind().execute(sa.insert(_table(name)), rows)


def _begin_ids_after(number: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'deliveries'")
        op.execute(sa.text("INSERT INTO sqlite_sequence VALUES ('deliveries', :number)").bindparams(number=number))


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("for_day", sa.Date()),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("handed_at", sa.DateTime()),
        sa.Column("retry_at", sa.DateTime()),
        sa.Column("settled_at", sa.DateTime()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sqlite_autoincrement=True,
    )
    counts = sa.text("status <> 'released'")
    for key in ("name", "for_day"):
        op.create_index(
            f"uq_deliveries_kind_target_id_{key}",
            "deliveries",
            ["kind", "target_id", key],
            unique=True,
            sqlite_where=counts,
            postgresql_where=counts,
        )
    op.create_index("uq_deliveries_kind_number", "deliveries", ["kind", "number"], unique=True)
    op.create_index(op.f("ix_deliveries_kind_status"), "deliveries", ["kind", "status"])
    op.create_index(op.f("ix_deliveries_guild_id"), "deliveries", ["guild_id"])


def _create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("posted_at", sa.DateTime(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["deliveries.id"], name="fk_posts_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
    )
    outdated = sa.text("wanted <> shown")
    op.create_index("ix_posts_outdated", "posts", ["free_at"], sqlite_where=outdated, postgresql_where=outdated)
    op.create_index(op.f("ix_posts_posted_at"), "posts", ["posted_at"])
    op.create_index(op.f("ix_posts_guild_id"), "posts", ["guild_id"])
    op.create_table(
        "post_papers",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_post_papers_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "paper_id", name="pk_post_papers"),
    )
    op.create_index(op.f("ix_post_papers_paper_id"), "post_papers", ["paper_id"])
    op.create_table(
        "claimed_papers",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_claimed_papers_delivery_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", "paper_id", name="pk_claimed_papers"),
    )
    op.create_index(op.f("ix_claimed_papers_delivery_id"), "claimed_papers", ["delivery_id"])


def _create_alert_papers() -> None:
    op.create_table(
        "alert_papers",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("follow_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("alert_id", sa.Integer()),
        sa.ForeignKeyConstraint(["alert_id"], ["deliveries.id"], name="fk_alert_papers_alert_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("user_id", "paper_id", "follow_id", name="pk_alert_papers"),
    )
    op.create_index(op.f("ix_alert_papers_alert_id"), "alert_papers", ["alert_id"])
