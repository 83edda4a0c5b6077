CREATE TABLE "reconciler"."assignments" (
	"subject" text PRIMARY KEY NOT NULL,
	"operator_id" bigint,
	"assigned_by" text NOT NULL,
	"assigned_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."drafts" (
	"operator_id" bigint NOT NULL,
	"form" text NOT NULL,
	"fields" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "drafts_operator_id_form_pk" PRIMARY KEY("operator_id","form")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."snoozes" (
	"subject" text PRIMARY KEY NOT NULL,
	"until" timestamp with time zone,
	"until_news" boolean NOT NULL,
	"heard" bigint NOT NULL,
	"why" text,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reconciler"."bulk_items" ADD COLUMN "user_id" text;--> statement-breakpoint
ALTER TABLE "reconciler"."bulk_runs" ADD COLUMN "given" jsonb;--> statement-breakpoint
ALTER TABLE "reconciler"."bulk_runs" ADD COLUMN "asked_by" text;--> statement-breakpoint
ALTER TABLE "reconciler"."bulk_runs" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reconciler"."saved_views" ADD COLUMN "is_shared" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciler"."operators" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "reconciler"."assignments" ADD CONSTRAINT "assignments_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "reconciler"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciler"."drafts" ADD CONSTRAINT "drafts_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "reconciler"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assignments_operator_idx" ON "reconciler"."assignments" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "drafts_updated_idx" ON "reconciler"."drafts" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "snoozes_until_idx" ON "reconciler"."snoozes" USING btree ("until");