-- What is told: alerts, notices, their deliveries, and the channels and silences that hold them.

CREATE TABLE alerts (
    id text COLLATE "C" NOT NULL,
    match_id bigint NOT NULL,
    created timestamptz NOT NULL,
    story_id bigint,
    thread text COLLATE "C",
    development json,
    acknowledged timestamptz,
    acknowledged_by text COLLATE "C",
    earlier boolean DEFAULT false NOT NULL,
    config_version bigint,
    CONSTRAINT pk_alerts PRIMARY KEY (id),
    CONSTRAINT fk_alerts_match_id_matches FOREIGN KEY (match_id) REFERENCES matches (id),
    CONSTRAINT fk_alerts_story_id_stories FOREIGN KEY (story_id) REFERENCES stories (id)
);
CREATE INDEX ix_alerts_match_id ON alerts (match_id);
CREATE INDEX ix_alerts_story_id ON alerts (story_id);
CREATE INDEX ix_alerts_thread ON alerts (thread);

CREATE TABLE notices (
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    CONSTRAINT pk_notices PRIMARY KEY (id)
);

CREATE TABLE channels (
    name text COLLATE "C" NOT NULL,
    failures bigint NOT NULL,
    failing_since timestamptz,
    failed timestamptz,
    rests_until timestamptz,
    last_error text COLLATE "C",
    told timestamptz,
    CONSTRAINT pk_channels PRIMARY KEY (name)
);

CREATE TABLE deliveries (
    id bigserial NOT NULL,
    alert_id text COLLATE "C",
    notice_id text COLLATE "C",
    channel text COLLATE "C" NOT NULL,
    follow_up bigint DEFAULT '0' NOT NULL,
    status varchar(8) NOT NULL,
    hold varchar(16),
    hold_ref text COLLATE "C",
    summary text COLLATE "C",
    message text COLLATE "C",
    instead_of text COLLATE "C",
    covered timestamptz,
    also json,
    attempts bigint NOT NULL,
    due timestamptz NOT NULL,
    since timestamptz NOT NULL,
    next_attempt timestamptz,
    planned timestamptz NOT NULL,
    claimed_until timestamptz,
    last_error text COLLATE "C",
    created timestamptz NOT NULL,
    sent timestamptz,
    receipt text COLLATE "C",
    edited timestamptz,
    CONSTRAINT pk_deliveries PRIMARY KEY (id),
    CONSTRAINT ck_deliveries_ck_deliveries_one_content
        CHECK ((alert_id IS NULL) <> (notice_id IS NULL)),
    CONSTRAINT fk_deliveries_alert_id_alerts FOREIGN KEY (alert_id) REFERENCES alerts (id),
    CONSTRAINT fk_deliveries_notice_id_notices FOREIGN KEY (notice_id) REFERENCES notices (id),
    CONSTRAINT uq_deliveries_alert_id UNIQUE (alert_id, channel, follow_up),
    CONSTRAINT uq_deliveries_notice_id UNIQUE (notice_id, channel)
);
CREATE INDEX ix_deliveries_due ON deliveries (status, channel, next_attempt);
CREATE INDEX ix_deliveries_sent ON deliveries (channel, sent) WHERE sent IS NOT NULL;
CREATE INDEX ix_deliveries_summary ON deliveries (summary) WHERE summary IS NOT NULL;

CREATE TABLE silences (
    id bigserial NOT NULL,
    author text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    watchlists json NOT NULL,
    entities json NOT NULL,
    feeds json NOT NULL,
    text text COLLATE "C",
    max_severity varchar(8),
    drop boolean NOT NULL,
    CONSTRAINT pk_silences PRIMARY KEY (id)
);
CREATE INDEX ix_silences_ends ON silences (ends);
