CREATE TABLE "reconciler"."sign_in_places" (
	"operator_id" bigint NOT NULL,
	"place_hash" "bytea" NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_in_places_operator_id_place_hash_pk" PRIMARY KEY("operator_id","place_hash")
);
--> statement-breakpoint
ALTER TABLE "reconciler"."sign_in_places" ADD CONSTRAINT "sign_in_places_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "reconciler"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sign_in_places_seen_idx" ON "reconciler"."sign_in_places" USING btree ("seen_at");