CREATE TABLE "reconciler"."recoveries" (
	"workspace_id" text,
	"reason" text NOT NULL,
	"ended_at" timestamp with time zone DEFAULT now() NOT NULL,
	"past_updated_at" timestamp with time zone,
	"past_subject" text DEFAULT '' NOT NULL,
	CONSTRAINT "recoveries_key" UNIQUE NULLS NOT DISTINCT("workspace_id","reason")
);
--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "dismissed_by" text;--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "dismissed_why" text;