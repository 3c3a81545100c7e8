CREATE TABLE "terminal_holders" (
	"session_hash" text PRIMARY KEY NOT NULL,
	"user_id" bigint NOT NULL,
	"token_version" integer NOT NULL,
	"server_id" bigint NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attached_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "used_tickets" (
	"jti" text PRIMARY KEY NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "terminal_holders" ADD CONSTRAINT "terminal_holders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "terminal_holders_made_idx" ON "terminal_holders" USING btree ("made_at");--> statement-breakpoint
CREATE INDEX "used_tickets_ends_idx" ON "used_tickets" USING btree ("ends_at");