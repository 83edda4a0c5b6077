CREATE TABLE "reconciler"."workspace_holds" (
	"workspace_id" text,
	"reason" text NOT NULL,
	"detail" text NOT NULL,
	"seam_request_id" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"probes" integer DEFAULT 0 NOT NULL,
	"probe_at" timestamp with time zone NOT NULL,
	CONSTRAINT "workspace_holds_key" UNIQUE NULLS NOT DISTINCT("workspace_id","reason")
);
--> statement-breakpoint
ALTER TABLE "reconciler"."reconciliations" ADD COLUMN "workspace_id" text;