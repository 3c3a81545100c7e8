CREATE TABLE "alert_rule_states" (
	"rule_id" bigint NOT NULL,
	"node_id" bigint NOT NULL,
	"phase" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "alert_rule_states_rule_id_node_id_pk" PRIMARY KEY("rule_id","node_id")
);
--> statement-breakpoint
CREATE TABLE "alert_rules" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_rules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"uid" text NOT NULL,
	"made_at" text NOT NULL,
	"inherited" boolean NOT NULL,
	"agent_id" text,
	"type" text NOT NULL,
	"name" text NOT NULL,
	"target" text,
	"threshold" double precision NOT NULL,
	"recovery_threshold" double precision,
	"duration_s" integer NOT NULL,
	"severity" text NOT NULL,
	"repeat_interval_s" integer,
	"enabled" boolean NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "alert_rules_uid_unique" UNIQUE("uid")
);
--> statement-breakpoint
ALTER TABLE "alert_rule_states" ADD CONSTRAINT "alert_rule_states_rule_id_alert_rules_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."alert_rules"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_rule_states" ADD CONSTRAINT "alert_rule_states_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;