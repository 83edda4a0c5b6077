CREATE TABLE "reconciler"."backfill_gaps" (
	"workspace" text NOT NULL,
	"gap_from" timestamp with time zone NOT NULL,
	"gap_until" timestamp with time zone NOT NULL,
	"why" text NOT NULL,
	"found_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_try_at" timestamp with time zone NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "backfill_gaps_workspace_gap_from_pk" PRIMARY KEY("workspace","gap_from")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."pruned" (
	"what" text PRIMARY KEY NOT NULL,
	"until" timestamp with time zone NOT NULL
);
