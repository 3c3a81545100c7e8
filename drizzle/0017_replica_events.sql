CREATE TABLE "replica_event_clock" (
	"id" integer PRIMARY KEY NOT NULL,
	"seq" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "replica_event_clock_one_row" CHECK ("replica_event_clock"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "replica_events" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"origin" uuid NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
INSERT INTO "replica_event_clock" ("id", "seq") VALUES (1, 0);
