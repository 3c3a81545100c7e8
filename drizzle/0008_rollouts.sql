CREATE TABLE "rollout_targets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rollout_targets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"rollout_id" bigint NOT NULL,
	"node_id" bigint NOT NULL,
	"ring" integer NOT NULL,
	"state" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"from_version" text,
	"job_id" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rollouts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rollouts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"target_version" text NOT NULL,
	"channel" text NOT NULL,
	"allow_downgrade" boolean NOT NULL,
	"max_failures" integer NOT NULL,
	"pause_ms" bigint NOT NULL,
	"offline_until" timestamp with time zone NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"user_id" bigint NOT NULL,
	"username" text NOT NULL,
	"role" text NOT NULL,
	"request_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "rollout_targets" ADD CONSTRAINT "rollout_targets_rollout_id_rollouts_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "public"."rollouts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollout_targets" ADD CONSTRAINT "rollout_targets_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rollout_targets_rollout_idx" ON "rollout_targets" USING btree ("rollout_id","ring","id");--> statement-breakpoint
CREATE UNIQUE INDEX "rollout_targets_busy_key" ON "rollout_targets" USING btree ("node_id") WHERE state in ('waiting', 'offline', 'installing');--> statement-breakpoint
CREATE INDEX "rollouts_running_idx" ON "rollouts" USING btree ("id") WHERE status = 'running';