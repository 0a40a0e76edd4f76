-- The feeds, what was heard of them day by day, and subscriptions to hubs.

CREATE TABLE feeds (
    id bigserial NOT NULL,
    url text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    subscribed boolean NOT NULL,
    etag text COLLATE "C",
    last_modified text COLLATE "C",
    body_digest text COLLATE "C",
    memory bytea,
    added timestamptz NOT NULL,
    last_polled timestamptz,
    last_ok timestamptz,
    last_error text COLLATE "C",
    failures bigint NOT NULL,
    unreachable boolean DEFAULT '0' NOT NULL,
    next_poll timestamptz NOT NULL,
    next_reason text COLLATE "C" NOT NULL,
    stopped boolean NOT NULL,
    problems json NOT NULL,
    moved_to text COLLATE "C",
    moved_since timestamptz,
    moved_polls bigint NOT NULL,
    moved_confirmed timestamptz,
    wishes json NOT NULL,
    rhythm float8,
    hours text COLLATE "C",
    language text COLLATE "C",
    breaking_until timestamptz,
    last_new timestamptz,
    last_dropped timestamptz,
    times_dropped bigint NOT NULL,
    incident text COLLATE "C",
    claimed_until timestamptz,
    CONSTRAINT pk_feeds PRIMARY KEY (id),
    CONSTRAINT uq_feeds_url UNIQUE (url)
);
CREATE INDEX ix_feeds_due ON feeds (subscribed, stopped, next_poll);

CREATE TABLE feed_days (
    feed_id bigint NOT NULL,
    day text COLLATE "C" NOT NULL,
    entries bigint NOT NULL,
    bytes bigint NOT NULL,
    shortened bigint NOT NULL,
    left_out bigint NOT NULL,
    told boolean NOT NULL,
    CONSTRAINT pk_feed_days PRIMARY KEY (feed_id, day),
    CONSTRAINT fk_feed_days_feed_id_feeds FOREIGN KEY (feed_id) REFERENCES feeds (id)
);

CREATE TABLE hub_subscriptions (
    id bigserial NOT NULL,
    feed_id bigint NOT NULL,
    hub text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    token text COLLATE "C" NOT NULL,
    secret text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    wanted boolean NOT NULL,
    callback text COLLATE "C",
    asked timestamptz,
    confirmed timestamptz,
    agreed timestamptz,
    lease_end timestamptz,
    next_try timestamptz,
    failures bigint NOT NULL,
    fault text COLLATE "C",
    last_push timestamptz,
    pushes bigint NOT NULL,
    refused bigint NOT NULL,
    missed timestamptz,
    CONSTRAINT pk_hub_subscriptions PRIMARY KEY (id),
    CONSTRAINT fk_hub_subscriptions_feed_id_feeds FOREIGN KEY (feed_id) REFERENCES feeds (id),
    CONSTRAINT uq_hub_subscriptions_token UNIQUE (token)
);
CREATE INDEX ix_hub_subscriptions_feed_id ON hub_subscriptions (feed_id);
