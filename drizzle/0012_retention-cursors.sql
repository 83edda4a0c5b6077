CREATE TABLE "reconciler"."retention_cursors" (
	"name" text PRIMARY KEY NOT NULL,
	"first" text NOT NULL,
	"second" text NOT NULL,
	"moved_at" timestamp with time zone DEFAULT now() NOT NULL
);
