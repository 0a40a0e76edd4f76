-- A database as the first schema made it, with one article that was told.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alerts (
	id VARCHAR(40) NOT NULL, 
	match_id INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_alerts PRIMARY KEY (id), 
	CONSTRAINT fk_alerts_match_id_matches FOREIGN KEY(match_id) REFERENCES matches (id), 
	CONSTRAINT uq_alerts_match_id UNIQUE (match_id)
);
INSERT INTO "alerts" VALUES('a1',1,'2024-03-25 14:00:00.000000');
CREATE TABLE articles (
	id INTEGER NOT NULL, 
	feed_id INTEGER NOT NULL, 
	url TEXT, 
	url_key TEXT, 
	title TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	content TEXT NOT NULL, 
	body TEXT NOT NULL, 
	outlet TEXT NOT NULL, 
	authors JSON NOT NULL, 
	language VARCHAR(35), 
	published DATETIME, 
	fetched DATETIME NOT NULL, 
	backfill BOOLEAN NOT NULL, 
	edited BOOLEAN NOT NULL, 
	text_source VARCHAR(8) NOT NULL, 
	text_note TEXT, 
	next_read DATETIME, 
	reads INTEGER NOT NULL, 
	failed_reads INTEGER NOT NULL, 
	CONSTRAINT pk_articles PRIMARY KEY (id), 
	CONSTRAINT fk_articles_feed_id_feeds FOREIGN KEY(feed_id) REFERENCES feeds (id)
);
INSERT INTO "articles" VALUES(1,1,'https://example.org/1','example.org/1','Hackers blamed','','','APT31','Example','[]',NULL,NULL,'2024-03-25 14:00:00.000000',0,0,'page',NULL,NULL,1,0);
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	alert_id VARCHAR(40), 
	notice_id VARCHAR(40), 
	channel TEXT NOT NULL, 
	status VARCHAR(8) NOT NULL, 
	attempts INTEGER NOT NULL, 
	since DATETIME NOT NULL, 
	next_attempt DATETIME, 
	planned DATETIME NOT NULL, 
	claimed_until DATETIME, 
	last_error TEXT, 
	created DATETIME NOT NULL, 
	sent DATETIME, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT ck_deliveries_one_content CHECK ((alert_id IS NULL) <> (notice_id IS NULL)), 
	CONSTRAINT fk_deliveries_alert_id_alerts FOREIGN KEY(alert_id) REFERENCES alerts (id), 
	CONSTRAINT fk_deliveries_notice_id_notices FOREIGN KEY(notice_id) REFERENCES notices (id), 
	CONSTRAINT uq_deliveries_alert_id UNIQUE (alert_id, channel), 
	CONSTRAINT uq_deliveries_notice_id UNIQUE (notice_id, channel)
);
INSERT INTO "deliveries" VALUES(1,'a1',NULL,'slack','sent',1,'2024-03-25 14:00:00.000000',NULL,'2024-03-25 14:00:00.000000',NULL,NULL,'2024-03-25 14:00:00.000000','2024-03-25 14:00:00.000000');
CREATE TABLE entries (
	id INTEGER NOT NULL, 
	feed_id INTEGER NOT NULL, 
	identity TEXT NOT NULL, 
	article_id INTEGER, 
	text TEXT, 
	digest VARCHAR(32) NOT NULL, 
	first_seen DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	CONSTRAINT pk_entries PRIMARY KEY (id), 
	CONSTRAINT fk_entries_article_id_articles FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE SET NULL, 
	CONSTRAINT fk_entries_feed_id_feeds FOREIGN KEY(feed_id) REFERENCES feeds (id), 
	CONSTRAINT uq_entries_feed_id UNIQUE (feed_id, identity)
);
INSERT INTO "entries" VALUES(1,1,'1',1,NULL,'0','2024-03-25 14:00:00.000000','2024-03-25 14:00:00.000000');
CREATE TABLE feeds (
	id INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	name TEXT NOT NULL, 
	subscribed BOOLEAN NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	body_digest VARCHAR(64), 
	memory BLOB, 
	added DATETIME NOT NULL, 
	last_polled DATETIME, 
	last_ok DATETIME, 
	last_error TEXT, 
	failures INTEGER NOT NULL, 
	next_poll DATETIME NOT NULL, 
	next_reason TEXT NOT NULL, 
	stopped BOOLEAN NOT NULL, 
	problems JSON NOT NULL, 
	moved_to TEXT, 
	moved_since DATETIME, 
	moved_polls INTEGER NOT NULL, 
	moved_confirmed DATETIME, 
	wishes JSON NOT NULL, 
	rhythm FLOAT, 
	last_new DATETIME, 
	last_dropped DATETIME, 
	times_dropped INTEGER NOT NULL, 
	incident TEXT, 
	CONSTRAINT pk_feeds PRIMARY KEY (id), 
	CONSTRAINT uq_feeds_url UNIQUE (url)
);
INSERT INTO "feeds" VALUES(1,'https://example.org/feed','Example',1,NULL,NULL,NULL,NULL,'2024-03-25 14:00:00.000000',NULL,NULL,NULL,0,'2024-03-25 14:00:00.000000','',0,'[]',NULL,NULL,0,NULL,'{}',NULL,NULL,NULL,0,NULL);
CREATE TABLE heartbeats (
	name VARCHAR(40) NOT NULL, 
	at DATETIME NOT NULL, 
	late_after DATETIME NOT NULL, 
	detail JSON NOT NULL, 
	CONSTRAINT pk_heartbeats PRIMARY KEY (name)
);
CREATE TABLE matches (
	id INTEGER NOT NULL, 
	article_id INTEGER NOT NULL, 
	watchlist TEXT NOT NULL, 
	score FLOAT NOT NULL, 
	severity VARCHAR(8) NOT NULL, 
	alert BOOLEAN NOT NULL, 
	held TEXT, 
	mentions JSON NOT NULL, 
	reasons JSON NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (id), 
	CONSTRAINT fk_matches_article_id_articles FOREIGN KEY(article_id) REFERENCES articles (id), 
	CONSTRAINT uq_matches_article_id UNIQUE (article_id, watchlist)
);
INSERT INTO "matches" VALUES(1,1,'westminster',80.0,'high',1,NULL,'[]','[]','2024-03-25 14:00:00.000000');
CREATE TABLE notices (
	id VARCHAR(40) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_notices PRIMARY KEY (id)
);
CREATE INDEX ix_feeds_due ON feeds (subscribed, stopped, next_poll);
CREATE INDEX ix_articles_fetched ON articles (fetched);
CREATE INDEX ix_articles_next_read ON articles (next_read) WHERE next_read IS NOT NULL;
CREATE INDEX ix_articles_url_key ON articles (url_key);
CREATE INDEX ix_entries_article_id ON entries (article_id);
CREATE INDEX ix_matches_created ON matches (created);
CREATE INDEX ix_deliveries_due ON deliveries (status, next_attempt);
COMMIT;
