CREATE TABLE "leadership" (
	"id" integer PRIMARY KEY NOT NULL,
	"epoch" bigint DEFAULT 0 NOT NULL,
	"replica_id" uuid,
	"since" timestamp with time zone,
	CONSTRAINT "leadership_one_row" CHECK ("leadership"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "link_places" (
	"agent_id" text PRIMARY KEY NOT NULL,
	"replica_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "node_identity" (
	"id" integer PRIMARY KEY NOT NULL,
	"sealed" text NOT NULL,
	"revision" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "node_identity_one_row" CHECK ("node_identity"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "replicas" (
	"id" uuid PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"parent" jsonb
);
--> statement-breakpoint
ALTER TABLE "link_places" ADD CONSTRAINT "link_places_replica_id_replicas_id_fk" FOREIGN KEY ("replica_id") REFERENCES "public"."replicas"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "link_places_replica_idx" ON "link_places" USING btree ("replica_id");--> statement-breakpoint
INSERT INTO "leadership" ("id") VALUES (1);