"""Everything except deliveries: answers, searches, setups, saved papers, votes, follows, inboxes

Replaces revisions 0001 to 0014, which no release contained; it keeps the last one's number, so that a database at
0014 is upgraded from here. The tables of messages, which 0015 replaces in such a database, are created there.

Revision ID: 0014
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_answers()
    _create_daily_feeds()
    _create_papers_of_people()
    _create_paper_changes()
    _create_follows()
    _create_inboxes()
    _create_servers()


def _user() -> sa.Column[int]:
    return sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False)


def _guild() -> sa.Column[int]:
    return sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False)


def _channel() -> sa.Column[int]:
    return sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False)


def _paper() -> sa.Column[str]:
    return sa.Column("paper_id", sa.String(64), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _unique(table: str, columns: list[str], where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    name = f"uq_{table}_{'_'.join(columns)}"
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def _of_answer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=f"fk_{table}_answer_id", ondelete="CASCADE")


def _create_answers() -> None:
    op.create_table(
        "answers",
        _id(),
        sa.Column("guild_id", sa.BigInteger()),
        _channel(),
        _user(),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reply", sa.Text()),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("quotes", "also", "papers", "history")),
        _time("asked_at"),
        sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sqlite_autoincrement=True,
    )
    _index("answers", "message_id")
    _index("answers", "channel_id", "user_id", "asked_at")
    _index("answers", "user_id", "asked_at")
    _index("answers", "guild_id", "asked_at")
    op.create_table(
        "feedback",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        _user(),
        sa.Column("useful", sa.Boolean(), nullable=False),
        _time("at"),
        _of_answer("feedback"),
        sa.PrimaryKeyConstraint("answer_id", "user_id", name="pk_feedback"),
    )
    op.create_table(
        "reports",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        _user(),
        sa.Column("fault", sa.String(16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        _time("at"),
        _of_answer("reports"),
        sa.PrimaryKeyConstraint("answer_id", "user_id", name="pk_reports"),
    )
    _index("reports", "user_id")
    op.create_table(
        "searches",
        _id(),
        sa.Column("text", sa.Text(), nullable=False),
        _user(),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name="pk_searches"),
        sqlite_autoincrement=True,
    )
    _index("searches", "user_id")
    op.create_table(
        "fresh_starts",
        _user(),
        _channel(),
        sa.Column("guild_id", sa.BigInteger()),
        _time("at"),
        sa.PrimaryKeyConstraint("user_id", "channel_id", name="pk_fresh_starts"),
    )
    _index("fresh_starts", "guild_id")


def _create_daily_feeds() -> None:
    op.create_table(
        "daily_feeds",
        _channel(),
        _guild(),
        sa.Column("time", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("minimum_votes", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("when_empty", sa.String(16), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        _time("changed_at"),
        sa.Column("rules", sa.Text(), server_default="", nullable=False),
        sa.Column("server_votes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("wait_until", sa.Time()),
        sa.Column("trouble", sa.Text()),
        sa.PrimaryKeyConstraint("channel_id", name="pk_daily_feeds"),
    )
    _index("daily_feeds", "guild_id")
    op.create_table(
        "daily_drafts",
        _id(),
        sa.Column("feed", sa.JSON(), nullable=False),
        _time("made_at"),
        sa.PrimaryKeyConstraint("id", name="pk_daily_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sample_posts",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _channel(),
        _guild(),
        _time("delete_at"),
        sa.PrimaryKeyConstraint("message_id", name="pk_sample_posts"),
    )


def _create_papers_of_people() -> None:
    op.create_table(
        "saves",
        _id(),
        _user(),
        _paper(),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        _time("saved_at"),
        _time("removed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_saves"),
        sqlite_autoincrement=True,
    )
    _unique("saves", ["user_id", "paper_id"])
    _index("saves", "paper_id")
    op.create_table(
        "openings",
        _user(),
        _paper(),
        _time("at"),
        sa.PrimaryKeyConstraint("user_id", "paper_id", name="pk_openings"),
    )
    _index("openings", "user_id", "at")
    _index("openings", "at")
    op.create_table(
        "paper_votes",
        _guild(),
        _paper(),
        _user(),
        _time("at"),
        sa.PrimaryKeyConstraint("guild_id", "paper_id", "user_id", name="pk_paper_votes"),
    )
    _index("paper_votes", "user_id")
    _index("paper_votes", "guild_id", "at")


def _create_paper_changes() -> None:
    op.create_table(
        "watched_papers",
        _paper(),
        sa.Column("version", sa.Integer()),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("has_code", sa.Boolean(), nullable=False),
        _time("looked_at"),
        sa.PrimaryKeyConstraint("paper_id", name="pk_watched_papers"),
    )
    _index("watched_papers", "looked_at")
    op.create_table(
        "paper_changes",
        _id(),
        _paper(),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _time("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_changes"),
    )
    _unique("paper_changes", ["paper_id", "what", "version"])
    op.create_table(
        "change_notices",
        _user(),
        sa.Column("change_id", sa.Integer(), nullable=False),
        _time("notified_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["paper_changes.id"], name="fk_change_notices_change_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "change_id", name="pk_change_notices"),
    )
    pending = sa.text("notified_at IS NULL")
    op.create_index(
        "ix_change_notices_pending", "change_notices", ["user_id"], sqlite_where=pending, postgresql_where=pending
    )


def _create_follows() -> None:
    op.create_table(
        "follows",
        _id(),
        _user(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        _time("created_at"),
        sa.Column("paused", sa.Boolean(), nullable=False),
        _time("removed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sqlite_autoincrement=True,
    )
    _unique("follows", ["user_id", "text"], "removed_at IS NULL")
    op.create_table(
        "followers",
        _user(),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        _time("changed_at"),
        _time("closed_at", nullable=True),
        sa.Column("notified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_followers"),
    )
    op.create_table(
        "looks",
        _id(),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_looks"),
    )


def _create_inboxes() -> None:
    op.create_table(
        "inboxes",
        _user(),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        _time("confirmed_at"),
        _time("changed_at"),
        sa.PrimaryKeyConstraint("user_id", name="pk_inboxes"),
    )
    op.create_table(
        "mail_codes",
        _id(),
        _user(),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.String(16), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary()),
        _time("sent_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_codes"),
    )
    _index("mail_codes", "user_id")
    _index("mail_codes", "mailbox")


def _create_servers() -> None:
    op.create_table("departures", _guild(), _time("left_at"), sa.PrimaryKeyConstraint("guild_id", name="pk_departures"))
    op.create_table(
        "link_cards",
        _guild(),
        _channel(),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "channel_id", name="pk_link_cards"),
    )
    op.create_table(
        "shown_links",
        _channel(),
        _paper(),
        _guild(),
        _time("at"),
        sa.PrimaryKeyConstraint("channel_id", "paper_id", name="pk_shown_links"),
    )
    _index("shown_links", "guild_id")
    _index("shown_links", "at")
    op.create_table(
        "discussion_places", _guild(), _channel(), sa.PrimaryKeyConstraint("guild_id", name="pk_discussion_places")
    )
    op.create_table(
        "recap_feeds",
        _channel(),
        _guild(),
        sa.Column("frequency", sa.String(16), nullable=False),
        _time("changed_at"),
        sa.PrimaryKeyConstraint("channel_id", name="pk_recap_feeds"),
    )
