CREATE TABLE "alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"uid" text NOT NULL,
	"node_id" bigint NOT NULL,
	"level" text NOT NULL,
	"type" text NOT NULL,
	"subject" text NOT NULL,
	"description" text NOT NULL,
	"severity" text NOT NULL,
	"status" text DEFAULT 'new' NOT NULL,
	"details" jsonb NOT NULL,
	"origin" text NOT NULL,
	"occurrences" integer DEFAULT 1 NOT NULL,
	"task_id" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"acknowledged_at" timestamp with time zone,
	"acknowledged_by" text,
	"resolved_at" timestamp with time zone,
	"resolved_by" text,
	"on_behalf_of" text,
	"notes" text,
	CONSTRAINT "alerts_uid_unique" UNIQUE("uid")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"actor_kind" text NOT NULL,
	"action" text NOT NULL,
	"target" text,
	"details" jsonb NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "decisions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"node_id" bigint NOT NULL,
	"request_id" text NOT NULL,
	"issue_type" text NOT NULL,
	"subject" text NOT NULL,
	"issue_description" text NOT NULL,
	"severity" text NOT NULL,
	"proposed_action" text NOT NULL,
	"issue" jsonb,
	"context" jsonb,
	"status" text DEFAULT 'pending' NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"llm_analysis" text,
	"decided_by" text,
	"authority" text,
	"hops" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"task_id" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"judged_at" timestamp with time zone,
	"executed_at" timestamp with time zone,
	"execution_result" text,
	"execution_output" text
);
--> statement-breakpoint
CREATE TABLE "intents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "intents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"task_id" bigint,
	"node_id" bigint,
	"type" text NOT NULL,
	"data" text NOT NULL,
	"actor" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tasks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"node_id" bigint NOT NULL,
	"type" text NOT NULL,
	"subject" text NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_keys_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"node_id" bigint NOT NULL,
	"name" text NOT NULL,
	"key_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE TABLE "node_states" (
	"node_id" bigint PRIMARY KEY NOT NULL,
	"status" text DEFAULT 'unknown' NOT NULL,
	"reported_status" text DEFAULT 'unknown' NOT NULL,
	"status_reason" text DEFAULT 'registered' NOT NULL,
	"status_since" timestamp with time zone DEFAULT now() NOT NULL,
	"health_status" text DEFAULT 'unknown' NOT NULL,
	"last_seen_at" timestamp with time zone,
	"stale_since" timestamp with time zone,
	"goodbye_at" timestamp with time zone,
	"clock_skew_ms" bigint,
	"issues_l1" integer DEFAULT 0 NOT NULL,
	"issues_l2" integer DEFAULT 0 NOT NULL,
	"issues_l3" integer DEFAULT 0 NOT NULL,
	"reported_at" timestamp with time zone,
	"metrics" jsonb,
	"rolled_cpu" real,
	"rolled_memory" real,
	"rolled_disk" real
) WITH (fillfactor=50);
--> statement-breakpoint
CREATE TABLE "node_status_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "node_status_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"node_id" bigint NOT NULL,
	"old_status" text,
	"new_status" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "nodes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "nodes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"agent_id" text NOT NULL,
	"name" text NOT NULL,
	"node_uid" text,
	"role" text NOT NULL,
	"version" text,
	"is_self" boolean DEFAULT false NOT NULL,
	"parent_id" bigint,
	"path" text[] NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"owner_id" bigint,
	"description" text DEFAULT '' NOT NULL,
	"tags" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	"removed_reason" text,
	CONSTRAINT "nodes_agent_id_unique" UNIQUE("agent_id")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" bigserial NOT NULL,
	"node_id" bigint NOT NULL,
	"reported_at" timestamp with time zone NOT NULL,
	"report_uid" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"status" text NOT NULL,
	"cpu_percent" real NOT NULL,
	"memory_percent" real NOT NULL,
	"disk_percent" real NOT NULL,
	"metrics" jsonb NOT NULL,
	"issues" jsonb NOT NULL,
	"actions" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	CONSTRAINT "reports_node_id_reported_at_report_uid_pk" PRIMARY KEY("node_id","reported_at","report_uid")
) PARTITION BY RANGE ("reported_at");
--> statement-breakpoint
CREATE TABLE "reports_default" PARTITION OF "reports" DEFAULT;
--> statement-breakpoint
CREATE TABLE "change_clock" (
	"id" integer PRIMARY KEY NOT NULL,
	"epoch" text NOT NULL,
	"seq" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"kind" text NOT NULL,
	"key" bigint NOT NULL,
	"seq" bigint NOT NULL,
	CONSTRAINT "changes_kind_key_pk" PRIMARY KEY("kind","key")
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"uid" text PRIMARY KEY NOT NULL,
	"next_hop" text NOT NULL,
	"target" text NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rollup_cursors" (
	"node_id" bigint PRIMARY KEY NOT NULL,
	"epoch" text NOT NULL,
	"seq" bigint NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"snapshot_since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "snapshot_nodes" (
	"child_id" bigint NOT NULL,
	"agent_id" text NOT NULL,
	CONSTRAINT "snapshot_nodes_child_id_agent_id_pk" PRIMARY KEY("child_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "upstream_cursors" (
	"parent_id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"username" text NOT NULL,
	"email" text,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"token_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_login_at" timestamp with time zone,
	"disabled_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "intents" ADD CONSTRAINT "intents_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "node_states" ADD CONSTRAINT "node_states_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "node_status_changes" ADD CONSTRAINT "node_status_changes_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "nodes" ADD CONSTRAINT "nodes_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollup_cursors" ADD CONSTRAINT "rollup_cursors_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_nodes" ADD CONSTRAINT "snapshot_nodes_child_id_nodes_id_fk" FOREIGN KEY ("child_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_created_idx" ON "alerts" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "alerts_node_idx" ON "alerts" USING btree ("node_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open_key" ON "alerts" USING btree ("node_id","type","subject") WHERE status <> 'resolved';--> statement-breakpoint
CREATE INDEX "audit_log_at_idx" ON "audit_log" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "decisions_request_key" ON "decisions" USING btree ("node_id","request_id");--> statement-breakpoint
CREATE INDEX "decisions_created_idx" ON "decisions" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "decisions_node_idx" ON "decisions" USING btree ("node_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "decisions_judged_idx" ON "decisions" USING btree ("judged_at") WHERE judged_at is not null;--> statement-breakpoint
CREATE INDEX "decisions_pending_idx" ON "decisions" USING btree ("expires_at") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "intents_created_idx" ON "intents" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "intents_task_idx" ON "intents" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "intents_node_idx" ON "intents" USING btree ("node_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_open_key" ON "tasks" USING btree ("node_id","type","subject") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "api_keys_node_idx" ON "api_keys" USING btree ("node_id");--> statement-breakpoint
CREATE INDEX "node_status_changes_node_idx" ON "node_status_changes" USING btree ("node_id","at");--> statement-breakpoint
CREATE INDEX "nodes_parent_idx" ON "nodes" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "nodes_path_idx" ON "nodes" USING gin ("path");--> statement-breakpoint
CREATE UNIQUE INDEX "nodes_self_key" ON "nodes" USING btree ("is_self") WHERE is_self;--> statement-breakpoint
CREATE INDEX "reports_id_idx" ON "reports" USING btree ("id");--> statement-breakpoint
CREATE INDEX "changes_seq_idx" ON "changes" USING btree ("seq");--> statement-breakpoint
CREATE INDEX "commands_next_hop_idx" ON "commands" USING btree ("next_hop","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_key" ON "users" USING btree (lower("username"));
--> statement-breakpoint
INSERT INTO "change_clock" ("id", "epoch", "seq") VALUES (1, gen_random_uuid()::text, 0);
