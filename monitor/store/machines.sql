-- What machines that work on one database have in common besides the tables of the program: who
-- works, and what each host is spared by all of them together. It may be run again at any time.

-- Who works. A worker that dies leaves its row behind, and is missed by it.
CREATE TABLE IF NOT EXISTS workers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    pid integer NOT NULL,
    version text NOT NULL,
    started timestamptz NOT NULL DEFAULT now(),
    beat timestamptz NOT NULL DEFAULT now(),
    detail jsonb NOT NULL DEFAULT '{}'
);

-- What is under way with each host. It is not logged: after a crash of PostgreSQL nobody is asked
-- for a moment more than usual.
CREATE UNLOGGED TABLE IF NOT EXISTS host_permits (
    host text COLLATE "C" PRIMARY KEY,
    -- Until when each request under way may be believed to live.
    leases timestamptz[] NOT NULL DEFAULT '{}',
    -- When it would be through with its pages at one for each pause.
    next_page timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- What a host asked for itself is kept for good.
CREATE TABLE IF NOT EXISTS host_holds (
    host text COLLATE "C" PRIMARY KEY,
    until timestamptz NOT NULL,
    status integer NOT NULL
);

-- What sites ask of programs, so that each is asked once a day by all machines together.
CREATE TABLE IF NOT EXISTS robots (
    site text COLLATE "C" PRIMARY KEY,
    at timestamptz NOT NULL,
    text bytea NOT NULL,
    failing_since timestamptz,
    failure jsonb
);

-- Whether a host may be asked now. `until` is set if so, and given back with it afterwards; else
-- `wait` says in how many seconds to ask again, and `status` that the host has asked for that.
CREATE OR REPLACE FUNCTION host_take(
    h text, most integer, usual float8, gap float8, burst integer, lease float8,
    OUT wait float8, OUT until timestamptz, OUT status integer
) LANGUAGE plpgsql AS $$
DECLARE
    found_row host_permits;
    held host_holds;
    t timestamptz;
    live timestamptz[];
    free timestamptz;
BEGIN
    SELECT * INTO held FROM host_holds WHERE host = h AND host_holds.until > clock_timestamp();
    IF FOUND THEN
        wait := extract(epoch FROM held.until - clock_timestamp());
        status := held.status;
        RETURN;
    END IF;
    SELECT * INTO found_row FROM host_permits WHERE host = h FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO host_permits (host) VALUES (h) ON CONFLICT DO NOTHING;
        SELECT * INTO found_row FROM host_permits WHERE host = h FOR NO KEY UPDATE;
    END IF;
    t := clock_timestamp();
    live := ARRAY(SELECT x FROM unnest(found_row.leases) x WHERE x > t);
    IF cardinality(live) >= most THEN
        wait := 0.25;
        RETURN;
    END IF;
    free := greatest(found_row.next_page, t);
    IF gap > 0 THEN
        wait := extract(epoch FROM free - t) - (burst - 1) * usual;
        IF wait > 0 THEN
            RETURN;
        END IF;
        free := free + make_interval(secs => gap);
    ELSE
        free := found_row.next_page;
    END IF;
    wait := 0;
    until := t + make_interval(secs => lease);
    -- It is what the permit is known by.
    WHILE until = ANY (live) LOOP
        until := until + interval '1 microsecond';
    END LOOP;
    UPDATE host_permits SET leases = live || host_take.until, next_page = free WHERE host = h;
END $$;

CREATE OR REPLACE FUNCTION host_give(h text, lease timestamptz) RETURNS void LANGUAGE sql AS $$
    UPDATE host_permits SET leases = array_remove(leases, lease) WHERE host = h
$$;
