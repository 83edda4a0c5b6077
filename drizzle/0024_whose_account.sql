CREATE TABLE "reconciler"."user_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reconciler"."connect_webviews" ADD COLUMN "customer_key" text;--> statement-breakpoint
ALTER TABLE "reconciler"."connect_webviews" ADD COLUMN "selected_provider" text;--> statement-breakpoint
ALTER TABLE "reconciler"."connect_webviews" ADD COLUMN "authorized_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reconciler"."connect_webviews" ADD COLUMN "failure_description" text;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "image_url" text;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "state_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "last_connected_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "times_disconnected" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "missed_by_audit" bigint;--> statement-breakpoint
ALTER TABLE "reconciler"."expected_webviews" ADD COLUMN "connected_account_id" text;--> statement-breakpoint
ALTER TABLE "reconciler"."links" ADD COLUMN "unlinked_claim" text;--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "named_by" text;--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "also_named_by" text;--> statement-breakpoint
ALTER TABLE "reconciler"."audits" ADD COLUMN "is_scheduled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciler"."audits" ADD COLUMN "leased_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reconciler"."audits" ADD COLUMN "failure" text;--> statement-breakpoint
ALTER TABLE "reconciler"."audits" ADD COLUMN "withheld" text;--> statement-breakpoint
CREATE INDEX "user_keys_user_idx" ON "reconciler"."user_keys" USING btree ("user_id");