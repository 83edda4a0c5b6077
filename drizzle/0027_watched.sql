CREATE TABLE "reconciler"."alert_notices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."alert_notices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"kind" text NOT NULL,
	"alert_ids" bigint[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT now(),
	"fault" text
);
--> statement-breakpoint
CREATE TABLE "reconciler"."alert_silences" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."alert_silences_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"rule" text,
	"about" text,
	"until" timestamp with time zone NOT NULL,
	"why" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "reconciler"."alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"rule" text NOT NULL,
	"about" text NOT NULL,
	"sentence" text NOT NULL,
	"began_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "reconciler"."vitals" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"figures" jsonb,
	"measured_at" timestamp with time zone,
	"holder" text,
	"leased_until" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "reconciler"."deliveries" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "reconciler"."runs" ADD COLUMN "trace_id" text;--> statement-breakpoint
ALTER TABLE "reconciler"."messages" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "reconciler"."outbox" ADD COLUMN "traceparent" text;--> statement-breakpoint
CREATE INDEX "alert_notices_due_idx" ON "reconciler"."alert_notices" USING btree ("next_try_at") WHERE sent_at is null;--> statement-breakpoint
CREATE INDEX "alert_notices_created_idx" ON "reconciler"."alert_notices" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "alert_silences_until_idx" ON "reconciler"."alert_silences" USING btree ("until");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open_key" ON "reconciler"."alerts" USING btree ("rule","about") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "alerts_ended_idx" ON "reconciler"."alerts" USING btree ("ended_at");