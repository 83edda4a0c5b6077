CREATE TABLE "reconciler"."hook_sets" (
	"endpoint_id" bigint NOT NULL,
	"types" text[] NOT NULL,
	"heard_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hook_sets_endpoint_id_types_pk" PRIMARY KEY("endpoint_id","types")
);
--> statement-breakpoint
ALTER TABLE "reconciler"."hook_sets" ADD CONSTRAINT "hook_sets_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "reconciler"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE FUNCTION "reconciler"."leave_hooks_alone"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NULL; END $$;--> statement-breakpoint
CREATE TRIGGER "leave_hooks_alone" BEFORE UPDATE OF "holder" ON "reconciler"."endpoints" FOR EACH ROW WHEN (new.kind = 'hook' AND new.holder IS DISTINCT FROM old.holder AND new.holder NOT LIKE 'hook:%') EXECUTE FUNCTION "reconciler"."leave_hooks_alone"();
