ALTER TABLE "reconciler"."links" ADD COLUMN "provisional_event_id" text;--> statement-breakpoint
ALTER TABLE "reconciler"."links" ADD COLUMN "provisional_subject" text;--> statement-breakpoint
ALTER TABLE "reconciler"."links" ADD COLUMN "confirmed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reconciler"."links" ADD COLUMN "confirmed_by_run" bigint;--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "requested_by" text;--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "provisional_generation" bigint DEFAULT 0 NOT NULL;