CREATE TABLE "reconciler"."uncounted" (
	"subject" text NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."uncounted_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 100),
	"event_id" text NOT NULL,
	"source" text NOT NULL,
	"workspace_id" text,
	"connect_webview_id" text,
	"connected_account_id" text,
	"is_again" boolean NOT NULL,
	"body" "bytea",
	"signature" jsonb,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "uncounted_subject_id_pk" PRIMARY KEY("subject","id")
);
