CREATE TABLE "reconciler"."endpoint_secrets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."endpoint_secrets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"endpoint_id" bigint NOT NULL,
	"sealed" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "reconciler"."endpoints" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."endpoints_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"types" text[],
	"workspaces" text[],
	"per_second" integer DEFAULT 50 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"disabled_at" timestamp with time zone,
	"disabled_because" text,
	"failing_since" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"fault" text,
	"last_delivered_at" timestamp with time zone,
	"rest_until" timestamp with time zone,
	"is_recovering" boolean DEFAULT false NOT NULL,
	"holder" text,
	"leased_until" timestamp with time zone,
	CONSTRAINT "endpoints_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."messages" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."messages_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"message_id" uuid NOT NULL,
	"type" text NOT NULL,
	"about" text NOT NULL,
	"sequence" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"workspace_id" text,
	"user_id" text,
	"connected_account_id" text,
	"connect_webview_id" text,
	"data" jsonb NOT NULL,
	CONSTRAINT "messages_id_key" UNIQUE("message_id")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"message_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"type" text NOT NULL,
	"about" text NOT NULL,
	"sequence" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"workspace_id" text,
	"user_id" text,
	"connected_account_id" text,
	"connect_webview_id" text,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciler"."send_attempts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciler"."send_attempts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"endpoint_id" bigint NOT NULL,
	"position" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"duration_ms" integer NOT NULL,
	"status" integer,
	"fault" text,
	"answer" text
);
--> statement-breakpoint
CREATE TABLE "reconciler"."sendings" (
	"endpoint_id" bigint NOT NULL,
	"position" bigint NOT NULL,
	"about" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "sendings_endpoint_id_position_pk" PRIMARY KEY("endpoint_id","position")
);
--> statement-breakpoint
CREATE TABLE "reconciler"."told" (
	"about" text PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL,
	"user_id" text,
	"state" text,
	"attention" text
);
--> statement-breakpoint
ALTER TABLE "reconciler"."endpoint_secrets" ADD CONSTRAINT "endpoint_secrets_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "reconciler"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciler"."send_attempts" ADD CONSTRAINT "send_attempts_sending_fk" FOREIGN KEY ("endpoint_id","position") REFERENCES "reconciler"."sendings"("endpoint_id","position") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciler"."sendings" ADD CONSTRAINT "sendings_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "reconciler"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciler"."sendings" ADD CONSTRAINT "sendings_position_messages_position_fk" FOREIGN KEY ("position") REFERENCES "reconciler"."messages"("position") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "endpoint_secrets_endpoint_idx" ON "reconciler"."endpoint_secrets" USING btree ("endpoint_id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_about_idx" ON "reconciler"."messages" USING btree ("about","sequence");--> statement-breakpoint
CREATE INDEX "messages_user_idx" ON "reconciler"."messages" USING btree ("user_id","position");--> statement-breakpoint
CREATE INDEX "messages_at_idx" ON "reconciler"."messages" USING btree ("at","position");--> statement-breakpoint
CREATE INDEX "messages_whose_idx" ON "reconciler"."messages" USING btree ((case when user_id !~ '^erased:[0-9a-f]{24}$' then user_id end),"position");--> statement-breakpoint
CREATE INDEX "messages_links_idx" ON "reconciler"."messages" USING btree ("position") WHERE type in ('account.linked', 'account.relinked', 'account.unlinked');--> statement-breakpoint
CREATE INDEX "messages_workspace_links_idx" ON "reconciler"."messages" USING btree ("workspace_id","position") WHERE type in ('account.linked', 'account.relinked', 'account.unlinked');--> statement-breakpoint
CREATE INDEX "send_attempts_sending_idx" ON "reconciler"."send_attempts" USING btree ("endpoint_id","position");--> statement-breakpoint
CREATE INDEX "sendings_position_idx" ON "reconciler"."sendings" USING btree ("position");--> statement-breakpoint
CREATE INDEX "sendings_waiting_idx" ON "reconciler"."sendings" USING btree ("endpoint_id","position") WHERE "reconciler"."sendings"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "sendings_in_turn_idx" ON "reconciler"."sendings" USING btree ("endpoint_id","about","position") WHERE "reconciler"."sendings"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "sendings_due_idx" ON "reconciler"."sendings" USING btree ("endpoint_id","due_at") WHERE "reconciler"."sendings"."state" = 'waiting' and "reconciler"."sendings"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "sendings_dead_idx" ON "reconciler"."sendings" USING btree ("endpoint_id","position") WHERE "reconciler"."sendings"."state" = 'dead';