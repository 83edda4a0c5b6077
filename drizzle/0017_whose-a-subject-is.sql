ALTER TABLE "reconciler"."connect_webviews" ADD COLUMN "workspace_id" text;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "workspace_id" text;--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "deleted_on_word_of" text;--> statement-breakpoint
ALTER TABLE "reconciler"."deliveries" ADD COLUMN "set_aside" text;--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "claimants" text[];--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "to_ask" text[];--> statement-breakpoint
ALTER TABLE "reconciler"."uncounted" ADD COLUMN "vouched_by" text;