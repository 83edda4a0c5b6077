CREATE TABLE "reconciler"."former_token_secrets" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"token_id" bigint NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "reconciler"."audit_log" ADD COLUMN "owner" text;--> statement-breakpoint
ALTER TABLE "reconciler"."audit_log" ADD COLUMN "owner_name" text;--> statement-breakpoint
ALTER TABLE "reconciler"."api_tokens" ADD COLUMN "owner_id" bigint;--> statement-breakpoint
ALTER TABLE "reconciler"."api_tokens" ADD COLUMN "secret_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciler"."api_tokens" ADD COLUMN "lifetime_hours" integer DEFAULT 2160 NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciler"."api_tokens" ADD COLUMN "permissions" text[];--> statement-breakpoint
ALTER TABLE "reconciler"."api_tokens" ADD COLUMN "workspaces" text[];--> statement-breakpoint
ALTER TABLE "reconciler"."former_token_secrets" ADD CONSTRAINT "former_token_secrets_token_id_api_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "reconciler"."api_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "former_token_secrets_token_idx" ON "reconciler"."former_token_secrets" USING btree ("token_id");