CREATE TABLE "deliberations" (
	"decision_id" bigint PRIMARY KEY NOT NULL,
	"replica_id" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deliberations" ADD CONSTRAINT "deliberations_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE cascade ON UPDATE no action;