CREATE TABLE "reconciler"."used_logout_tokens" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reconciler"."sessions" ADD COLUMN "how" text;--> statement-breakpoint
ALTER TABLE "reconciler"."sessions" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "reconciler"."sessions" ADD COLUMN "user_agent" text;--> statement-breakpoint
ALTER TABLE "reconciler"."sessions" ADD COLUMN "provider_session" text;--> statement-breakpoint
ALTER TABLE "reconciler"."sessions" ADD COLUMN "id_token" text;--> statement-breakpoint
CREATE INDEX "used_logout_tokens_expires_idx" ON "reconciler"."used_logout_tokens" USING btree ("expires_at");