"""Articles' texts go to the table of their day, where there is one.

Programs that do not look there read no text of what comes then: this revision is made when none of
them is at work any more.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Whoever closes a day waits for all who put texts there, and who comes after sees that it is
# closed. Of the two numbers of the lock the first is "text" in ASCII.
_OPEN_DAY = """
CREATE FUNCTION open_text_day(fetched timestamptz) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
    its_day date := (fetched AT TIME ZONE 'UTC')::date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1952807028, its_day - date '2000-01-01');
    RETURN (SELECT day FROM text_days WHERE day = its_day AND NOT closed);
END $$
"""
_NEW = """
CREATE FUNCTION place_new_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_day date;
BEGIN
    IF new.body <> '' OR new.content <> '' THEN
        its_day := open_text_day(new.fetched);
        IF its_day IS NOT NULL THEN
            INSERT INTO article_texts (day, article_id, body, content)
            VALUES (its_day, new.id, new.body, new.content);
            new.body := '';
            new.content := '';
        END IF;
    END IF;
    RETURN new;
END $$
"""
_CONTENT = """
CREATE FUNCTION place_content() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_day date := open_text_day(new.fetched);
BEGIN
    IF its_day IS NOT NULL THEN
        INSERT INTO article_texts AS t (day, article_id, body, content)
        VALUES (its_day, new.id, '', new.content) ON CONFLICT (day, article_id)
        DO UPDATE SET content = excluded.content WHERE t.content <> excluded.content;
        new.content := '';
    ELSIF new.content = '' THEN
        -- The day that was closed still has what it was before.
        UPDATE article_texts SET content = ''
        WHERE day = (new.fetched AT TIME ZONE 'UTC')::date AND article_id = new.id
            AND content <> '';
    END IF;
    RETURN new;
END $$
"""
# What has changed is noted for the search index here: the row does not show it any more.
_BODY = """
CREATE FUNCTION place_body() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_day date := open_text_day(new.fetched);
    changed boolean;
BEGIN
    IF its_day IS NULL THEN
        changed := new.body <>
            CASE old.body WHEN '' THEN day_body(old.id, old.fetched) ELSE old.body END;
        IF new.body = '' THEN
            UPDATE article_texts SET body = ''
            WHERE day = (new.fetched AT TIME ZONE 'UTC')::date AND article_id = new.id
                AND body <> '';
        END IF;
    ELSE
        INSERT INTO article_texts AS t (day, article_id, body, content)
        VALUES (its_day, new.id, new.body, '') ON CONFLICT (day, article_id)
        DO UPDATE SET body = excluded.body WHERE t.body <> excluded.body;
        changed := FOUND AND (old.body = '' OR old.body <> new.body);
        new.body := '';
    END IF;
    IF changed THEN
        INSERT INTO article_search_queue (article_id) VALUES (new.id);
    END IF;
    RETURN new;
END $$
"""
# Each text goes its own way: a statement may change one, or both.
_TRIGGERS = (
    "CREATE TRIGGER article_texts_new BEFORE INSERT ON articles "
    "FOR EACH ROW EXECUTE FUNCTION place_new_texts()",
    "CREATE TRIGGER article_texts_content BEFORE UPDATE OF content ON articles "
    "FOR EACH ROW EXECUTE FUNCTION place_content()",
    "CREATE TRIGGER article_texts_body BEFORE UPDATE OF body ON articles "
    "FOR EACH ROW EXECUTE FUNCTION place_body()",
    "CREATE OR REPLACE TRIGGER article_search_changed AFTER UPDATE OF title, summary ON articles "
    "FOR EACH ROW WHEN ((old.title, old.summary) IS DISTINCT FROM (new.title, new.summary)) "
    "EXECUTE FUNCTION note_for_search()",
)


def upgrade() -> None:
    """Make the triggers. A text is in its article's row or, if that is empty, with its day."""
    for function in (_OPEN_DAY, _NEW, _CONTENT, _BODY):
        op.execute(function)
    # Whoever is at work goes first, and nobody waits for long behind this: it is done again.
    op.execute("SET LOCAL lock_timeout = '3s'")
    for trigger in _TRIGGERS:
        op.execute(trigger)
