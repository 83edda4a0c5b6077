CREATE TABLE "reconciler"."audit_findings" (
	"audit_id" bigint NOT NULL,
	"connected_account_id" text NOT NULL,
	"kind" text NOT NULL,
	"linked_user_id" text,
	"claimed_user_id" text,
	"workspace_id" text,
	"asked_at" timestamp with time zone,
	CONSTRAINT "audit_findings_audit_id_connected_account_id_pk" PRIMARY KEY("audit_id","connected_account_id")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."audits" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."audits_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"phase" text DEFAULT 'seam' NOT NULL,
	"workspace_index" integer DEFAULT 0 NOT NULL,
	"cursor" text,
	"listed" integer DEFAULT 0 NOT NULL,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."backfills" (
	"workspace" text PRIMARY KEY NOT NULL,
	"covered_from" timestamp with time zone NOT NULL,
	"covered_until" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"failure" text,
	"last_heard_at" timestamp with time zone,
	"unheard_since" timestamp with time zone,
	"unheard_until" timestamp with time zone,
	"unheard_events" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reconciler"."connected_accounts" ADD COLUMN "seen_by_audit" bigint;--> statement-breakpoint
ALTER TABLE "reconciler"."deliveries" ADD COLUMN "source" text DEFAULT 'webhook' NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciler"."audit_findings" ADD CONSTRAINT "audit_findings_audit_id_audits_id_fk" FOREIGN KEY ("audit_id") REFERENCES "reconciler"."audits"("id") ON DELETE cascade ON UPDATE no action;