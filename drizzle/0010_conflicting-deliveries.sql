CREATE TABLE "reconciler"."conflicting_deliveries" (
	"event_id" text NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"body" "bytea" NOT NULL,
	"signature" jsonb NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conflicting_deliveries_event_id_body_hash_pk" PRIMARY KEY("event_id","body_hash")
);
