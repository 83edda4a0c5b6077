CREATE TABLE "reconciler"."holds" (
	"reason" text PRIMARY KEY NOT NULL,
	"detail" text NOT NULL,
	"seam_request_id" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"probes" integer DEFAULT 0 NOT NULL,
	"probe_at" timestamp with time zone NOT NULL
);
