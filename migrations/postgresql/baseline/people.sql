-- Who may do what, and who did it.

CREATE TABLE sessions (
    digest text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    password text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    seen timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    address text COLLATE "C" NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (digest)
);
CREATE INDEX ix_sessions_ends ON sessions (ends);

CREATE TABLE tokens (
    id bigserial NOT NULL,
    name text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    scope varchar(8) NOT NULL,
    author text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    used timestamptz,
    CONSTRAINT pk_tokens PRIMARY KEY (id),
    CONSTRAINT uq_tokens_digest UNIQUE (digest),
    CONSTRAINT uq_tokens_name UNIQUE (name)
);

CREATE TABLE keys (
    name text COLLATE "C" NOT NULL,
    value bytea NOT NULL,
    CONSTRAINT pk_keys PRIMARY KEY (name)
);

CREATE TABLE audit (
    id bigserial NOT NULL,
    at timestamptz NOT NULL,
    person text COLLATE "C" NOT NULL,
    source varchar(8) NOT NULL,
    action varchar(24) NOT NULL,
    subject text COLLATE "C" NOT NULL,
    detail json NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_subject ON audit (subject);
