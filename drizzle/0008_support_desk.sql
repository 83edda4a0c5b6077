CREATE TABLE "reconciler"."acknowledgements" (
	"minute" timestamp with time zone NOT NULL,
	"process_id" text NOT NULL,
	"count" integer NOT NULL,
	"buckets" jsonb NOT NULL,
	CONSTRAINT "acknowledgements_minute_process_id_pk" PRIMARY KEY("minute","process_id")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"actor_name" text NOT NULL,
	"role" text NOT NULL,
	"face" text NOT NULL,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"why" text,
	"bulk_run_id" bigint,
	"once_key" text
);
--> statement-breakpoint
CREATE TABLE "reconciler"."bulk_items" (
	"bulk_run_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"subject" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"planned_generation" bigint NOT NULL,
	"asked_generation" bigint,
	"why" text,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bulk_items_bulk_run_id_position_pk" PRIMARY KEY("bulk_run_id","position")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."bulk_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."bulk_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"action" text NOT NULL,
	"query" text NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"planned_by" text NOT NULL,
	"planned_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_by" text,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"why" text,
	"total" integer NOT NULL,
	"left_out" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"per_minute" integer NOT NULL,
	"stopped_because" text,
	"leased_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "reconciler"."notes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."pauses" (
	"workspace_id" text,
	"why" text NOT NULL,
	"by" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pauses_key" UNIQUE NULLS NOT DISTINCT("workspace_id")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."processes" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"version" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"progress_at" timestamp with time zone,
	"running" integer DEFAULT 0 NOT NULL,
	"concurrency" integer,
	"trouble" text
);
--> statement-breakpoint
CREATE TABLE "reconciler"."saved_views" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."saved_views_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" bigint NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_views_key" UNIQUE("operator_id","name")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."api_answers" (
	"actor" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"status" integer,
	"answer" jsonb,
	"is_done" boolean DEFAULT false NOT NULL,
	CONSTRAINT "api_answers_actor_key_pk" PRIMARY KEY("actor","key")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."api_tokens" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."api_tokens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_tokens_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."operators" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."operators_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text,
	"oidc_identity" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "operators_oidc_key" UNIQUE("oidc_identity")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"operator_id" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"notice" jsonb
);
--> statement-breakpoint
CREATE TABLE "reconciler"."sign_in_failures" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"failed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"blocked_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."sign_in_links" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"operator_id" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reconciler"."links" ADD COLUMN "linked_by_audit" bigint;--> statement-breakpoint
ALTER TABLE "reconciler"."links" ADD COLUMN "unlinked_by_audit" bigint;--> statement-breakpoint
ALTER TABLE "reconciler"."links" ADD COLUMN "overrides_claim" text;--> statement-breakpoint
ALTER TABLE "reconciler"."bulk_items" ADD CONSTRAINT "bulk_items_bulk_run_id_bulk_runs_id_fk" FOREIGN KEY ("bulk_run_id") REFERENCES "reconciler"."bulk_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciler"."saved_views" ADD CONSTRAINT "saved_views_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "reconciler"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciler"."sessions" ADD CONSTRAINT "sessions_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "reconciler"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciler"."sign_in_links" ADD CONSTRAINT "sign_in_links_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "reconciler"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_log_once_idx" ON "reconciler"."audit_log" USING btree ("actor","once_key","action","target") WHERE "reconciler"."audit_log"."once_key" is not null;--> statement-breakpoint
CREATE INDEX "audit_log_target_idx" ON "reconciler"."audit_log" USING btree ("target","id");--> statement-breakpoint
CREATE INDEX "audit_log_actor_idx" ON "reconciler"."audit_log" USING btree ("actor_name","id");--> statement-breakpoint
CREATE INDEX "audit_log_action_idx" ON "reconciler"."audit_log" USING btree ("action","id");--> statement-breakpoint
CREATE INDEX "bulk_items_state_idx" ON "reconciler"."bulk_items" USING btree ("bulk_run_id","state","position");--> statement-breakpoint
CREATE INDEX "notes_subject_idx" ON "reconciler"."notes" USING btree ("subject","id");--> statement-breakpoint
CREATE INDEX "api_answers_at_idx" ON "reconciler"."api_answers" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "operators_name_idx" ON "reconciler"."operators" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "sessions_operator_idx" ON "reconciler"."sessions" USING btree ("operator_id");