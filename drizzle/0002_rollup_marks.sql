ALTER TABLE "rollup_cursors" ADD COLUMN "marks" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "upstream_cursors" ADD COLUMN "mark" text;