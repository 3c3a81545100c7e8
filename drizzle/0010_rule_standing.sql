ALTER TABLE "alert_rule_states" ADD COLUMN "value" double precision;--> statement-breakpoint
ALTER TABLE "alert_rule_states" ADD COLUMN "reason" text;