CREATE TABLE "reconciler"."expected_webviews" (
	"connect_webview_id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "expected_webviews_user_idx" ON "reconciler"."expected_webviews" USING btree ("user_id");