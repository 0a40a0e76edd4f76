-- What was found in articles: matches, what people said of them, and earlier articles to tell.

CREATE TABLE matches (
    id bigserial NOT NULL,
    article_id bigint NOT NULL,
    watchlist text COLLATE "C" NOT NULL,
    score float8 NOT NULL,
    severity varchar(8) NOT NULL,
    alert boolean NOT NULL,
    held varchar(16),
    held_ref text COLLATE "C",
    mentions json NOT NULL,
    reasons json NOT NULL,
    created timestamptz NOT NULL,
    thread text COLLATE "C",
    joined timestamptz,
    development json,
    headlines json,
    ruleset text COLLATE "C",
    first_score float8,
    blanked json,
    CONSTRAINT pk_matches PRIMARY KEY (id),
    CONSTRAINT fk_matches_article_id_articles FOREIGN KEY (article_id) REFERENCES articles (id),
    CONSTRAINT uq_matches_article_id UNIQUE (article_id, watchlist)
);
CREATE INDEX ix_matches_alert ON matches (id) WHERE alert;
CREATE INDEX ix_matches_created ON matches (created);
CREATE INDEX ix_matches_thread ON matches (thread) WHERE thread IS NOT NULL;

CREATE TABLE verdicts (
    id bigserial NOT NULL,
    story_id bigint,
    match_id bigint NOT NULL,
    watchlist text COLLATE "C" NOT NULL,
    matches json NOT NULL,
    names json NOT NULL,
    score float8 NOT NULL,
    worth varchar(12) NOT NULL,
    reason varchar(24),
    note text COLLATE "C" NOT NULL,
    who text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    ruleset text COLLATE "C",
    undone timestamptz,
    undone_by text COLLATE "C",
    CONSTRAINT pk_verdicts PRIMARY KEY (id)
);
CREATE INDEX ix_verdicts_match ON verdicts (match_id);
CREATE INDEX ix_verdicts_story ON verdicts (story_id, watchlist);
CREATE INDEX ix_verdicts_watchlist ON verdicts (watchlist, id);

CREATE TABLE earlier_offers (
    id bigserial NOT NULL,
    watchlist text COLLATE "C" NOT NULL,
    names json NOT NULL,
    at timestamptz NOT NULL,
    found bigint NOT NULL,
    state varchar(12) NOT NULL,
    decided timestamptz,
    decided_by text COLLATE "C",
    CONSTRAINT pk_earlier_offers PRIMARY KEY (id)
);
CREATE INDEX ix_earlier_offers_state ON earlier_offers (state, at);

CREATE TABLE earlier_reports (
    offer_id bigint NOT NULL,
    article_id bigint NOT NULL,
    score float8 NOT NULL,
    sentence text COLLATE "C" NOT NULL,
    told timestamptz,
    CONSTRAINT pk_earlier_reports PRIMARY KEY (offer_id, article_id),
    CONSTRAINT fk_earlier_reports_article_id_articles
        FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE,
    CONSTRAINT fk_earlier_reports_offer_id_earlier_offers
        FOREIGN KEY (offer_id) REFERENCES earlier_offers (id) ON DELETE CASCADE
);
CREATE INDEX ix_earlier_reports_article_id ON earlier_reports (article_id);
