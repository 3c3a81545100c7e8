ALTER TABLE "decisions" ADD COLUMN "told" jsonb;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "execution_ms" integer;