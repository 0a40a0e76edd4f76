-- Articles, the entries of feeds that listed them, and what sites repeat on all their pages.

CREATE TABLE articles (
    id bigserial NOT NULL,
    feed_id bigint NOT NULL,
    url text COLLATE "C",
    url_key text COLLATE "C",
    title text COLLATE "C" NOT NULL,
    summary text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    outlet text COLLATE "C" NOT NULL,
    authors json NOT NULL,
    language text COLLATE "C",
    published timestamptz,
    fetched timestamptz NOT NULL,
    backfill boolean NOT NULL,
    edited boolean NOT NULL,
    text_source text COLLATE "C" NOT NULL,
    page_url text COLLATE "C",
    text_note text COLLATE "C",
    page_title text COLLATE "C" DEFAULT '' NOT NULL,
    next_read timestamptz,
    reads bigint NOT NULL,
    failed_reads bigint NOT NULL,
    revisits bigint DEFAULT '0' NOT NULL,
    claimed_until timestamptz,
    CONSTRAINT pk_articles PRIMARY KEY (id),
    CONSTRAINT fk_articles_feed_id_feeds FOREIGN KEY (feed_id) REFERENCES feeds (id)
);
CREATE INDEX ix_articles_fetched ON articles (fetched);
CREATE INDEX ix_articles_next_read ON articles (next_read) WHERE next_read IS NOT NULL;
CREATE INDEX ix_articles_page_url ON articles USING hash (page_url) WHERE page_url IS NOT NULL;
CREATE INDEX ix_articles_url_key ON articles USING hash (url_key);

CREATE TABLE entries (
    id bigserial NOT NULL,
    feed_id bigint NOT NULL,
    identity text COLLATE "C" NOT NULL,
    article_id bigint,
    text text COLLATE "C",
    digest text COLLATE "C" NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    CONSTRAINT pk_entries PRIMARY KEY (id),
    CONSTRAINT fk_entries_article_id_articles
        FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE SET NULL,
    CONSTRAINT fk_entries_feed_id_feeds FOREIGN KEY (feed_id) REFERENCES feeds (id),
    CONSTRAINT uq_entries_feed_id UNIQUE (feed_id, identity)
);
CREATE INDEX ix_entries_article_id ON entries (article_id);
CREATE INDEX ix_entries_forgotten ON entries (last_seen) WHERE article_id IS NULL;

CREATE TABLE hosts (
    host text COLLATE "C" NOT NULL,
    articles bigint NOT NULL,
    CONSTRAINT pk_hosts PRIMARY KEY (host)
);

CREATE TABLE host_lines (
    host text COLLATE "C" NOT NULL,
    digest bigint NOT NULL,
    times bigint NOT NULL,
    since bigint NOT NULL,
    last_seen timestamptz NOT NULL,
    CONSTRAINT pk_host_lines PRIMARY KEY (host, digest)
);
CREATE INDEX ix_host_lines_last_seen ON host_lines (last_seen);
