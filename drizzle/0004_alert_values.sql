ALTER TABLE "alerts" ADD COLUMN "value" double precision;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "threshold" double precision;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "notified_at" timestamp with time zone;