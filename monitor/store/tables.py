"""The tables. `migrations/` creates them; a test holds the two against each other."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)

from monitor.model.delivery import DeliveryStatus, PartlyAccepted
from monitor.model.feed import NOT_POLLED_YET, HubFault, Incident, PollReason
from monitor.model.hold import HeldReason, HoldReason
from monitor.model.hours import PublishingHours
from monitor.model.match import Severity
from monitor.store.columns import (
    NUMBER,
    WORDS,
    AsJson,
    Developments,
    UtcDateTime,
    choice,
    only,
    short,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("url", WORDS, nullable=False, unique=True),
    Column("name", WORDS, nullable=False),
    # False once the config no longer lists it: its history and what was seen stay.
    Column("subscribed", Boolean, nullable=False, default=True),
    Column("etag", WORDS),
    Column("last_modified", WORDS),
    Column("body_digest", short(64)),
    # Its items, by digests of their bytes, so that only those that changed are read again.
    Column("memory", LargeBinary),
    Column("added", UtcDateTime, nullable=False),
    Column("last_polled", UtcDateTime),
    Column("last_ok", UtcDateTime),
    Column("last_error", WORDS),
    Column("failures", NUMBER, nullable=False, default=0),
    Column("unreachable", Boolean, nullable=False, default=False, server_default="0"),
    Column("next_poll", UtcDateTime, nullable=False),
    Column("next_reason", AsJson(PollReason), nullable=False, default=NOT_POLLED_YET),
    Column("stopped", Boolean, nullable=False, default=False),
    Column("problems", JSON, nullable=False, default=list),
    # Where its server says that it has moved for good, and how sure we are of that.
    Column("moved_to", WORDS),
    Column("moved_since", UtcDateTime),
    Column("moved_polls", NUMBER, nullable=False, default=0),
    Column("moved_confirmed", UtcDateTime),
    # What the publisher asks for, and how often it really publishes (seconds): they decide when
    # the feed is polled next, changed or not.
    Column("wishes", JSON, nullable=False, default=dict),
    Column("rhythm", Float),
    Column("hours", AsJson(PublishingHours)),
    # Which feeds may tell more of a story that breaks, and until when they are asked for it.
    Column("language", short(35)),
    Column("breaking_until", UtcDateTime),
    Column("last_new", UtcDateTime),
    Column("last_dropped", UtcDateTime),
    Column("times_dropped", NUMBER, nullable=False, default=0),
    # What operators have been told of it; null once it is well again.
    Column("incident", AsJson(Incident)),
    # Until when whoever polls it may be believed to be alive.
    Column("claimed_until", UtcDateTime),
    # Where many work: which worker.
    Column("claimed_by", NUMBER),
)
Index("ix_feeds_due", feeds.c.subscribed, feeds.c.stopped, feeds.c.next_poll)

# What has been agreed with hubs that push feeds; see `monitor.model.feed.HubSubscription`.
hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False, index=True),
    Column("hub", WORDS, nullable=False),
    Column("topic", WORDS, nullable=False),
    Column("token", short(64), nullable=False, unique=True),
    Column("secret", WORDS, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("wanted", Boolean, nullable=False),
    Column("callback", WORDS),
    Column("asked", UtcDateTime),
    Column("confirmed", UtcDateTime),
    Column("agreed", UtcDateTime),
    Column("lease_end", UtcDateTime),
    Column("next_try", UtcDateTime),
    Column("failures", NUMBER, nullable=False),
    Column("fault", AsJson(HubFault)),
    Column("last_push", UtcDateTime),
    Column("pushes", NUMBER, nullable=False),
    Column("refused", NUMBER, nullable=False),
    Column("missed", UtcDateTime),
)

articles = Table(
    "articles",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("url", WORDS),
    # The canonical address: two feeds that list the same page make one article.
    Column("url_key", WORDS),
    Column("title", WORDS, nullable=False, default=""),
    Column("summary", WORDS, nullable=False, default=""),
    # The feed's own full text; kept apart so that a page that comes late can replace `body`.
    Column("content", WORDS, nullable=False, default=""),
    Column("body", WORDS, nullable=False, default=""),
    Column("outlet", WORDS, nullable=False, default=""),
    Column("authors", JSON, nullable=False, default=list),
    Column("language", short(35)),
    Column("published", UtcDateTime),
    Column("fetched", UtcDateTime, nullable=False),
    # True for what a feed already held when it was first polled and that is too old to tell.
    Column("backfill", Boolean, nullable=False, default=False),
    # True once a feed has changed its words: names that came with that are news.
    Column("edited", Boolean, nullable=False, default=False),
    Column("text_source", short(8), nullable=False, default="feed"),
    # The canonical address at which its page was found, where that is not `url_key`. It only helps
    # to find an article: what a page or a redirect says must not make another article be this one.
    Column("page_url", WORDS),
    Column("text_note", WORDS),
    # What its page calls itself, to notice when that changes.
    Column("page_title", WORDS, nullable=False, default="", server_default=""),
    # When its page is to be read; null when there is nothing left to read.
    Column("next_read", UtcDateTime),
    Column("reads", NUMBER, nullable=False, default=0),
    # Those in a row, since its feed last changed it, that must be tried again.
    Column("failed_reads", NUMBER, nullable=False, default=0),
    # How often it was planned to be read again, since people were told of it.
    Column("revisits", NUMBER, nullable=False, default=0, server_default="0"),
    # Until when whoever reads it may be believed to be alive.
    Column("claimed_until", UtcDateTime),
    Column("claimed_by", NUMBER),
    sqlite_autoincrement=True,  # pages, verdicts and lists go by its number
)
# Of the few whose feed's link only led on to them.
Index(
    "ix_articles_page_url",
    articles.c.page_url,
    sqlite_where=articles.c.page_url.is_not(None),
    info={"where": articles.c.page_url.is_not(None), "using": "hash"},
)
Index("ix_articles_next_read", articles.c.next_read, **only(articles.c.next_read.is_not(None)))
# An address of any length: PostgreSQL's usual index has a limit.
Index("ix_articles_url_key", articles.c.url_key, info={"using": "hash"})
Index("ix_articles_fetched", articles.c.fetched)

entries = Table(
    "entries",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("identity", WORDS, nullable=False),
    # Outlives its article: what has been seen must not come back as news.
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    # Its words, if it joined an article made of another entry; empty if they are the same.
    Column("text", WORDS),
    # Of its words, so that an edit is noticed and a counter in the text is not one.
    Column("digest", short(32), nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    UniqueConstraint("feed_id", "identity"),
)

Index("ix_entries_forgotten", entries.c.last_seen, **only(entries.c.article_id.is_(None)))

matches = Table(
    "matches",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("watchlist", WORDS, nullable=False),
    Column("score", Float, nullable=False),
    Column("severity", choice(Severity, 8), nullable=False),
    Column("alert", Boolean, nullable=False),
    # Why nobody was told although the score reached the threshold, and which silence it was.
    Column("held", choice(HeldReason, 16)),
    Column("held_ref", WORDS),
    Column("mentions", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    # The first alert of the story that it belongs to, told or found in another article.
    Column("thread", short(40)),
    # Since when it belongs to it: the messages that follow tell of what came since the last.
    Column("joined", UtcDateTime),
    # What it adds to what had been told of the story before.
    Column("development", Developments),
    # The headlines of its article and of its page, as they were when it was last told.
    Column("headlines", JSON),
    # By which watchlist and program it was last found: see `monitor.config.ruleset`.
    Column("ruleset", short(24)),
    # What it scored when it was created, and what of the body is not looked at.
    Column("first_score", Float),
    Column("blanked", JSON),
    UniqueConstraint("article_id", "watchlist"),
)
Index("ix_matches_created", matches.c.created)
# Of those that alert: the page lists stories by the first.
Index("ix_matches_alert", matches.c.id, **only(matches.c.alert))
Index("ix_matches_thread", matches.c.thread, **only(matches.c.thread.is_not(None)))

stories = Table(
    "stories",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("began", UtcDateTime, nullable=False, index=True),
    # The story that somebody says it is the same as; whoever asks for it is shown that one.
    Column("merged_into", NUMBER),
)

reports = Table(
    "reports",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("outlet", WORDS, nullable=False),
    Column("language", short(35)),
    Column("entities", JSON, nullable=False),
    # Null once the story takes no more reports.
    Column("fingerprint", LargeBinary),
    # What it is to its story: see `monitor.model.story.Role`.
    Column("role", short(8), nullable=False),
    # Why it belongs to it, or to no other; null for one that was like no other.
    Column("correlation", JSON(none_as_null=True)),
)

story_keys = Table(
    "story_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "article_id",
        ForeignKey("reports.article_id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    sqlite_with_rowid=False,
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", short(40), primary_key=True),
    Column("match_id", ForeignKey("matches.id"), nullable=False, index=True),
    Column("created", UtcDateTime, nullable=False),
    Column("story_id", ForeignKey("stories.id"), index=True),
    # The first alert of its story and watchlist: its own id, unless it tells a development.
    Column("thread", short(40), index=True),
    # What is new in a story that had been told of before.
    Column("development", Developments),
    # Somebody sees to it: what was to be told more people if nobody did is not.
    Column("acknowledged", UtcDateTime),
    Column("acknowledged_by", WORDS),
    # Its report came before its name was watched, and somebody wanted it told all the same.
    Column("earlier", Boolean, nullable=False, default=False, server_default=false()),
    # The version of the configuration it was made by, where machines share one.
    Column("config_version", NUMBER),
)

notices = Table(
    "notices",
    metadata,
    Column("id", short(40), primary_key=True),
    Column("kind", short(40), nullable=False),
    Column("title", WORDS, nullable=False),
    Column("text", WORDS, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id")),
    Column("notice_id", ForeignKey("notices.id")),
    Column("channel", WORDS, nullable=False),
    # 0 for the alert itself; from 1 on for messages that say who else has reported it.
    Column("follow_up", NUMBER, nullable=False, default=0, server_default="0"),
    Column("status", choice(DeliveryStatus, 8), nullable=False, default=DeliveryStatus.PENDING),
    # What holds it back, and which silence, channel or alert that is.
    Column("hold", choice(HoldReason, 16)),
    Column("hold_ref", WORDS),
    # Goes out, or went, in one message with those that bear the same.
    Column("summary", short(40)),
    # The alert by whose id its message is known, if that tells of several alerts of a story.
    Column("message", short(40)),
    # The channel that could not be reached and that this one stands in for.
    Column("instead_of", WORDS),
    # Up to when what came of its story is part of it.
    Column("covered", UtcDateTime),
    # The articles that its message names as having the story besides.
    Column("also", JSON),
    Column("attempts", NUMBER, nullable=False, default=0),
    # When it was first due, from which on it gets older.
    Column("due", UtcDateTime, nullable=False),
    # When its time of tries began: when it was first due, or could first be tried.
    Column("since", UtcDateTime, nullable=False),
    Column("next_attempt", UtcDateTime),
    # When that was decided: by a clock that was ahead, if it is still to come.
    Column("planned", UtcDateTime, nullable=False),
    # Until when a sender that claimed it may be believed to be alive.
    Column("claimed_until", UtcDateTime),
    Column("last_error", WORDS),
    Column("created", UtcDateTime, nullable=False),
    Column("sent", UtcDateTime),
    # What the service finds the message by, as long as it can be changed.
    Column("receipt", WORDS),
    # When it was last changed.
    Column("edited", UtcDateTime),
    # Those targets of the channel that have it, while others have refused it.
    Column("accepted", AsJson(PartlyAccepted)),
    UniqueConstraint("alert_id", "channel", "follow_up"),
    UniqueConstraint("notice_id", "channel"),
    CheckConstraint("(alert_id IS NULL) <> (notice_id IS NULL)", name="one_content"),
)
Index("ix_deliveries_due", deliveries.c.status, deliveries.c.channel, deliveries.c.next_attempt)
Index(
    "ix_deliveries_sent",
    deliveries.c.channel,
    deliveries.c.sent,
    **only(deliveries.c.sent.is_not(None)),
)
Index(
    "ix_deliveries_summary",
    deliveries.c.summary,
    **only(deliveries.c.summary.is_not(None)),
)

channels = Table(
    "channels",
    metadata,
    Column("name", WORDS, primary_key=True),
    # Messages it did not take, in a row.
    Column("failures", NUMBER, nullable=False, default=0),
    Column("failing_since", UtcDateTime),
    # When it was last tried in vain.
    Column("failed", UtcDateTime),
    # Nothing is sent to it until then.
    Column("rests_until", UtcDateTime),
    Column("last_error", WORDS),
    # When operators were told of it; null while it is well.
    Column("told", UtcDateTime),
)

silences = Table(
    "silences",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("author", WORDS, nullable=False),
    Column("reason", WORDS, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    # In the past for one that was ended early, too.
    Column("ends", UtcDateTime, nullable=False, index=True),
    Column("watchlists", JSON, nullable=False),
    Column("entities", JSON, nullable=False),
    Column("feeds", JSON, nullable=False),
    Column("text", WORDS),
    Column("max_severity", choice(Severity, 8)),
    Column("drop", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", short(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    # After this the loop is late and `monitor health` says so.
    Column("late_after", UtcDateTime, nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
)
