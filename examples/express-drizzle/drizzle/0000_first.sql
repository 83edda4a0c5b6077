CREATE TABLE "connect_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"connect_webview_id" text NOT NULL,
	"outcome" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "connect_attempts_connectWebviewId_unique" UNIQUE("connect_webview_id")
);
--> statement-breakpoint
CREATE TABLE "handled_messages" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"handled_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lock_accounts" (
	"connected_account_id" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"maker" text,
	"state" text,
	"sequence" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "lock_accounts_user_id_index" ON "lock_accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "notices_user_id_index" ON "notices" USING btree ("user_id");