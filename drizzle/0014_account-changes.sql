CREATE TABLE "reconciler"."account_changes" (
	"connected_account_id" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp with time zone NOT NULL
);
