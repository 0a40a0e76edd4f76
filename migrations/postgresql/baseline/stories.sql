-- Stories, and the reports that each is made of, with the keys by which they are found.

CREATE TABLE stories (
    id bigserial NOT NULL,
    began timestamptz NOT NULL,
    CONSTRAINT pk_stories PRIMARY KEY (id)
);
CREATE INDEX ix_stories_began ON stories (began);

CREATE TABLE reports (
    article_id bigint NOT NULL,
    story_id bigint NOT NULL,
    at timestamptz NOT NULL,
    outlet text COLLATE "C" NOT NULL,
    language text COLLATE "C",
    entities json NOT NULL,
    fingerprint bytea,
    role text COLLATE "C" NOT NULL,
    correlation json,
    CONSTRAINT pk_reports PRIMARY KEY (article_id),
    CONSTRAINT fk_reports_article_id_articles
        FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE,
    CONSTRAINT fk_reports_story_id_stories FOREIGN KEY (story_id) REFERENCES stories (id)
);
CREATE INDEX ix_reports_at ON reports (at);
CREATE INDEX ix_reports_story_id ON reports (story_id);

CREATE TABLE story_keys (
    key bigint NOT NULL,
    article_id bigint NOT NULL,
    CONSTRAINT pk_story_keys PRIMARY KEY (key, article_id),
    CONSTRAINT fk_story_keys_article_id_reports
        FOREIGN KEY (article_id) REFERENCES reports (article_id) ON DELETE CASCADE
);
CREATE INDEX ix_story_keys_article_id ON story_keys (article_id);
