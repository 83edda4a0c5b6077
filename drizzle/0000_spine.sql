CREATE SCHEMA IF NOT EXISTS "reconciler";
--> statement-breakpoint
CREATE TABLE "reconciler"."connect_webviews" (
	"connect_webview_id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"login_successful" boolean,
	"connected_account_id" text,
	"custom_metadata" jsonb NOT NULL,
	"seam_created_at" timestamp with time zone,
	"read_by_run" bigint NOT NULL,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."connected_accounts" (
	"connected_account_id" text PRIMARY KEY NOT NULL,
	"account_type" text,
	"account_type_display_name" text,
	"display_name" text,
	"user_identifier" jsonb NOT NULL,
	"custom_metadata" jsonb NOT NULL,
	"errors" jsonb NOT NULL,
	"warnings" jsonb NOT NULL,
	"accepted_capabilities" jsonb NOT NULL,
	"automatically_manage_new_devices" boolean,
	"customer_key" text,
	"seam_created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"read_by_run" bigint NOT NULL,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."deliveries" (
	"event_id" text PRIMARY KEY NOT NULL,
	"event_type" text NOT NULL,
	"subject" text NOT NULL,
	"workspace_id" text,
	"occurred_at" timestamp with time zone,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"body" "bytea" NOT NULL,
	"signature" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."links" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."links_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"connected_account_id" text NOT NULL,
	"user_id" text NOT NULL,
	"linked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"linked_by_run" bigint NOT NULL,
	"unlinked_at" timestamp with time zone,
	"unlinked_by_run" bigint,
	"unlinked_because" text
);
--> statement-breakpoint
CREATE TABLE "reconciler"."reconciliations" (
	"subject" text PRIMARY KEY NOT NULL,
	"generation" bigint NOT NULL,
	"observed_generation" bigint DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"connect_webview_id" text,
	"connected_account_id" text,
	"claimed_user_id" text,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sweep_at" timestamp with time zone DEFAULT now() NOT NULL,
	"unavailable_since" timestamp with time zone,
	"newest_run_id" bigint,
	"leased_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subject" text NOT NULL,
	"generation" bigint NOT NULL,
	"trigger" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"outcome" text,
	"reason" text,
	"detail" text,
	"seam_request_id" text
);
--> statement-breakpoint
CREATE TABLE "reconciler"."users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text,
	"email" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reconciler"."runs" ADD CONSTRAINT "runs_subject_reconciliations_subject_fk" FOREIGN KEY ("subject") REFERENCES "reconciler"."reconciliations"("subject") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "connect_webviews_account_idx" ON "reconciler"."connect_webviews" USING btree ("connected_account_id");--> statement-breakpoint
CREATE INDEX "deliveries_subject_idx" ON "reconciler"."deliveries" USING btree ("subject","received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "links_current_idx" ON "reconciler"."links" USING btree ("connected_account_id") WHERE "reconciler"."links"."unlinked_at" is null;--> statement-breakpoint
CREATE INDEX "links_account_idx" ON "reconciler"."links" USING btree ("connected_account_id","id");--> statement-breakpoint
CREATE INDEX "links_user_idx" ON "reconciler"."links" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "reconciliations_owed_idx" ON "reconciler"."reconciliations" USING btree ("sweep_at") WHERE "reconciler"."reconciliations"."observed_generation" < "reconciler"."reconciliations"."generation";--> statement-breakpoint
CREATE INDEX "reconciliations_state_idx" ON "reconciler"."reconciliations" USING btree ("state","updated_at");--> statement-breakpoint
CREATE INDEX "reconciliations_webview_idx" ON "reconciler"."reconciliations" USING btree ("connect_webview_id");--> statement-breakpoint
CREATE INDEX "reconciliations_account_idx" ON "reconciler"."reconciliations" USING btree ("connected_account_id");--> statement-breakpoint
CREATE INDEX "reconciliations_claimed_user_idx" ON "reconciler"."reconciliations" USING btree ("claimed_user_id");--> statement-breakpoint
CREATE INDEX "runs_subject_idx" ON "reconciler"."runs" USING btree ("subject","id");