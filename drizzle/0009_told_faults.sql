CREATE TABLE "told_faults" (
	"channel_id" bigint NOT NULL,
	"node_id" bigint NOT NULL,
	"type" text NOT NULL,
	"subject" text NOT NULL,
	"kind" text,
	"notice_key" text,
	"alert_uid" text,
	"severity" text,
	"told_at" timestamp with time zone,
	"confirmed" boolean DEFAULT false NOT NULL,
	"rounds" integer DEFAULT 0 NOT NULL,
	"waiting_since" timestamp with time zone,
	"firsts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "told_faults_channel_id_node_id_type_subject_pk" PRIMARY KEY("channel_id","node_id","type","subject")
);
--> statement-breakpoint
ALTER TABLE "told_faults" ADD CONSTRAINT "told_faults_channel_id_notification_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."notification_channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "told_faults" ADD CONSTRAINT "told_faults_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "public"."nodes"("id") ON DELETE cascade ON UPDATE no action;