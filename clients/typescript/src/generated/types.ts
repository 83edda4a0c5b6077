// Made from the OpenAPI document by `npm run client`: don’t edit it here.

export type ClientOptions = {
    baseUrl: 'https://reconciler.example/api/v1' | (string & {});
};

export type Webhooks = PostAccountLinkedWebhookRequest | PostAccountRelinkedWebhookRequest | PostAccountUnlinkedWebhookRequest | PostAccountDisconnectedWebhookRequest | PostAccountReconnectedWebhookRequest | PostAccountReauthorizationRequestedWebhookRequest | PostAccountDeletedWebhookRequest | PostWebviewLoginFailedWebhookRequest | PostConnectionNeedsAttentionWebhookRequest | PostConnectionSettledWebhookRequest | PostEndpointTestWebhookRequest;

/**
 * A connected account, what Seam shows of it, and its history.
 */
export type Account = {
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * As it is recorded here; null: we have no record of it
     */
    here: {
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        state: AccountState;
        /**
         * What is wrong with the account now
         */
        readonly troubles: Array<Trouble>;
        /**
         * Who it belongs to: the user that it is linked to now; null: nobody’s
         */
        user_id: string | null;
        /**
         * Its maker, for people; null: not known
         */
        account_type: string | null;
        /**
         * As in Seam; masked for viewers; null: none
         */
        display_name: string | null;
        /**
         * A picture of its maker, as in Seam; null: none
         */
        image_url: string | null;
        /**
         * Its IANA name; null: not known
         */
        time_zone: string | null;
        /**
         * Since when it has been in this state: by Seam’s time if Seam gives one, else since we first saw it so; null: not known
         */
        state_since: string | null;
        /**
         * When we last saw it working; null: not known
         */
        last_connected_at: string | null;
        /**
         * How often it was seen disconnected, this time included
         */
        times_disconnected: number;
        /**
         * When Seam last showed it
         */
        read_at: string;
        /**
         * As in Seam
         */
        custom_metadata: {
            [key: string]: unknown;
        };
        /**
         * As in Seam
         */
        errors: Array<unknown>;
        /**
         * As in Seam
         */
        warnings: Array<unknown>;
        /**
         * When it was deleted in Seam; null: it is there
         */
        deleted_at: string | null;
    } | null;
    /**
     * What Seam shows now, if it was asked
     */
    seam: {
        /**
         * Seam has it
         */
        kind: 'shown';
        /**
         * As in Seam
         */
        custom_metadata: {
            [key: string]: unknown;
        };
        /**
         * As in Seam
         */
        errors: Array<unknown>;
        /**
         * As in Seam
         */
        warnings: Array<unknown>;
        /**
         * What is wrong with the account now
         */
        readonly troubles: Array<Trouble>;
    } | {
        /**
         * Seam has no such account
         */
        kind: 'unknown';
    } | {
        /**
         * Seam was not asked, or didn’t answer
         */
        kind: 'not_told';
        /**
         * Why not
         */
        why: string;
    };
    /**
     * Where our record and Seam differ; empty where Seam was not asked
     */
    differences: Array<{
        /**
         * Of which field
         */
        field: string;
        /**
         * What our record says
         */
        here: unknown;
        /**
         * What Seam shows
         */
        seam: unknown;
    }>;
    /**
     * Whose it has been, the newest first
     */
    links: Array<{
        /**
         * Who it belongs to, or did
         */
        user_id: string;
        /**
         * Since when
         */
        linked_at: string;
        /**
         * Until when; null: it is the link now
         */
        unlinked_at: string | null;
        /**
         * Why it ended; null: it is the link now
         */
        unlinked_because: string | null;
    }>;
    /**
     * The events that Seam sent about it, the newest first
     */
    events: Array<{
        /**
         * Seam’s id of the event
         */
        event_id: string;
        /**
         * Seam’s type of it
         */
        event_type: string;
        /**
         * When it happened
         */
        occurred_at: string;
    }>;
};

/**
 * What became of the deletion.
 */
export type AccountDeleted = {
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * Who it belongs to: the user that it is linked to now; null: nobody’s
     */
    user_id: string | null;
    /**
     * Connections whose checks hadn’t finished when the wait was over
     */
    looks_owed: Array<string>;
    /**
     * Checks that failed
     */
    failures: Array<{
        /**
         * The connection
         */
        subject: string;
        /**
         * Why its check failed
         */
        reason: string;
    }>;
    /**
     * Whether Seam and our record now agree
     */
    agrees: boolean;
    /**
     * `still_shown`: Seam said yes, and goes on showing it; `not_read`: it could not be asked again
     */
    seam: 'deleted' | 'gone_before' | 'still_shown' | 'not_read';
};

/**
 * The account is gone from Seam, for good.
 */
export type AccountDeletedMessage = {
    /**
     * What happened
     */
    type: 'account.deleted';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        /**
         * Whose the account is; null: nobody’s
         */
        user_id: string | null;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * How it stood; null: that wasn’t told
             */
            state: string | null;
        };
    };
};

/**
 * The account stopped working: its maker doesn’t accept what the user signed in with any more, or can’t be reached.
 */
export type AccountDisconnectedMessage = {
    /**
     * What happened
     */
    type: 'account.disconnected';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        /**
         * Whose the account is; null: nobody’s
         */
        user_id: string | null;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * How it stood; null: that wasn’t told
             */
            state: string | null;
        };
    };
};

/**
 * The account has come to belong to a user, and to nobody before.
 */
export type AccountLinkedMessage = {
    /**
     * What happened
     */
    type: 'account.linked';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * Whose it was; null: nobody’s, or they were erased
             */
            user_id: string | null;
        };
        /**
         * The id of the user, as your users table has it
         */
        user_id: string;
        /**
         * Only a signed event speaks for the link so far: it is confirmed without a further message, or it ends
         */
        is_provisional: boolean;
    };
};

/**
 * Connected accounts, in the order of their ids.
 */
export type AccountPage = {
    /**
     * Those of this page
     */
    accounts: Array<AppAccount>;
    /**
     * `cursor` of the next page; null: this is the last
     */
    next_cursor: string | null;
    /**
     * Where the feed of links goes on from this page: all that was committed before it is in the page, and what comes after is in `GET /links?after=`. Of several pages, keep that of the first
     */
    position: number;
};

/**
 * Its maker asks the user to sign in again.
 */
export type AccountReauthorizationRequestedMessage = {
    /**
     * What happened
     */
    type: 'account.reauthorization_requested';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        /**
         * Whose the account is; null: nobody’s
         */
        user_id: string | null;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * How it stood; null: that wasn’t told
             */
            state: string | null;
        };
    };
};

/**
 * The account works again.
 */
export type AccountReconnectedMessage = {
    /**
     * What happened
     */
    type: 'account.reconnected';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        /**
         * Whose the account is; null: nobody’s
         */
        user_id: string | null;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * How it stood; null: that wasn’t told
             */
            state: string | null;
        };
    };
};

/**
 * The account belongs to another user than it did.
 */
export type AccountRelinkedMessage = {
    /**
     * What happened
     */
    type: 'account.relinked';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * Whose it was; null: nobody’s, or they were erased
             */
            user_id: string | null;
        };
        /**
         * The id of the user, as your users table has it
         */
        user_id: string;
        /**
         * Only a signed event speaks for the link so far: it is confirmed without a further message, or it ends
         */
        is_provisional: boolean;
        /**
         * Why the link before ended; absent: not known
         */
        because?: string;
    };
};

/**
 * How a connected account stands. Only `connected` (and, for now, `reauthorization_requested`) accounts work.
 */
export type AccountState = 'connected' | 'disconnected' | 'reauthorization_requested' | 'being_deleted' | 'deleted';

/**
 * The account belongs to nobody any more.
 */
export type AccountUnlinkedMessage = {
    /**
     * What happened
     */
    type: 'account.unlinked';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * Whose it was; null: nobody’s, or they were erased
             */
            user_id: string | null;
        };
        /**
         * Nobody’s any more
         */
        user_id: null;
        /**
         * Why the link before ended; absent: not known
         */
        because?: string;
    };
};

/**
 * What to change of an account in Seam; what is left out stays.
 */
export type AccountUpdate = {
    /**
     * The user it belongs to
     */
    user_id?: string;
    /**
     * Keys to set; an empty value removes a key
     */
    metadata?: {
        [key: string]: string | boolean;
    };
    /**
     * What to call it
     */
    display_name?: string;
    /**
     * In place of those now: kinds of devices that may be connected (lock, thermostat, noise_sensor, access_control, camera, …)
     */
    accepted_capabilities?: Array<string>;
    /**
     * Whether Seam manages new devices of it automatically
     */
    automatically_manage_new_devices?: boolean;
    /**
     * Seam takes one only for an account that has none
     */
    customer_key?: string;
    /**
     * Why: for the audit log
     */
    why?: string;
    /**
     * The Seam workspace, by id or name; needed where there are several and we don’t know which
     */
    workspace?: string;
    /**
     * How long to wait for the check that follows
     */
    wait_seconds?: number;
};

/**
 * What became of the change.
 */
export type AccountUpdated = {
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * Who it belongs to: the user that it is linked to now; null: nobody’s
     */
    user_id: string | null;
    /**
     * Connections whose checks hadn’t finished when the wait was over
     */
    looks_owed: Array<string>;
    /**
     * Checks that failed
     */
    failures: Array<{
        /**
         * The connection
         */
        subject: string;
        /**
         * Why its check failed
         */
        reason: string;
    }>;
    /**
     * Whether Seam and our record now agree
     */
    agrees: boolean;
    /**
     * `differs`: Seam said yes, and shows something else; `not_read`: it could not be asked again
     */
    seam: 'updated' | 'as_it_was' | 'differs' | 'not_read';
    /**
     * What Seam was told to change, by its names
     */
    changed: Array<string>;
    /**
     * What Seam shows otherwise than was asked for
     */
    differing: Array<string>;
    /**
     * What Seam shows now
     */
    custom_metadata: {
        [key: string]: unknown;
    };
    /**
     * Whether this took so long that someone else may have changed it at the same time
     */
    overtaken: boolean;
};

/**
 * Something that is wrong with the whole, or was.
 */
export type Alert = {
    /**
     * Its number
     */
    id: number;
    rule: AlertRule;
    /**
     * What is wrong, in a few words
     */
    title: string;
    /**
     * A Seam workspace, an endpoint or a reason; empty: the whole
     */
    about: string;
    /**
     * What is wrong, as it was when last checked
     */
    sentence: string;
    /**
     * Since when
     */
    began_at: string;
    /**
     * When it was last found to be so
     */
    seen_at: string;
    /**
     * When it was over; null: it is open
     */
    ended_at: string | null;
    /**
     * What to do first
     */
    first_step: string;
    /**
     * What else to do: a URL, or a page of this repository where `RUNBOOKS_URL` isn’t set
     */
    runbook: string;
    /**
     * Where in the console it is seen to
     */
    page: string;
    /**
     * That no messages are sent about it; null: they are
     */
    silence: AlertSilence | null;
    /**
     * Whom it was told to, the first message first
     */
    told: Array<{
        /**
         * Where to
         */
        channel: string;
        /**
         * What it said: that it began, or that it is over
         */
        kind: 'began' | 'over';
        /**
         * `waiting`: to be sent; `retrying`: a try failed, more are to come; `given_up`: no more are
         */
        state: 'sent' | 'waiting' | 'retrying' | 'given_up';
        /**
         * When it was to be sent first
         */
        at: string;
        /**
         * When it was sent; null: it wasn’t yet
         */
        sent_at: string | null;
        /**
         * When it is tried next; null: not any more
         */
        next_try_at: string | null;
        /**
         * How often it was tried
         */
        attempts: number;
        /**
         * What the last try came to; null: it was taken, or there was none
         */
        fault: string | null;
    }>;
};

/**
 * Alerts: those that are open, and then those that are over, the latest first.
 */
export type AlertList = {
    /**
     * The alerts
     */
    alerts: Array<Alert>;
    /**
     * What to ask for to go on; null: that was all
     */
    next_cursor: string | null;
    /**
     * What is silenced now, up to 100
     */
    silences: Array<AlertSilence>;
};

/**
 * What can be wrong with the whole. Each has a page in `docs/runbooks`.
 */
export type AlertRule = 'key_refused' | 'seam_throttled' | 'seam_away' | 'silence' | 'webhook_wrong' | 'backlog' | 'intake_stuck' | 'reason_jump' | 'endpoint_failing' | 'drift_found' | 'no_worker' | 'database_full';

/**
 * That no messages are sent about some alerts for a time.
 */
export type AlertSilence = {
    /**
     * Its number
     */
    id: number;
    /**
     * Of which rule; null: of all
     */
    rule: AlertRule | null;
    /**
     * Only of this: a Seam workspace, an endpoint or a reason; null: whatever it is about
     */
    about: string | null;
    /**
     * Until when
     */
    until: string;
    /**
     * Why
     */
    why: string;
    /**
     * Who silenced it
     */
    by: string;
    /**
     * When they did
     */
    at: string;
};

/**
 * Messages are sent about these again.
 */
export type AlertSilenceEnded = {
    ended: AlertSilence;
};

/**
 * What is to be silent, until when, and why.
 */
export type AlertSilenceRequest = {
    /**
     * Of which rule; null or left out: of all
     */
    rule?: AlertRule | null;
    /**
     * Only of this, as an alert has it in `about`; null or left out: whatever it is about
     */
    about?: string | null;
    /**
     * How long (`2h`, `3d`), a time, `tomorrow` or `monday` (at 9:00); 30 days at most
     */
    until: string;
    /**
     * In which a time is meant that names no zone, as IANA calls it
     */
    time_zone?: string;
    /**
     * Why: for whoever hears nothing
     */
    why: string;
};

/**
 * No messages are sent about these until its time is over.
 */
export type AlertsSilenced = {
    silence: AlertSilence;
};

/**
 * A connected account: who it belongs to, and how it stands.
 */
export type AppAccount = {
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    /**
     * The user that it is linked to now, as your users table has the id; null: nobody
     */
    user_id: string | null;
    /**
     * When that link was made; null: there is none
     */
    linked_at: string | null;
    /**
     * Whether only a signed event speaks for the link so far: Seam confirms or ends it within moments of being reachable
     */
    is_provisional: boolean;
    /**
     * Its maker, as Seam’s key; null: not known
     */
    account_type: string | null;
    /**
     * Its maker, for people; null: not known
     */
    account_type_display_name: string | null;
    /**
     * What Seam calls it, often the e-mail of whoever signed in; masked if the role can’t see e-mails; null: nothing
     */
    display_name: string | null;
    /**
     * How it stands; null: Seam has not shown it yet
     */
    state: AccountState | null;
    /**
     * Since when: by Seam’s time if Seam gives one, else since it was first seen so; null: not known
     */
    state_since: string | null;
    /**
     * The Connect Webview that led to it last; null: none is known
     */
    connect_webview_id: string | null;
};

/**
 * Who has a case.
 */
export type Assignment = {
    /**
     * What the case is called by: its account, where there is one
     */
    case: string;
    /**
     * The number of the operator; null: nobody
     */
    operator_id: number | null;
    /**
     * Their name; null: nobody
     */
    operator: string | null;
};

/**
 * Who is to have a case.
 */
export type AssignmentRequest = {
    /**
     * `me` (whose token it is), `nobody`, or an operator: their number or name
     */
    to: string;
    /**
     * Who had it when you read it, null: nobody; if someone else has it by now, nothing is done
     */
    had?: number | null;
};

/**
 * What needs attention, one row per reason.
 */
export type Attention = {
    /**
     * The most frequent first
     */
    rows: Array<AttentionRow>;
    /**
     * Locks that stopped, with `tab=open`; with `tab=settled`, of what is linked, what works and what doesn’t
     */
    standings: Array<StandingRow>;
    /**
     * When the latest failure was settled; told where nothing is open; null: never
     */
    last_settled_at: string | null;
    /**
     * People whose sign-ins failed more than once in the last month, and who haven’t signed in since; with `tab=open`. null: that takes too long to tell
     */
    failed_logins: Array<FailedLogins> | null;
};

/**
 * All connections of one state and reason.
 */
export type AttentionRow = {
    state: ConnectionState;
    /**
     * Why it could not be settled; null: it is settled, or was not tried yet
     */
    reason: FailureReason | null;
    /**
     * How many
     */
    connections: number;
    /**
     * Whether there are more than were counted
     */
    connections_is_capped: boolean;
    /**
     * How many people these are; null: not told, or too many to tell apart
     */
    people: number | null;
    /**
     * Since when the one that has been so for longest
     */
    oldest_at: string;
    /**
     * Checks that failed for it in each hour of the last day, with the current hour last
     */
    failed_runs_by_hour: Array<number>;
};

/**
 * Why it is not started.
 */
export type BulkDecline = {
    /**
     * Why not: whoever asked is told
     */
    why: string;
};

/**
 * What an action takes besides the connections.
 */
export type BulkGiven = {
    /**
     * Of `note`: what is written on each
     */
    note?: string;
    /**
     * Of `assign`: the operator whose they become; null: nobody’s
     */
    operator_id?: number | null;
    /**
     * Of `link`: the user that all are linked to
     */
    user_id?: string;
    /**
     * Of `link`: each to the user whom its metadata names, without this at the beginning
     */
    without_prefix?: string;
    /**
     * Of `link`: each to the user whom its metadata names, with this put before it
     */
    with_prefix?: string;
    /**
     * Of `link`: each to the user who has the account’s e-mail
     */
    by_email?: true;
};

/**
 * What an action is to take besides the connections.
 */
export type BulkGiving = {
    /**
     * Of `note`: what is written on each
     */
    note?: string;
    /**
     * Of `assign`: the operator whose they become; null: nobody’s
     */
    operator_id?: number | null;
    /**
     * Of `link`: the user that all are linked to
     */
    user_id?: string;
    /**
     * Of `link`: each to the user whom its metadata names, without this at the beginning
     */
    without_prefix?: string;
    /**
     * Of `link`: each to the user whom its metadata names, with this put before it
     */
    with_prefix?: string;
    /**
     * Of `link`: each to the user who has the account’s e-mail
     */
    by_email?: true;
};

/**
 * One connection of a bulk run.
 */
export type BulkItem = {
    /**
     * Its place in the run
     */
    position: number;
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * Of `link`: the user that it is linked to; null: of another action
     */
    user_id: string | null;
    /**
     * How it stands
     */
    state: 'succeeded' | 'failed' | 'skipped' | 'asked' | 'waiting';
    /**
     * Why it was skipped or failed; null: it wasn’t
     */
    why: string | null;
    /**
     * Since when
     */
    changed_at: string;
};

/**
 * Items of a bulk run, in order.
 */
export type BulkItemPage = {
    /**
     * Those of this page
     */
    items: Array<BulkItem>;
    /**
     * `after` of the next page; null: this is the last
     */
    next_after: number | null;
};

/**
 * What to do to many: to everything that matches a filter, or to given subjects.
 */
export type BulkPlan = {
    /**
     * What is done to each; left out: a retry
     */
    action?: 'retry' | 'dismiss' | 'assign' | 'note' | 'link';
    /**
     * What the action takes besides: a note, a user, an operator
     */
    given?: BulkGiving;
    /**
     * Everything that matches all of these
     */
    filter?: {
        /**
         * Only in this state
         */
        state?: string;
        /**
         * Only for this reason
         */
        reason?: string;
        /**
         * Only of this Seam workspace, by id
         */
        workspace?: string;
        /**
         * Only those that are linked to this user now
         */
        user?: string;
        /**
         * Only those whose metadata names this user
         */
        named?: string;
        /**
         * Only those whose metadata names a user id that begins so
         */
        pattern?: string;
        /**
         * Only those whose lock account stands so, as in a list
         */
        standing?: 'disconnected' | 'reauthorization_requested' | 'login_failing' | 'devices_elsewhere' | 'gone' | 'being_deleted' | 'working';
        /**
         * Only locks of this maker, by Seam’s key
         */
        maker?: string;
        /**
         * Only those of this operator (a number, or `me`: whose token it is), or of `nobody`
         */
        assigned?: string;
        /**
         * Only what is snoozed, or what isn’t; left out: as in a list with the same fields
         */
        snoozed?: 'yes' | 'no';
        /**
         * Changed at or after this time, or within this age
         */
        since?: string;
        /**
         * Changed before this time, or longer ago than this age
         */
        until?: string;
    };
    /**
     * These connections: subjects, or the ids of accounts or webviews
     */
    subjects?: Array<string>;
    /**
     * Why: for the audit log
     */
    why?: string;
};

/**
 * Why it is done.
 */
export type BulkReason = {
    /**
     * Why: for the audit log
     */
    why?: string;
};

/**
 * Something that is done to many connections.
 */
export type BulkRun = {
    /**
     * Its number
     */
    id: number;
    /**
     * What is done to each
     */
    action: 'retry' | 'dismiss' | 'assign' | 'note' | 'link';
    /**
     * What the action takes besides; null: nothing
     */
    given: BulkGiven | null;
    /**
     * The same in words; null: nothing
     */
    given_words: string | null;
    /**
     * How it stands
     */
    state: 'planned' | 'running' | 'stopped' | 'stopped_itself' | 'done';
    /**
     * What was selected, as in the address of a list
     */
    query: string;
    /**
     * The same in words
     */
    selection: string;
    /**
     * Who planned it
     */
    planned_by: string;
    /**
     * When it was planned
     */
    planned_at: string;
    /**
     * Who has asked those on call to start it; null: nobody
     */
    asked_by: string | null;
    /**
     * When they did; null: nobody did
     */
    asked_at: string | null;
    /**
     * Who started it; null: nobody yet
     */
    started_by: string | null;
    /**
     * When it was started; null: not yet
     */
    started_at: string | null;
    /**
     * When the last result was in; null: not yet
     */
    finished_at: string | null;
    /**
     * The reason that was given; null: none
     */
    why: string | null;
    /**
     * How many connections it is for
     */
    total: number;
    /**
     * How many matched and are left out, by why
     */
    left_out: {
        [key: string]: number;
    };
    /**
     * How many are dealt with in a minute at most
     */
    per_minute: number;
    /**
     * How many items stand how
     */
    counts: {
        /**
         * Succeeded
         */
        succeeded: number;
        /**
         * Failed again
         */
        failed: number;
        /**
         * Left alone after all
         */
        skipped: number;
        /**
         * Being checked
         */
        asked: number;
        /**
         * Still to come
         */
        waiting: number;
    };
    /**
     * Why it stopped automatically; null: it didn’t
     */
    stopped_because: string | null;
    /**
     * What holds it up at present; null: nothing
     */
    waits_because: string | null;
};

/**
 * Bulk runs, newest first.
 */
export type BulkRunPage = {
    /**
     * Those of this page
     */
    bulk_runs: Array<BulkRun>;
    /**
     * `before` of the next page; null: this is the last
     */
    next_before: number | null;
};

/**
 * Of the next connections that a bulk run changed, at most 100: what became of undoing it.
 */
export type BulkRunUndone = {
    /**
     * The bulk run
     */
    bulk_run_id: number;
    /**
     * What the run did to each
     */
    action: 'link' | 'unlink' | 'dismiss' | 'reopen' | 'assign' | 'snooze';
    /**
     * How many were put back
     */
    undone: number;
    /**
     * What stays as it is
     */
    not_undone: Array<{
        /**
         * The connection
         */
        subject: string;
        /**
         * Why it stays as it is
         */
        why: string;
    }>;
    /**
     * Where the next ones begin; null: there are no more
     */
    next_after: number | null;
};

/**
 * Everything that is known of a connection.
 */
export type Case = {
    /**
     * The name that leads to it: its account, where there is one
     */
    case: string;
    /**
     * All that it is made of (the account, and the webviews that led to it); the first says how it stands
     */
    readonly subjects: Array<string>;
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * How it stands and what is to be done, in plain words
     */
    headline: string;
    /**
     * How the lock account stands, where it stopped, or the sign-in never got through; null: nothing of the kind is known
     */
    standing: 'disconnected' | 'reauthorization_requested' | 'login_failing' | 'devices_elsewhere' | 'gone' | 'being_deleted' | null;
    /**
     * What is to be done, and the button that does it
     */
    next_step: {
        /**
         * What to do, in plain words
         */
        what: string;
        /**
         * What does it: a retry, a link by hand, a new webview for the user; `none`: nothing that can be done here
         */
        button: 'retry' | 'link' | 'send_webview' | 'none';
    };
    /**
     * How it stands in a few words
     */
    badge: {
        /**
         * In a few words
         */
        label: string;
        /**
         * Whether that is good
         */
        mood: 'good' | 'warn' | 'bad' | 'plain';
        /**
         * A sign for it
         */
        icon: string;
    };
    state: ConnectionState;
    /**
     * Why it could not be settled; null: it is settled, or was not tried yet
     */
    reason: FailureReason | null;
    /**
     * What the reason means; null: there is none
     */
    explanation: {
        /**
         * In a few words
         */
        title: string;
        /**
         * In a sentence, for support staff
         */
        sentence: string;
        /**
         * What to do about it
         */
        remedy: string;
    } | null;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    /**
     * Who it belongs to: the user that it is linked to now; null: nobody’s
     */
    user_id: string | null;
    /**
     * Of a webview made here: for whom; null: it wasn’t
     */
    expected_user_id: string | null;
    /**
     * Of a webview made to reconnect an account: that account; null: it wasn’t
     */
    reconnects_account_id: string | null;
    /**
     * The user that the metadata names; null: none
     */
    claimed_user_id: string | null;
    /**
     * The rule of USER_IDENTITY that names that user; null: none does
     */
    named_by: string | null;
    /**
     * The first rule of USER_IDENTITY that names another of our users; null: none does
     */
    also_named_by: string | null;
    /**
     * Whether only a signed event speaks for the link so far
     */
    provisional: boolean;
    /**
     * Who made the link; null: there is none
     */
    linked_by: 'run' | 'person' | null;
    /**
     * The id of the Connect Webview that led to it; null: none is known
     */
    connect_webview_id: string | null;
    /**
     * The id of the connected account, as in Seam; null: it led to none yet
     */
    connected_account_id: string | null;
    /**
     * How the account stands; null: there is none
     */
    account_state: AccountState | null;
    /**
     * Since when; null: not known
     */
    account_state_since: string | null;
    /**
     * What is wrong with the account now
     */
    readonly account_troubles: Array<Trouble>;
    /**
     * Tries that failed since the last news
     */
    attempts: number;
    /**
     * Goes up with each event and request: what is owed, of all `subjects` together
     */
    generation: number;
    /**
     * The generation that was last checked; lower: a check is owed
     */
    observed_generation: number;
    /**
     * When it is checked next; null: no check is owed
     */
    next_look_at: string | null;
    /**
     * Whether it is being checked right now
     */
    under_way: boolean;
    /**
     * When something was first heard of it
     */
    first_heard_at: string;
    /**
     * When it last changed
     */
    updated_at: string;
    /**
     * The webview that led to it; null: none is known
     */
    webview: {
        /**
         * Its id in Seam
         */
        connect_webview_id: string;
        /**
         * As in Seam: `pending`, `authorized` or `failed`
         */
        status: string;
        /**
         * The provider that the user chose in it, as Seam’s key; null: none yet
         */
        selected_provider: string | null;
        /**
         * When the user signed in; null: not yet
         */
        authorized_at: string | null;
        /**
         * What Seam said of the login, if it failed; null: it didn’t
         */
        failure_description: string | null;
        /**
         * When it was made, by Seam; null: not known
         */
        created_at: string | null;
        /**
         * When Seam last showed it
         */
        read_at: string;
    } | null;
    /**
     * The account; null: Seam has shown none
     */
    account: {
        /**
         * The id of the connected account, as in Seam
         */
        connected_account_id: string;
        state: AccountState;
        /**
         * Its maker, for people; null: not known
         */
        type: string | null;
        /**
         * As in Seam; masked for viewers; null: none
         */
        display_name: string | null;
        /**
         * What the user signs in with there; masked for viewers; null: not known
         */
        identifier: string | null;
        /**
         * A picture of its maker, as in Seam; null: none
         */
        image_url: string | null;
        /**
         * Its IANA name; null: not known
         */
        time_zone: string | null;
        /**
         * Since when it has been in this state: by Seam’s time if Seam gives one, else since we first saw it so; null: not known
         */
        state_since: string | null;
        /**
         * When we last saw it working; null: not known
         */
        last_connected_at: string | null;
        /**
         * How often it was seen disconnected, this time included
         */
        times_disconnected: number;
        /**
         * When it was made, by Seam; null: not known
         */
        created_at: string | null;
        /**
         * When Seam last showed it
         */
        read_at: string;
        /**
         * When it was deleted in Seam; null: it is there
         */
        deleted_at: string | null;
    } | null;
    /**
     * Who it belongs to, as far as is known; null: nobody is
     */
    user: {
        /**
         * The id of the user, as your users table has it
         */
        user_id: string;
        /**
         * Whether it is linked to them, or only the metadata names them, or the webview was made for them
         */
        how: 'linked' | 'named' | 'expected';
        /**
         * As your users table has it; null: it has none
         */
        name: string | null;
        /**
         * The same; masked for viewers
         */
        email: string | null;
        /**
         * Whether your users table has them; null: it can’t be read
         */
        is_ours: boolean | null;
    } | null;
    /**
     * That someone unlinked the account by hand, so that no one has it, and what undoes that; null: no one did
     */
    unlinked: {
        /**
         * The id of the user, as your users table has it
         */
        user_id: string;
        /**
         * When
         */
        at: string;
        /**
         * Who did it; null: no longer known
         */
        by: string | null;
        /**
         * The reason that they gave; null: no longer known
         */
        why: string | null;
        /**
         * By which it can be undone
         */
        audit_id: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
         */
        subject: string;
    } | null;
    /**
     * The other subjects of the same connection
     */
    readonly others: Array<{
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
         */
        subject: string;
        state: ConnectionState;
        /**
         * Why it could not be settled; null: it is settled, or was not tried yet
         */
        reason: FailureReason | null;
        /**
         * When it last changed
         */
        updated_at: string;
    }>;
    /**
     * Whose it has been, the newest first
     */
    readonly links: Array<LinkRecord>;
    /**
     * The checks of it, the newest first
     */
    readonly runs: Array<Run>;
    /**
     * The events about it, the newest first
     */
    readonly deliveries: Array<Event>;
    /**
     * What support staff wrote, the newest first
     */
    readonly notes: Array<Note>;
    /**
     * What people did to it, the newest first
     */
    readonly changes: Array<Change>;
    /**
     * Which of the lists have older ones than these
     */
    more: {
        /**
         * Whether there are older `others`
         */
        others: boolean;
        /**
         * Whether there are older `links`
         */
        links: boolean;
        /**
         * Whether there are older `runs`: `runs_before`
         */
        runs: boolean;
        /**
         * Whether there are older `deliveries`: `deliveries_before`
         */
        deliveries: boolean;
        /**
         * Whether there are older `notes`: `notes_before`
         */
        notes: boolean;
        /**
         * Whether there are older `changes`
         */
        changes: boolean;
    };
};

/**
 * What someone did, as the audit log has it.
 */
export type Change = {
    /**
     * Its number in the audit log
     */
    id: number;
    /**
     * When
     */
    at: string;
    /**
     * Who: `operator:<id>`, `token:<id>`, or a shell
     */
    actor: string;
    /**
     * Their name then
     */
    actor_name: string;
    /**
     * Whose token it was; null where no token did it
     */
    owner: string | null;
    /**
     * The name of that operator; null where no token did it
     */
    owner_name: string | null;
    /**
     * The role that they had then
     */
    role: string;
    /**
     * Where they did it
     */
    face: 'console' | 'api' | 'cli' | 'app';
    /**
     * What they did: retry, link, undo_link, unlink, …
     */
    action: string;
    /**
     * To what: a subject, or `operator:3`, `token:5`, `queue`, …
     */
    target: string;
    /**
     * How that stood before; null: not recorded
     */
    before: {
        [key: string]: unknown;
    } | null;
    /**
     * How that stands after; null: not recorded
     */
    after: {
        [key: string]: unknown;
    } | null;
    /**
     * The reason that they gave; null: none
     */
    why: string | null;
    /**
     * The bulk run that it was part of; null: none
     */
    bulk_run_id: number | null;
};

/**
 * What people did, newest first.
 */
export type ChangePage = {
    /**
     * Those of this page
     */
    changes: Array<Change>;
    /**
     * Where the next page begins; null: this is the last
     */
    next: number | null;
};

/**
 * What people did, oldest first.
 */
export type ChangeStream = {
    /**
     * Each once, none left out
     */
    changes: Array<StreamedChange>;
    /**
     * Where to go on, now if `more`, else whenever you like
     */
    next: string;
    /**
     * Whether there are more by now
     */
    more: boolean;
};

/**
 * A change that was undone.
 */
export type ChangeUndone = {
    /**
     * The undoing itself, by its `id` in the audit log
     */
    audit_id: number;
    /**
     * The change that was undone
     */
    undone: number;
    /**
     * What was done
     */
    action: 'link' | 'unlink' | 'dismiss' | 'reopen' | 'assign' | 'snooze';
    /**
     * What it was done to, as the audit log has it
     */
    target: string;
    /**
     * How it stands again
     */
    told: string;
};

/**
 * One comparison of all accounts in Seam with our records.
 */
export type Comparison = {
    /**
     * Its number
     */
    id: number;
    /**
     * Whether it began automatically
     */
    scheduled: boolean;
    /**
     * When it began
     */
    started_at: string;
    /**
     * When it ended; null: it hasn’t
     */
    finished_at: string | null;
    /**
     * Whether a process has the scheduled comparison at present
     */
    under_way: boolean;
    /**
     * Accounts that Seam listed
     */
    listed: number;
    /**
     * Why it doesn’t get on; null: it does, or has ended
     */
    failure: string | null;
    /**
     * Why nothing that is missing in Seam was ended; null: it was
     */
    withheld: string | null;
    /**
     * Which workspaces it ended without, and why; null: none
     */
    left_out: string | null;
    /**
     * What it found, by kind
     */
    readonly findings: Array<{
        finding: FindingName;
        /**
         * How many accounts
         */
        count: number;
        /**
         * How many fixing would check again now; null: a person decides
         */
        to_fix: number | null;
        /**
         * `fix`: there is one right answer, and fixing gets it. `choice`: a person decides
         */
        mend: 'fix' | 'choice';
        /**
         * What it means
         */
        sentence: string;
        /**
         * What to do about it
         */
        remedy: string;
    }>;
    /**
     * Accounts with which all is well
     */
    right: number;
};

/**
 * An account, or a webview, as support staff see it.
 */
export type Connection = {
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * What its case is called by: `connected_account:<id>` where there is an account, else `subject`
     */
    case: string;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    state: ConnectionState;
    /**
     * Why it could not be settled; null: it is settled, or was not tried yet
     */
    reason: FailureReason | null;
    /**
     * Who it belongs to: the user that it is linked to now; null: nobody’s
     */
    user_id: string | null;
    /**
     * The name of that user, or else of whom the metadata names; null: not known
     */
    user_name: string | null;
    /**
     * The same of the e-mail; masked if the role can’t see e-mails
     */
    user_email: string | null;
    /**
     * Of a webview made here: for whom; null: it wasn’t
     */
    expected_user_id: string | null;
    /**
     * Of a webview made to reconnect an account: that account; null: it wasn’t
     */
    reconnects_account_id: string | null;
    /**
     * Who made the link; null: there is none
     */
    linked_by: 'run' | 'person' | null;
    /**
     * Whether only a signed event speaks for the link so far
     */
    provisional: boolean;
    /**
     * The user that the metadata names; as your users table spells it, if it has the user; null: none
     */
    claimed_user_id: string | null;
    /**
     * The id of the Connect Webview that led to it; null: none is known
     */
    connect_webview_id: string | null;
    /**
     * The id of the connected account, as in Seam; null: it led to none yet
     */
    connected_account_id: string | null;
    /**
     * Its maker, for people; null: not known
     */
    account_type: string | null;
    /**
     * What the user signs in with there; masked if the role can’t see e-mails; null: not known
     */
    account_identifier: string | null;
    /**
     * How the account stands; null: there is none
     */
    account_state: AccountState | null;
    /**
     * Since when; null: not known
     */
    account_state_since: string | null;
    /**
     * What is wrong with the account now
     */
    readonly account_troubles: Array<Trouble>;
    /**
     * Tries that failed since the last news
     */
    attempts: number;
    /**
     * When it last changed
     */
    updated_at: string;
};

/**
 * The messages to your app about a connection.
 */
export type ConnectionMessages = {
    /**
     * The newest first
     */
    messages: Array<MessageDetails>;
    /**
     * Whether there are older ones
     */
    more: boolean;
};

/**
 * The connection stands still until a person (or your app) does something about it.
 */
export type ConnectionNeedsAttentionMessage = {
    /**
     * What happened
     */
    type: 'connection.needs_attention';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam; null: it led to none yet
         */
        connected_account_id: string | null;
        /**
         * Whose the account is; null: nobody’s
         */
        user_id: string | null;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * Why it needed a person; null: it needed none
             */
            reason: string | null;
        };
        /**
         * Why; docs/reasons.md explains each
         */
        reason: string;
        /**
         * Whom the metadata names, whether or not your table has such a user; absent: nobody
         */
        claimed_user_id?: string;
    };
};

/**
 * Connections, most recently changed first.
 */
export type ConnectionPage = {
    /**
     * Those of this page
     */
    connections: Array<Connection>;
    /**
     * `cursor` of the next page; null: this is the last
     */
    next_cursor: string | null;
    /**
     * Of everything that matches; null: counting takes too long
     */
    count: number | null;
    /**
     * Whether there are more than were counted
     */
    count_is_capped: boolean;
};

/**
 * The connection needs nobody any more: it was linked, put right, set aside or is gone.
 */
export type ConnectionSettledMessage = {
    /**
     * What happened
     */
    type: 'connection.settled';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam; null: it led to none yet
         */
        connected_account_id: string | null;
        /**
         * Whose the account is; null: nobody’s
         */
        user_id: string | null;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * What your app was told before, of what this message changes
         */
        before: {
            /**
             * Why it needed a person; null: it needed none
             */
            reason: string | null;
        };
    };
};

/**
 * How a connection stands. `pending` and `retrying`: a check is to come; `failed`: it needs a person.
 */
export type ConnectionState = 'pending' | 'retrying' | 'linked' | 'no_action' | 'failed' | 'dismissed';

/**
 * Why nothing is to be sent.
 */
export type DisableEndpointRequest = {
    /**
     * Why it is done: for the audit log, and whoever reads it later
     */
    why: string;
};

/**
 * Why nothing is to be done about a connection.
 */
export type DismissRequest = {
    /**
     * Kept as a note on the case
     */
    why: string;
    /**
     * As read with the connection: refused (409) if something new has happened since
     */
    generation?: number;
};

/**
 * The latest comparison of all accounts with Seam.
 */
export type Drift = {
    /**
     * The latest that has ended; null: none has
     */
    finished: Comparison | null;
    /**
     * A later one: under way, stopped by its failure, or (not scheduled) left by whoever began it; null: there is none
     */
    unfinished: Comparison | null;
    /**
     * Findings that have one right answer and were neither fixed yet nor withheld, among the first 10,000
     */
    to_fix: number;
    /**
     * Findings `gone` that are withheld, among the first 10,000
     */
    withheld: number;
};

/**
 * What becomes of the messages that came while it was disabled.
 */
export type EnableEndpointRequest = {
    /**
     * `send`: all of them, in their order, before what is new; `skip`: none of them
     */
    missed: 'send' | 'skip';
    /**
     * Why it is done: for the audit log, and whoever reads it later
     */
    why?: string;
};

/**
 * Where messages go, and how that goes.
 */
export type Endpoint = {
    /**
     * By which it is named in paths
     */
    id: number;
    /**
     * What people call it
     */
    name: string;
    /**
     * `http`: POSTed to a URL; `queue`: added to a queue; `hook`: given to functions in a process of your app’s own
     */
    kind: 'http' | 'queue' | 'hook';
    /**
     * The URL without what follows its `?`, or the name of the BullMQ queue or of the hooks
     */
    target: string;
    /**
     * Which types of message it is sent; null: all
     */
    types: Array<MessageType> | null;
    /**
     * Of which Seam workspaces, by id; null: of all
     */
    workspaces: Array<string> | null;
    /**
     * How many messages it is sent in a second at most
     */
    per_second: number;
    /**
     * To a disabled one nothing is sent
     */
    state: 'enabled' | 'disabled';
    /**
     * Since when nothing is sent to it
     */
    disabled_at: string | null;
    /**
     * `person`: someone disabled it; `gone`: it answered 410; `failing`: it had failed for days
     */
    disabled_because: 'person' | 'gone' | 'failing' | null;
    /**
     * Since when nothing comes through; null: all is well
     */
    failing_since: string | null;
    /**
     * How many tries in a row have failed
     */
    failures: number;
    /**
     * What the last of them came to
     */
    fault: string | null;
    /**
     * Until then nothing is sent: it is in trouble, or has asked for it
     */
    rest_until: string | null;
    /**
     * When it last took a message
     */
    last_delivered_at: string | null;
    /**
     * Messages that wait for it, up to 10,000
     */
    waiting: number;
    /**
     * Whether there are more than were counted
     */
    waiting_is_capped: boolean;
    /**
     * Messages that were given up, up to 10,000
     */
    dead: number;
    /**
     * Whether there are more than were counted
     */
    dead_is_capped: boolean;
    /**
     * When what waits longest took place
     */
    oldest_waiting_at: string | null;
    /**
     * When a process that has these hooks was last heard of (every 15 s); null: of another kind
     */
    hooks_heard_at: string | null;
    /**
     * When it was added
     */
    created_at: string;
    /**
     * Who added it
     */
    created_by: string;
    /**
     * The secrets that messages are signed with, the newest first, without themselves; none of a queue or of hooks
     */
    secrets: Array<{
        /**
         * When it was made
         */
        created_at: string;
        /**
         * Until when messages are signed with it, too; null: the present one
         */
        until: string | null;
    }>;
};

/**
 * A new endpoint, and the secret that its messages are signed with.
 */
export type EndpointAdded = {
    endpoint: Endpoint;
    /**
     * What your app verifies messages with: it is shown only this once; null: messages in a queue aren’t signed
     */
    secret: string | null;
    /**
     * What may keep messages from going there, although it is added; null: nothing that is known yet
     */
    warning: string | null;
};

/**
 * What an endpoint answered to a test.
 */
export type EndpointAnswer = {
    /**
     * The HTTP status; null: there was no answer, or it is a queue
     */
    status: number | null;
    /**
     * Why it failed; null: your app has taken it
     */
    fault: string | null;
    /**
     * The beginning of what it answered
     */
    answer: string | null;
    /**
     * How long it took
     */
    duration_ms: number;
    /**
     * Your app has taken it, and the endpoint was failing or rested: what waits for it is sent now
     */
    resumed: boolean;
};

/**
 * What is to be different; what is left out stays.
 */
export type EndpointChange = {
    /**
     * What people call it, unique
     */
    name?: string;
    /**
     * A URL (https, and public), or the name of a BullMQ queue
     */
    target?: string;
    /**
     * Which types of message it is sent; null: all
     */
    types?: Array<MessageType> | null;
    /**
     * Of which Seam workspaces, by id or name; null: of all
     */
    workspaces?: Array<string> | null;
    /**
     * How many messages it is sent in a second at most
     */
    per_second?: number;
    /**
     * Why it is done: for the audit log, and whoever reads it later
     */
    why?: string;
};

/**
 * An endpoint, as it is now, and what is not sent to it any more.
 */
export type EndpointChangeMade = {
    endpoint: Endpoint;
    /**
     * How many that waited are not sent, as it wants them no more
     */
    dropped: number;
};

/**
 * An endpoint, as it is now.
 */
export type EndpointChanged = {
    endpoint: Endpoint;
};

/**
 * An endpoint, and the newest tries to send to it.
 */
export type EndpointDetails = {
    /**
     * By which it is named in paths
     */
    id: number;
    /**
     * What people call it
     */
    name: string;
    /**
     * `http`: POSTed to a URL; `queue`: added to a queue; `hook`: given to functions in a process of your app’s own
     */
    kind: 'http' | 'queue' | 'hook';
    /**
     * The URL without what follows its `?`, or the name of the BullMQ queue or of the hooks
     */
    target: string;
    /**
     * Which types of message it is sent; null: all
     */
    types: Array<MessageType> | null;
    /**
     * Of which Seam workspaces, by id; null: of all
     */
    workspaces: Array<string> | null;
    /**
     * How many messages it is sent in a second at most
     */
    per_second: number;
    /**
     * To a disabled one nothing is sent
     */
    state: 'enabled' | 'disabled';
    /**
     * Since when nothing is sent to it
     */
    disabled_at: string | null;
    /**
     * `person`: someone disabled it; `gone`: it answered 410; `failing`: it had failed for days
     */
    disabled_because: 'person' | 'gone' | 'failing' | null;
    /**
     * Since when nothing comes through; null: all is well
     */
    failing_since: string | null;
    /**
     * How many tries in a row have failed
     */
    failures: number;
    /**
     * What the last of them came to
     */
    fault: string | null;
    /**
     * Until then nothing is sent: it is in trouble, or has asked for it
     */
    rest_until: string | null;
    /**
     * When it last took a message
     */
    last_delivered_at: string | null;
    /**
     * Messages that wait for it, up to 10,000
     */
    waiting: number;
    /**
     * Whether there are more than were counted
     */
    waiting_is_capped: boolean;
    /**
     * Messages that were given up, up to 10,000
     */
    dead: number;
    /**
     * Whether there are more than were counted
     */
    dead_is_capped: boolean;
    /**
     * When what waits longest took place
     */
    oldest_waiting_at: string | null;
    /**
     * When a process that has these hooks was last heard of (every 15 s); null: of another kind
     */
    hooks_heard_at: string | null;
    /**
     * When it was added
     */
    created_at: string;
    /**
     * Who added it
     */
    created_by: string;
    /**
     * The secrets that messages are signed with, the newest first, without themselves; none of a queue or of hooks
     */
    secrets: Array<{
        /**
         * When it was made
         */
        created_at: string;
        /**
         * Until when messages are signed with it, too; null: the present one
         */
        until: string | null;
    }>;
    /**
     * The newest first, at most 20
     */
    attempts: Array<EndpointTry>;
};

/**
 * An endpoint that is sent messages again, and how many it had missed.
 */
export type EndpointEnabled = {
    endpoint: Endpoint;
    /**
     * How many that came while it was disabled are sent to it by this
     */
    owed: number;
};

/**
 * That an endpoint is gone.
 */
export type EndpointRemoved = {
    /**
     * That it is gone
     */
    removed: true;
};

/**
 * Where messages are to go.
 */
export type EndpointRequest = {
    /**
     * What people call it, unique
     */
    name: string;
    /**
     * POSTed to a URL, or added to a queue. Hooks are added by the app that has them
     */
    kind?: 'http' | 'queue';
    /**
     * A URL (https, and public), or the name of a BullMQ queue
     */
    target: string;
    /**
     * Which types of message it is sent; null: all
     */
    types?: Array<MessageType> | null;
    /**
     * Of which Seam workspaces, by id or name; null: of all
     */
    workspaces?: Array<string> | null;
    /**
     * How many messages it is sent in a second at most
     */
    per_second?: number;
    /**
     * Why it is done: for the audit log, and whoever reads it later
     */
    why?: string;
};

/**
 * A test of the endpoint, signed as all messages are. It tells of nothing: take it and do nothing.
 */
export type EndpointTestMessage = {
    /**
     * A test
     */
    type: 'endpoint.test';
    /**
     * When it was sent
     */
    timestamp: string;
    /**
     * Of which endpoint
     */
    data: {
        /**
         * Of this test
         */
        message_id: string;
        /**
         * It is a test
         */
        is_test: true;
        /**
         * What the endpoint is called
         */
        endpoint: string;
    };
};

/**
 * One try, and of which message.
 */
export type EndpointTry = {
    /**
     * When it was sent
     */
    at: string;
    /**
     * How long it took
     */
    duration_ms: number;
    /**
     * The HTTP status; null: there was no answer, or it is a queue
     */
    status: number | null;
    /**
     * Why it failed; null: your app has taken it
     */
    fault: string | null;
    /**
     * The beginning of what your app answered; null: nothing, or it is hidden from you
     */
    answer: string | null;
    /**
     * Which message
     */
    message_id: string;
    type: MessageType;
    /**
     * About which connection
     */
    about: string;
};

/**
 * Where messages go.
 */
export type Endpoints = {
    /**
     * The oldest first
     */
    endpoints: Array<Endpoint>;
};

/**
 * What was erased.
 */
export type Erasure = {
    /**
     * Its number
     */
    erasure: number;
    /**
     * Stands in place of the user’s id from now on
     */
    pseudonym: string;
    /**
     * False if it takes longer: it continues automatically
     */
    finished: boolean;
    /**
     * How many rows of each table were changed
     */
    counts: {
        [key: string]: number;
    };
    /**
     * Whether your users table still has the user: new events would name them again
     */
    user_is_still_there: boolean;
};

/**
 * Why a user is erased.
 */
export type ErasureRequest = {
    /**
     * A note for whoever reviews it later; what names the user is left out
     */
    why: string;
};

/**
 * Why a request was not carried out.
 */
export type Error = {
    /**
     * What stood in the way
     */
    error: {
        /**
         * For programs: `invalid`, `not_found`, `conflict`, …
         */
        type: string;
        /**
         * For people: what is wrong, and what to do about it
         */
        message: string;
        /**
         * What is wrong, by field: `body.user_id`
         */
        faults?: {
            [key: string]: string;
        };
    };
};

/**
 * An event of Seam’s, as it came here.
 */
export type Event = {
    /**
     * Seam’s id of the event
     */
    event_id: string;
    /**
     * Seam’s type of it
     */
    event_type: string;
    /**
     * When it came here
     */
    received_at: string;
    /**
     * When it happened, by Seam; null: Seam doesn’t say
     */
    occurred_at: string | null;
    /**
     * Whether Seam sent it, or a backfill found it in Seam’s list of events
     */
    source: 'webhook' | 'backfill';
    /**
     * How many other bodies were signed under this id later; this one counts
     */
    conflicting_bodies: number;
    /**
     * That it is the word of another workspace, and changes nothing; null: it counts
     */
    set_aside: {
        /**
         * Why
         */
        because: 'names_another_workspace' | 'subject_of_another_workspace';
        /**
         * The workspace that signed or listed it; null: not known
         */
        vouched_by: string | null;
        /**
         * The workspace that it names; null: none
         */
        names: string | null;
    } | null;
};

/**
 * An event of Seam’s with its payload.
 */
export type EventWithPayload = {
    /**
     * Seam’s id of the event
     */
    event_id: string;
    /**
     * Seam’s type of it
     */
    event_type: string;
    /**
     * When it came here
     */
    received_at: string;
    /**
     * When it happened, by Seam; null: Seam doesn’t say
     */
    occurred_at: string | null;
    /**
     * Whether Seam sent it, or a backfill found it in Seam’s list of events
     */
    source: 'webhook' | 'backfill';
    /**
     * How many other bodies were signed under this id later; this one counts
     */
    conflicting_bodies: number;
    /**
     * That it is the word of another workspace, and changes nothing; null: it counts
     */
    set_aside: {
        /**
         * Why
         */
        because: 'names_another_workspace' | 'subject_of_another_workspace';
        /**
         * The workspace that signed or listed it; null: not known
         */
        vouched_by: string | null;
        /**
         * The workspace that it names; null: none
         */
        names: string | null;
    } | null;
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * Whose word it is; null: not known
     */
    workspace_id: string | null;
    /**
     * The workspace that its subject belongs to; null: not known
     */
    belongs_to: string | null;
    /**
     * Svix’s id of the webhook; null: a backfill found the event
     */
    message_id: string | null;
    /**
     * As Seam sent it, without secrets
     */
    payload: unknown;
};

/**
 * A user whose sign-ins failed more than once.
 */
export type FailedLogins = {
    /**
     * The id of the user, as your users table has it
     */
    user_id: string;
    /**
     * How often
     */
    times: number;
    /**
     * When the first of them was
     */
    since: string;
    /**
     * When the last of them was
     */
    last_at: string;
    /**
     * The provider that the user chose last, as Seam’s key; null: not known
     */
    provider: string | null;
    /**
     * What Seam said of the last one; null: nothing
     */
    description: string | null;
    /**
     * The connection of the last one
     */
    subject: string;
    /**
     * The connections of all of them, the last first
     */
    subjects: Array<string>;
    /**
     * Whether the user has signed in since
     */
    succeeded_since: boolean;
};

/**
 * Why a connection could not be settled; docs/reasons.md explains each.
 */
export type FailureReason = 'webview_not_found' | 'webview_pending' | 'account_not_ready' | 'account_not_found' | 'deletion_pending' | 'metadata_id_missing' | 'metadata_id_invalid' | 'user_not_found' | 'conflict' | 'users_table_unusable' | 'seam_unauthorized' | 'seam_forbidden' | 'workspace_suspended' | 'seam_rate_limited' | 'seam_unavailable' | 'seam_timeout' | 'seam_unreadable' | 'seam_refused' | 'internal_error' | 'event_unusable' | 'workspace_unknown';

/**
 * An account of which a comparison found something to tell.
 */
export type Finding = {
    finding: FindingName;
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    /**
     * The account’s own connection, or the latest of its webviews; null: nothing was heard of it yet
     */
    subject: string | null;
    /**
     * Whom it is linked to; null: nobody
     */
    linked_user_id: string | null;
    /**
     * Whom the metadata names; null: nobody
     */
    claimed_user_id: string | null;
    /**
     * `fix`: there is one right answer, and fixing gets it. `choice`: a person decides
     */
    mend: 'fix' | 'choice';
    /**
     * What fixing changes; null: a person decides
     */
    change: string | null;
    /**
     * What it means
     */
    sentence: string;
    /**
     * What to do about it
     */
    remedy: string;
    /**
     * When it was checked again for that; null: not yet
     */
    asked_at: string | null;
};

/**
 * What a comparison can find of an account.
 */
export type FindingName = 'linked_right' | 'link_kept' | 'linked_by_hand' | 'ended_by_hand' | 'erased' | 'deleted' | 'not_linked' | 'names_another_user' | 'deleted_but_linked' | 'gone' | 'linked_to_nobody' | 'names_nobody' | 'metadata_invalid' | 'no_metadata' | 'names_two_users' | 'unknown_to_seam';

/**
 * What the latest comparison found, in the order of the account ids.
 */
export type FindingPage = {
    /**
     * Which comparison found it; null: none has ended
     */
    comparison_id: number | null;
    /**
     * Those of this page
     */
    findings: Array<Finding>;
    /**
     * `after` of the next page; null: this is the last
     */
    next_after: string | null;
};

/**
 * What is checked again.
 */
export type FixAnswer = {
    /**
     * Which comparison found it
     */
    comparison_id: number;
    /**
     * How many accounts are checked again
     */
    asked: number;
};

/**
 * Which findings to check again.
 */
export type FixRequest = {
    /**
     * Only these; all of them if left out
     */
    finding?: FindingName;
    /**
     * Also let end what was withheld because too much is missing; takes `why`
     */
    end_missing?: boolean;
    /**
     * Why: for the audit log
     */
    why?: string;
};

/**
 * A case, how it stands, and by what it was found.
 */
export type FoundConnection = {
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * What the case is called by: its account, or else its webview
     */
    case: string;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    state: ConnectionState;
    /**
     * Why it could not be settled; null: it is settled, or was not tried yet
     */
    reason: FailureReason | null;
    /**
     * Who it belongs to: the user that it is linked to now; null: nobody’s
     */
    user_id: string | null;
    /**
     * The name of that user, or else of whom the metadata names; null: not known
     */
    user_name: string | null;
    /**
     * The same of the e-mail; masked if the role can’t see e-mails
     */
    user_email: string | null;
    /**
     * Of a webview made here: for whom; null: it wasn’t
     */
    expected_user_id: string | null;
    /**
     * Of a webview made to reconnect an account: that account; null: it wasn’t
     */
    reconnects_account_id: string | null;
    /**
     * Who made the link; null: there is none
     */
    linked_by: 'run' | 'person' | null;
    /**
     * Whether only a signed event speaks for the link so far
     */
    provisional: boolean;
    /**
     * The user that the metadata names; as your users table spells it, if it has the user; null: none
     */
    claimed_user_id: string | null;
    /**
     * The id of the Connect Webview that led to it; null: none is known
     */
    connect_webview_id: string | null;
    /**
     * The id of the connected account, as in Seam; null: it led to none yet
     */
    connected_account_id: string | null;
    /**
     * Its maker, for people; null: not known
     */
    account_type: string | null;
    /**
     * What the user signs in with there; masked if the role can’t see e-mails; null: not known
     */
    account_identifier: string | null;
    /**
     * How the account stands; null: there is none
     */
    account_state: AccountState | null;
    /**
     * Since when; null: not known
     */
    account_state_since: string | null;
    /**
     * What is wrong with the account now
     */
    readonly account_troubles: Array<Trouble>;
    /**
     * Tries that failed since the last news
     */
    attempts: number;
    /**
     * When it last changed
     */
    updated_at: string;
    /**
     * By what it was found
     */
    found_by: 'subject' | 'connect_webview' | 'event' | 'connected_account' | 'user' | 'customer_key' | 'user_key' | 'user_email' | 'account_email' | 'account_name' | 'telephone' | 'message' | 'seam_request' | 'user_words' | 'account_words' | 'note' | 'reason_given' | 'former_user' | 'alike';
    /**
     * What of it matched, or until when it was that user’s; null: the other fields say it
     */
    found_text: string | null;
};

/**
 * A user of your app.
 */
export type FoundUser = {
    /**
     * The id of the user, as your users table has it
     */
    id: string;
    /**
     * As your users table has it; null: it has none
     */
    name: string | null;
    /**
     * As your users table has it; null: it has none
     */
    email: string | null;
    /**
     * How many accounts are linked to this user now
     */
    accounts: number;
};

/**
 * Users of your app that match.
 */
export type FoundUsers = {
    /**
     * The best matches first
     */
    users: Array<FoundUser>;
};

/**
 * Who or what made a link, or ended it.
 */
export type LinkCause = {
    /**
     * A check, a signed event while Seam could not be asked, or someone by hand
     */
    kind: 'run' | 'event' | 'person';
    /**
     * Of the run, of the event, or of the change in the audit log
     */
    id: string;
    /**
     * Of the person; null: it was none
     */
    name: string | null;
    /**
     * The reason that the person gave; null: it was none
     */
    why: string | null;
};

/**
 * An account was linked, came to another user, or is nobody’s any more: the same, field by field, as your endpoints are sent.
 */
export type LinkChange = {
    type: LinkChangeType;
    /**
     * When it happened
     */
    timestamp: string;
    data: LinkChangeData;
};

/**
 * Of which account, and what became of it.
 */
export type LinkChangeData = {
    /**
     * The same wherever your app reads of this change: it can skip what it has seen
     */
    message_id: string;
    /**
     * Its place in the feed
     */
    position: number;
    /**
     * The connection, as a subject
     */
    about: string;
    /**
     * Counts the messages about this connection, without a gap
     */
    sequence: number;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    /**
     * Whose the account is from then on; null: nobody’s
     */
    user_id: string | null;
    /**
     * The connected account
     */
    connected_account_id: string | null;
    /**
     * The webview that led to it; null: none is known
     */
    connect_webview_id: string | null;
    /**
     * Of the trace in which it came about; absent: none was recorded
     */
    trace_id?: string;
    /**
     * How the account stood then; absent: not known
     */
    state?: AccountState;
    /**
     * Its maker, as Seam’s key; absent: not known
     */
    account_type?: string;
    /**
     * Its maker, for people; absent: not known
     */
    account_type_display_name?: string;
    /**
     * Whether only a signed event spoke for the link; absent: there was none any more
     */
    is_provisional?: boolean;
    /**
     * Why the link before ended; absent: there was none before
     */
    because?: string;
    /**
     * What your app was told before of what has changed
     */
    before?: {
        /**
         * Whose it was; null: nobody’s
         */
        user_id?: string | null;
        [key: string]: unknown;
    };
    [key: string]: unknown;
};

/**
 * What happened. `account.linked`: to a user, and to nobody before; `account.relinked`: to another user; `account.unlinked`: to nobody any more.
 */
export type LinkChangeType = 'account.linked' | 'account.relinked' | 'account.unlinked';

/**
 * A link that was ended by hand.
 */
export type LinkEnded = {
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * Whom it was linked to
     */
    former_user_id: string;
    /**
     * The id of the change in the audit log, by which it can be undone
     */
    audit_id: number | null;
    /**
     * Whether a check was asked for, so that Seam’s word is compared with it
     */
    look_asked: boolean;
};

/**
 * What became of links, in the order of commits.
 */
export type LinkFeed = {
    /**
     * The oldest first
     */
    changes: Array<LinkChange>;
    /**
     * `after` of the next request
     */
    next: number;
    /**
     * Whether there are more by now: ask again at once
     */
    more: boolean;
};

/**
 * A link that was made by hand.
 */
export type LinkMade = {
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * The user that it is linked to now
     */
    user_id: string;
    /**
     * Whom it was linked to before; null: nobody
     */
    former_user_id: string | null;
    /**
     * The id of the change in the audit log, by which it can be undone
     */
    audit_id: number | null;
    /**
     * Whether a check was asked for, so that Seam’s word is compared with it
     */
    look_asked: boolean;
};

/**
 * That an account is, or was, linked to a user.
 */
export type LinkRecord = {
    /**
     * Its number
     */
    id: number;
    /**
     * The id of the user, as your users table has it
     */
    user_id: string;
    /**
     * When it was linked
     */
    linked_at: string;
    linked_by: LinkCause;
    /**
     * When that ended; null: it stands
     */
    unlinked_at: string | null;
    /**
     * Who or what ended it; null: it stands
     */
    unlinked_by: LinkCause | null;
    /**
     * Why it ended: `relinked`, `account_deleted`, …; null: it stands
     */
    unlinked_because: string | null;
    /**
     * Whether it was made from an event, and Seam has yet to say the same
     */
    provisional: boolean;
};

/**
 * Whom to link an account to, by hand.
 */
export type LinkRequest = {
    /**
     * Who it is to belong to: an id in your users table
     */
    user_id: string;
    /**
     * A note for whoever reviews it later
     */
    why: string;
    /**
     * Link only if the account is currently linked to this user (null: to no one); otherwise 409
     */
    seen_user_id?: string | null;
};

/**
 * How it is again, after a link made or ended by hand was undone.
 */
export type LinkUndone = {
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * Whom it is linked to again; null: nobody
     */
    user_id: string | null;
    /**
     * Whom it was linked to by hand; null: nobody, as it was unlinked by hand
     */
    former_user_id: string | null;
    /**
     * The id of the undoing in the audit log
     */
    audit_id: number;
    /**
     * Whether a check was asked for, so that Seam’s word is compared with it
     */
    look_asked: boolean;
};

/**
 * What your app is told.
 */
export type Message = {
    /**
     * Its place in the order of all messages: none ever comes to stand before one that was there
     */
    position: number;
    /**
     * The same whenever and wherever it is sent: `webhook-id`
     */
    message_id: string;
    type: MessageType;
    /**
     * Which connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview that led to no account
     */
    about: string;
    /**
     * Counts the messages about one connection, without a gap
     */
    sequence: number;
    /**
     * When what it tells of took place
     */
    at: string;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    /**
     * Whose the account was by then; null: nobody’s. An id that begins with `erased:` stands for a user who was erased
     */
    user_id: string | null;
    /**
     * The id of the connected account, as in Seam; null: it led to none yet
     */
    connected_account_id: string | null;
    /**
     * The id of the Connect Webview that led to it; null: none is known
     */
    connect_webview_id: string | null;
    data: MessageData;
};

/**
 * What a message says besides what it is about. Which fields there are depends on its type.
 */
export type MessageData = {
    /**
     * How the account stands
     */
    state?: string;
    /**
     * Whose make it is, as Seam names it
     */
    account_type?: string;
    /**
     * The same in words
     */
    account_type_display_name?: string;
    /**
     * Of a link: whether only a signed event speaks for it so far
     */
    is_provisional?: boolean;
    /**
     * Of a link that ended: why
     */
    because?: string;
    /**
     * Of what needs a person: why
     */
    reason?: string;
    /**
     * Whom the metadata names
     */
    claimed_user_id?: string;
    /**
     * Seam’s words on a sign-in that failed
     */
    description?: string;
    /**
     * What your app was told before, of what this message changes
     */
    before?: {
        /**
         * Whose it was; null: nobody’s
         */
        user_id?: string | null;
        /**
         * How it stood; null: that wasn’t told
         */
        state?: string | null;
        /**
         * Why it needed a person; null: it needed none
         */
        reason?: string | null;
        [key: string]: unknown;
    };
    [key: string]: unknown;
};

/**
 * What your app is told, and what it answered.
 */
export type MessageDetails = {
    /**
     * Its place in the order of all messages: none ever comes to stand before one that was there
     */
    position: number;
    /**
     * The same whenever and wherever it is sent: `webhook-id`
     */
    message_id: string;
    type: MessageType;
    /**
     * Which connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview that led to no account
     */
    about: string;
    /**
     * Counts the messages about one connection, without a gap
     */
    sequence: number;
    /**
     * When what it tells of took place
     */
    at: string;
    /**
     * The id of the Seam workspace; null: not known
     */
    workspace_id: string | null;
    /**
     * Whose the account was by then; null: nobody’s. An id that begins with `erased:` stands for a user who was erased
     */
    user_id: string | null;
    /**
     * The id of the connected account, as in Seam; null: it led to none yet
     */
    connected_account_id: string | null;
    /**
     * The id of the Connect Webview that led to it; null: none is known
     */
    connect_webview_id: string | null;
    data: MessageData;
    /**
     * One for each endpoint that it is for
     */
    sendings: Array<Sending>;
};

/**
 * Messages in their order, a page at a time.
 */
export type MessageFeed = {
    /**
     * With `after` the oldest of those that come after it first; else the newest first
     */
    messages: Array<Message>;
    /**
     * Give it as `after` to read on, also when there is nothing new yet; null: no `after` was given
     */
    next_after: number | null;
    /**
     * Whether there are more by now: ask again at once
     */
    more: boolean;
};

/**
 * What a message tells of; docs/contract.md explains each. There may be more of them one day: pass over those that you don’t know.
 */
export type MessageType = 'account.linked' | 'account.relinked' | 'account.unlinked' | 'account.disconnected' | 'account.reconnected' | 'account.reauthorization_requested' | 'account.deleted' | 'webview.login_failed' | 'connection.needs_attention' | 'connection.settled';

/**
 * A note on a connection.
 */
export type Note = {
    /**
     * The note’s number
     */
    id: number;
    /**
     * What it says
     */
    text: string;
    /**
     * Who wrote it
     */
    by: string;
    /**
     * When
     */
    at: string;
};

/**
 * A note to add.
 */
export type NoteRequest = {
    /**
     * What it says
     */
    text: string;
};

/**
 * Someone who can sign in to the console.
 */
export type Operator = {
    /**
     * Their number
     */
    id: number;
    /**
     * What they are called
     */
    name: string;
    role: Role;
    /**
     * How they sign in
     */
    signs_in_with: 'password' | 'openid_connect' | 'nothing_yet';
    /**
     * When they were added
     */
    created_at: string;
    /**
     * When they were last seen; null: never
     */
    last_seen_at: string | null;
    /**
     * When they were disabled; null: they aren’t
     */
    disabled_at: string | null;
};

/**
 * An operator as they are now.
 */
export type OperatorAnswer = {
    operator: Operator;
};

/**
 * What is to change of an operator: one of the two.
 */
export type OperatorChange = {
    /**
     * Their role from now on
     */
    role?: Role;
    /**
     * true: they can’t sign in any more; false: they can again
     */
    disabled?: boolean;
};

/**
 * Who can sign in to the console.
 */
export type OperatorList = {
    /**
     * In the order of their names
     */
    operators: Array<Operator>;
};

/**
 * Who is to be added.
 */
export type OperatorRequest = {
    /**
     * What they are called; unique
     */
    name: string;
    role: Role;
    /**
     * Left out: they are let in once by a link, and choose one
     */
    password?: string;
};

/**
 * An operator, and what lets them in.
 */
export type OperatorWithLink = {
    operator: Operator;
    /**
     * Signs them in once, within a day; shown only here. null: they have a password
     */
    sign_in_link: string | null;
};

/**
 * That someone has stopped the queue.
 */
export type Pause = {
    /**
     * Of which Seam workspace, by id; null: of all
     */
    workspace_id: string | null;
    /**
     * Why
     */
    why: string;
    /**
     * Who
     */
    by: string;
    /**
     * Since when
     */
    since: string;
};

/**
 * Why the queue is paused.
 */
export type PauseRequest = {
    /**
     * Why: for whoever finds it paused
     */
    why: string;
    /**
     * The Seam workspace, by id; null or left out: all of them
     */
    workspace_id?: string | null;
};

/**
 * One thing that a role allows.
 */
export type Permission = 'view' | 'save_view' | 'see_emails' | 'retry' | 'link' | 'dismiss' | 'note' | 'assign' | 'snooze' | 'share_view' | 'send_again' | 'plan_bulk_run' | 'start_bulk_run' | 'start_large_bulk_run' | 'stop_bulk_run' | 'create_webview' | 'update_account' | 'delete_account' | 'pause_queue' | 'resume_queue' | 'silence_alerts' | 'raw_queue' | 'replay' | 'backfill' | 'fix_audit' | 'prune' | 'export_person' | 'erase_person' | 'manage_endpoints' | 'manage_operators' | 'manage_tokens';

/**
 * Everything that is stored about a user.
 */
export type PersonalData = {
    /**
     * The id of the user, as your users table has it
     */
    user_id: string;
    /**
     * As your users table has them; null: it has no such user
     */
    user: {
        /**
         * Their name; null: none
         */
        name: string | null;
        /**
         * Their e-mail; null: none
         */
        email: string | null;
    } | null;
    /**
     * The connected accounts that are theirs
     */
    accounts: Array<string>;
    /**
     * The rows of each table that say something about them
     */
    tables: {
        [key: string]: Array<{
            [key: string]: unknown;
        }>;
    };
    /**
     * False if a table has more rows than are listed
     */
    complete: boolean;
};

/**
 * The queue waits until someone resumes it.
 */
export type QueuePaused = {
    pause: Pause;
};

/**
 * The queue goes on.
 */
export type QueueResumed = {
    resumed: Pause;
};

/**
 * What is owed, and whether it gets on.
 */
export type QueueStatus = {
    /**
     * Where the queue waits because Seam is the trouble
     */
    readonly holds: Array<{
        /**
         * The id of the Seam workspace; null: the only one, whose id isn’t known
         */
        workspace_id: string | null;
        /**
         * Why it waits
         */
        reason: string;
        /**
         * What that means
         */
        sentence: string;
        /**
         * What to do about it
         */
        remedy: string;
        /**
         * What Seam answered last
         */
        detail: string;
        /**
         * Seam’s id of that request; null: none
         */
        seam_request_id: string | null;
        /**
         * Since when
         */
        since: string;
    }>;
    /**
     * Deliveries that are stored and still to be counted, up to 10,000
     */
    uncounted: number;
    /**
     * Bodies that were signed under the id of an event that was stored with another one (kept for as long as that one), up to 10,000
     */
    conflicting: number;
    /**
     * Deliveries that are kept as evidence and change nothing, as they are the word of another workspace, up to 10,000
     */
    set_aside: number;
    /**
     * The latest of them (20 at most), with why in words
     */
    readonly latest_set_aside: Array<{
        /**
         * Seam’s id of the event
         */
        event_id: string;
        /**
         * Seam’s type of it
         */
        event_type: string;
        /**
         * The connection that it is about
         */
        subject: string;
        /**
         * When it came here
         */
        received_at: string;
        /**
         * Why it is set aside
         */
        because: 'names_another_workspace' | 'subject_of_another_workspace';
        /**
         * The workspace that signed or listed it; null: not known
         */
        vouched_by: string | null;
        /**
         * The workspace that it names; null: none
         */
        names: string | null;
        /**
         * The workspace that its subject belongs to; null: not known
         */
        belongs_to: string | null;
        /**
         * Why, in words
         */
        why: string;
    }>;
    /**
     * Checks owed, counted up to 10,000 per workspace
     */
    owed: number;
    /**
     * Whether more are owed than were counted
     */
    owed_is_capped: boolean;
    /**
     * Of these: due now, and not being checked
     */
    waiting: number;
    /**
     * Whether more are waiting than were counted
     */
    waiting_is_capped: boolean;
    /**
     * When the one was due that has waited longest; null: none waits
     */
    oldest_due_at: string | null;
    /**
     * The same by workspace
     */
    readonly workspaces: Array<{
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * Checks owed
         */
        owed: number;
        /**
         * Whether more are owed than were counted
         */
        owed_is_capped: boolean;
        /**
         * Of these: due now, and not being checked
         */
        waiting: number;
        /**
         * Whether more are waiting than were counted
         */
        waiting_is_capped: boolean;
        /**
         * When the one was due that has waited longest; null: none waits
         */
        oldest_due_at: string | null;
    }>;
    /**
     * Of when all of Seam’s events are stored, by workspace
     */
    readonly coverage: Array<{
        /**
         * The id of the Seam workspace; null: the only one, whose id isn’t known
         */
        workspace_id: string | null;
        /**
         * Every event that Seam made since then is stored …
         */
        from: string;
        /**
         * … up to then
         */
        until: string;
        /**
         * When the list of events is read next
         */
        next_at: string;
        /**
         * Since when it can’t be read; null: it can
         */
        failing_since: string | null;
        /**
         * Why not; null: it can
         */
        failure: string | null;
    }>;
    /**
     * What the coverage leaves out: tried again until it is complete (100 at most)
     */
    readonly gaps: Array<{
        /**
         * The id of the Seam workspace; null: the only one, whose id isn’t known
         */
        workspace_id: string | null;
        /**
         * From when …
         */
        from: string;
        /**
         * … until when events may be missing
         */
        until: string;
        /**
         * Why
         */
        why: string;
        /**
         * When it was found
         */
        found_at: string;
        /**
         * When it is tried again
         */
        next_try_at: string;
        /**
         * How often it was
         */
        tries: number;
    }>;
    /**
     * Workspaces whose webhooks don’t come
     */
    readonly silence: Array<{
        /**
         * The id of the Seam workspace; null: the only one, whose id isn’t known
         */
        workspace_id: string | null;
        /**
         * Since when no webhook has come for what happened
         */
        since: string;
        /**
         * How many events no webhook brought
         */
        events: number;
        /**
         * Of when the newest is that one brought; null: none ever
         */
        last_webhook_event_at: string | null;
    }>;
    /**
     * Where someone has stopped the queue
     */
    readonly pauses: Array<Pause>;
    /**
     * How Seam answers, by workspace
     */
    readonly seam: Array<{
        /**
         * The id of the Seam workspace; null: the only one, whose id isn’t known
         */
        workspace_id: string | null;
        /**
         * How Seam answers
         */
        state: 'ok' | 'throttled' | 'key_refused' | 'no_right' | 'suspended' | 'down';
        /**
         * Since when; null: all is well
         */
        since: string | null;
        /**
         * What that means; null: all is well
         */
        sentence: string | null;
        /**
         * What to do about it; null: all is well
         */
        remedy: string | null;
    }>;
    /**
     * The processes of this installation
     */
    readonly processes: Array<{
        /**
         * Its id
         */
        id: string;
        /**
         * Whether it answers requests, or only checks
         */
        kind: 'serve' | 'work';
        /**
         * On which host
         */
        host: string;
        /**
         * Its number there
         */
        pid: number;
        /**
         * Its version
         */
        version: string;
        /**
         * When it started
         */
        started_at: string;
        /**
         * When it last said that it is there
         */
        seen_at: string;
        /**
         * Not seen for half a minute
         */
        lost: boolean;
        /**
         * How its worker is; null: it runs none
         */
        worker: {
            /**
             * When a check last ended; null: none yet
             */
            progress_at: string | null;
            /**
             * Checks under way
             */
            running: number;
            /**
             * How many at most
             */
            concurrency: number;
            /**
             * What is wrong with it; null: nothing
             */
            trouble: string | null;
        } | null;
    }>;
    /**
     * What is in the way of telling your app
     */
    telling: {
        /**
         * Messages that have waited for over a minute to be put in order, up to 10,000
         */
        unarranged: number;
        /**
         * Whether more have waited than were counted
         */
        unarranged_is_capped: boolean;
        /**
         * Since when the first of them has; null: none waits
         */
        unarranged_since: string | null;
        /**
         * What that means; null: none waits
         */
        unarranged_sentence: string | null;
        /**
         * What to do about it; null: none waits
         */
        unarranged_remedy: string | null;
        /**
         * Endpoints with which something is wrong, or that someone has disabled
         */
        endpoints: Array<{
            /**
             * The id of the endpoint
             */
            endpoint_id: number;
            /**
             * What it is called
             */
            name: string;
            /**
             * `unheard`: no process of your app has its hooks; `failing`: it takes nothing; `unsendable`: its secret can’t be opened; `switched_off`: after days of failures, or as it is gone; `disabled`: by a person; `dead_letters`: it works, but some messages were given up
             */
            trouble: 'unheard' | 'failing' | 'unsendable' | 'switched_off' | 'disabled' | 'dead_letters';
            /**
             * Since when; null: not known
             */
            since: string | null;
            /**
             * What that means
             */
            sentence: string;
            /**
             * What the last try came to; null: it was taken, or the sentence says it
             */
            fault: string | null;
            /**
             * What to do about it
             */
            remedy: string;
            /**
             * Messages to it that were given up, up to 10,000
             */
            dead: number;
            /**
             * Whether more were given up than were counted
             */
            dead_is_capped: boolean;
        }>;
    };
    /**
     * Alerts that are open: `GET /alerts` lists them
     */
    open_alerts: number;
};

/**
 * What the webview to connect an account again is to be like.
 */
export type ReconnectRequest = {
    /**
     * The user it has to be for: 409 `conflict` where the account is not (or no longer) theirs. Without it, it is for whomever the account is linked to now. An app that lets its users reconnect says who is signed in
     */
    user_id?: string;
    /**
     * The Seam workspace, by id or name; needed where we don’t know which
     */
    workspace?: string;
    /**
     * Where the provider that we know is not the one to show
     */
    accepted_providers?: Array<string>;
    /**
     * Where the user is sent after signing in
     */
    custom_redirect_url?: string;
    /**
     * Where the user is sent if that fails
     */
    custom_redirect_failure_url?: string;
};

/**
 * A webview in which a user connects an account again.
 */
export type ReconnectWebviewMade = {
    /**
     * Its id in Seam
     */
    connect_webview_id: string;
    /**
     * The URL to present to the user. Anyone who has it can sign in with it
     */
    url: string;
    /**
     * The id of the user, as your users table has it
     */
    user_id: string;
    /**
     * When it is checked automatically, if no webhook arrives first
     */
    look_at: string;
    /**
     * The id of the connected account, as in Seam
     */
    connected_account_id: string;
    /**
     * The only providers that it offers; null: any, as nothing tells which it was
     */
    accepted_providers: Array<string> | null;
    /**
     * Whether Seam no longer has the account, so that signing in makes a new one
     */
    account_is_gone: boolean;
};

/**
 * Which messages are sent again; what is left out doesn’t matter.
 */
export type ReplayRequest = {
    /**
     * `dead`: those that were given up; `all`: also those that were taken, and those that it was never owed
     */
    states: 'dead' | 'all';
    /**
     * Only of what took place at this time or later
     */
    since?: string;
    /**
     * Only of what took place before this time
     */
    until?: string;
    /**
     * Only of these types
     */
    types?: Array<MessageType>;
    /**
     * Only of accounts that were this user’s, or had been until then
     */
    user?: string;
    /**
     * Only about this connected account
     */
    account?: string;
    /**
     * Only count them: nothing is sent or written down
     */
    dry_run?: boolean;
    /**
     * Why it is done: for the audit log, and whoever reads it later
     */
    why?: string;
};

/**
 * How many messages are sent again.
 */
export type Replayed = {
    /**
     * How many match
     */
    matching: number;
    /**
     * How many of them are sent by this; of a dry run none
     */
    sent_again: number;
    /**
     * Whether they were only counted
     */
    dry_run: boolean;
};

/**
 * Which queue goes on.
 */
export type ResumeRequest = {
    /**
     * The Seam workspace, by id; null or left out: all of them
     */
    workspace_id?: string | null;
};

/**
 * What became of a retry.
 */
export type RetryAnswer = {
    /**
     * One for each connection that it led to
     */
    results: Array<{
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
         */
        subject: string;
        /**
         * A check was asked for
         */
        result: 'asked';
        /**
         * The generation before
         */
        from_generation: number;
        /**
         * The generation that the check is owed for
         */
        to_generation: number;
        /**
         * Whether the queue has it by now; if not, it gets it within seconds
         */
        queued: boolean;
    } | {
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
         */
        subject: string;
        /**
         * It can’t be checked
         */
        result: 'refused';
        /**
         * Why not
         */
        why: string;
    }>;
};

/**
 * What an operator or a token may do at most; each role may do what those before it may.
 */
export type Role = 'viewer' | 'support' | 'on-call' | 'admin';

/**
 * How a secret is replaced.
 */
export type RotateSecretRequest = {
    /**
     * How long messages are signed with the old secret, too; 0: it signs no more
     */
    overlap_hours?: number;
    /**
     * Why it is done: for the audit log, and whoever reads it later
     */
    why?: string;
};

/**
 * One check of a connection.
 */
export type Run = {
    /**
     * Its number
     */
    id: number;
    /**
     * Why it took place: `delivery`, `person`, `backoff`, …
     */
    trigger: string;
    /**
     * What it came to; null: it is under way
     */
    outcome: string | null;
    /**
     * Why it failed; null: it didn’t
     */
    reason: string | null;
    /**
     * What exactly went wrong, for an engineer; null: nothing
     */
    detail: string | null;
    /**
     * Seam’s id of its last request; null: none
     */
    seam_request_id: string | null;
    /**
     * Of the trace that it is part of; null: none was recorded
     */
    trace_id: string | null;
    /**
     * When it began
     */
    started_at: string;
    /**
     * When it ended; null: it is under way
     */
    finished_at: string | null;
};

/**
 * What an id, an e-mail, a number or a name leads to.
 */
export type SearchResult = {
    /**
     * What was searched for, without anything pasted along with it
     */
    text: string;
    /**
     * One for each case: what matches as a whole first, then the latest
     */
    connections: Array<FoundConnection>;
    /**
     * How many cases there are in all
     */
    total: number;
    /**
     * Whether there are more than were counted
     */
    total_is_capped: boolean;
    /**
     * `cursor` of the next page; null: this is the last
     */
    next_cursor: string | null;
    /**
     * Whether there are more than these
     */
    more: boolean;
    /**
     * Users who were found, and have no known connection
     */
    users: Array<{
        /**
         * The id of the user, as your users table has it
         */
        user_id: string;
        /**
         * As your users table has it; null: it has none
         */
        name: string | null;
        /**
         * The same; masked if the role can’t see e-mails
         */
        email: string | null;
    }>;
    /**
     * The failed sign-ins of a user who was searched for. Of their connections, only the last is among `connections`
     */
    failed_logins: Array<FailedLogins>;
    /**
     * What could not be searched: `users` (your users table can’t be read), `names` (it is large, and has no index for names), `words` (too many have them)
     */
    left_out: Array<'users' | 'names' | 'words'>;
};

/**
 * A new secret, shown only this once.
 */
export type SecretRotated = {
    /**
     * What your app verifies messages with from now on
     */
    secret: string;
    /**
     * Until when messages are signed with the old one, too
     */
    former_secret_until: string;
};

/**
 * Where to send a message again.
 */
export type SendAgainRequest = {
    /**
     * To this endpoint; left out: to each that it was for, or that wants it
     */
    endpoint_id?: number;
    /**
     * Why it is done: for the audit log, and whoever reads it later
     */
    why?: string;
};

/**
 * One message that is owed to one endpoint, or was sent to it.
 */
export type Sending = {
    /**
     * Which endpoint
     */
    endpoint_id: number;
    /**
     * What it is called
     */
    endpoint_name: string;
    /**
     * `dead`: it was given up, until someone sends it again
     */
    state: 'waiting' | 'delivered' | 'dead';
    /**
     * Tries that failed, since it was first or last asked for
     */
    failed_attempts: number;
    /**
     * When it is tried again, where it has failed; null: when its turn comes
     */
    due_at: string | null;
    /**
     * When it was taken or given up; null: it waits
     */
    finished_at: string | null;
    /**
     * The newest first, at most 10
     */
    tries: Array<SendingTry>;
};

/**
 * One try to send a message.
 */
export type SendingTry = {
    /**
     * When it was sent
     */
    at: string;
    /**
     * How long it took
     */
    duration_ms: number;
    /**
     * The HTTP status; null: there was no answer, or it is a queue
     */
    status: number | null;
    /**
     * Why it failed; null: your app has taken it
     */
    fault: string | null;
    /**
     * The beginning of what your app answered; null: nothing, or it is hidden from you
     */
    answer: string | null;
};

/**
 * To which endpoints a message is sent again.
 */
export type SentAgain = {
    /**
     * Their ids
     */
    endpoints: Array<number>;
};

/**
 * Someone who is signed in to the console.
 */
export type Session = {
    /**
     * To end it by; it lets nobody in
     */
    id: string;
    /**
     * Who it belongs to: the number of the operator
     */
    operator_id: number;
    /**
     * Their name
     */
    operator: string;
    /**
     * How they signed in; null: it is one of an earlier version
     */
    how: 'password' | 'password_and_passkey' | 'passkey' | 'link' | 'openid_connect' | null;
    /**
     * From where it was last used; null: not known
     */
    address: string | null;
    /**
     * What its browser calls itself; null: not known
     */
    user_agent: string | null;
    /**
     * When they signed in
     */
    created_at: string;
    /**
     * When it was last used
     */
    seen_at: string;
};

/**
 * The session has ended.
 */
export type SessionEnded = {
    /**
     * Always true
     */
    ended: true;
};

/**
 * Open sessions of the console.
 */
export type SessionList = {
    /**
     * The last used first
     */
    sessions: Array<Session>;
};

/**
 * How people share a case.
 */
export type Shift = {
    /**
     * What the case is called by: its account, where there is one
     */
    case: string;
    /**
     * Who has it; null: nobody
     */
    assignee: {
        /**
         * Their number
         */
        operator_id: number;
        /**
         * Their name
         */
        operator: string;
        /**
         * Whether they can no longer sign in
         */
        is_disabled: boolean;
        /**
         * Who said so
         */
        by: string;
        /**
         * When
         */
        at: string;
    } | null;
    /**
     * That it is out of sight; null: it isn’t
     */
    snooze: {
        /**
         * When it comes back; null: when there is news
         */
        until: string | null;
        /**
         * Whether news of it ends it, also before its time
         */
        until_news: boolean;
        /**
         * Why; null: nothing was said
         */
        why: string | null;
        /**
         * Who said so
         */
        by: string;
        /**
         * When
         */
        at: string;
    } | null;
    /**
     * How many notes there are on it, up to 100
     */
    notes: number;
};

/**
 * Until when a case is out of sight.
 */
export type Snooze = {
    /**
     * What the case is called by: its account, where there is one
     */
    case: string;
    /**
     * When it comes back; null: when there is news
     */
    until: string | null;
    /**
     * Whether news of it ends it, also before its time
     */
    until_news: boolean;
};

/**
 * Until when a case is to be out of sight.
 */
export type SnoozeRequest = {
    /**
     * A time, how long (`4h`, `3d`), `tomorrow` or `monday` (at 9:00), or `news`
     */
    until: string;
    /**
     * Whether news of it ends it, also before its time: an event of Seam’s, or a retry
     */
    until_news?: boolean;
    /**
     * In which a time is meant that names no zone, as IANA calls it
     */
    time_zone?: string;
    /**
     * Why, for whoever comes across it
     */
    why?: string;
};

/**
 * How a connection stands after a change.
 */
export type Standing = {
    /**
     * The connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview
     */
    subject: string;
    state: ConnectionState;
    /**
     * Why it could not be settled; null: it is settled, or was not tried yet
     */
    reason: FailureReason | null;
};

/**
 * All connections whose lock account stands so.
 */
export type StandingRow = {
    /**
     * How, as the filter `standing` of a list has it
     */
    standing: 'disconnected' | 'reauthorization_requested' | 'login_failing' | 'devices_elsewhere' | 'gone' | 'being_deleted' | 'working';
    /**
     * How many
     */
    connections: number;
    /**
     * Whether there are more than were counted
     */
    connections_is_capped: boolean;
    /**
     * How many people these are
     */
    people: number;
    /**
     * Since when the one that has been so for longest; null: not known
     */
    oldest_at: string | null;
};

/**
 * Why it is done, and which preview of it was seen.
 */
export type StartBulkRun = {
    /**
     * Why: for the audit log
     */
    why?: string;
    /**
     * `planned_at` of the preview that you saw: if someone has changed it since, nothing is started
     */
    planned_at?: string;
};

/**
 * What someone did, and its place in the stream.
 */
export type StreamedChange = {
    /**
     * Its number in the audit log
     */
    id: number;
    /**
     * When
     */
    at: string;
    /**
     * Who: `operator:<id>`, `token:<id>`, or a shell
     */
    actor: string;
    /**
     * Their name then
     */
    actor_name: string;
    /**
     * Whose token it was; null where no token did it
     */
    owner: string | null;
    /**
     * The name of that operator; null where no token did it
     */
    owner_name: string | null;
    /**
     * The role that they had then
     */
    role: string;
    /**
     * Where they did it
     */
    face: 'console' | 'api' | 'cli' | 'app';
    /**
     * What they did: retry, link, undo_link, unlink, …
     */
    action: string;
    /**
     * To what: a subject, or `operator:3`, `token:5`, `queue`, …
     */
    target: string;
    /**
     * How that stood before; null: not recorded
     */
    before: {
        [key: string]: unknown;
    } | null;
    /**
     * How that stands after; null: not recorded
     */
    after: {
        [key: string]: unknown;
    } | null;
    /**
     * The reason that they gave; null: none
     */
    why: string | null;
    /**
     * The bulk run that it was part of; null: none
     */
    bulk_run_id: number | null;
    /**
     * To go on after it
     */
    cursor: string;
};

/**
 * What happened to a connection, in one list.
 */
export type Timeline = {
    /**
     * The name that leads to it
     */
    case: string;
    /**
     * The newest first
     */
    readonly entries: Array<TimelineEntry>;
    /**
     * Where what is older begins: `cursor`; null: nothing is
     */
    next_cursor: string | null;
};

/**
 * Something that happened to a connection.
 */
export type TimelineEntry = {
    /**
     * When
     */
    at: string;
    /**
     * What Seam said, a check, a link, what a person did, or what the app was told
     */
    kind: 'seam' | 'checks' | 'links' | 'people' | 'app';
    /**
     * In plain words
     */
    sentence: string;
    /**
     * Whether that is good
     */
    mood: 'good' | 'warn' | 'bad' | 'plain';
    /**
     * What someone wrote, what exactly went wrong, or what the app answered; null: nothing
     */
    detail: string | null;
    /**
     * How often the same happened in a row
     */
    times: number;
    /**
     * When that happened first; null: once
     */
    since: string | null;
    /**
     * The event of Seam’s that it is; null: it is none
     */
    event_id: string | null;
};

/**
 * A token of this API, without its secret.
 */
export type Token = {
    /**
     * Its number
     */
    id: number;
    /**
     * What it is for
     */
    name: string;
    role: Role;
    /**
     * The lesser of its own role and its owner’s present one
     */
    effective_role: Role;
    /**
     * Only these of what its role may; null: everything except manage_operators and manage_tokens and manage_endpoints and erase_person
     */
    permissions: Array<Permission> | null;
    /**
     * Ids of Seam workspaces; null: all
     */
    workspaces: Array<string> | null;
    /**
     * The number of the operator with whom it ends; null: it is an old token
     */
    owner_id: number | null;
    /**
     * Their name; null: it is an old token
     */
    owner: string | null;
    /**
     * `expiring`: it still works, and expires within two weeks (or a quarter of a shorter lifetime)
     */
    state: 'active' | 'expiring' | 'expired' | 'revoked' | 'owner_disabled';
    /**
     * When it was created
     */
    created_at: string;
    /**
     * Who created it
     */
    created_by: string;
    /**
     * When it stops working
     */
    expires_at: string;
    /**
     * When it was last used; null: never
     */
    used_at: string | null;
    /**
     * When it was revoked; null: it wasn’t
     */
    revoked_at: string | null;
    /**
     * Until when the secret before this one works; null: none does
     */
    old_secret_until: string | null;
    /**
     * When that one was last used; null: never
     */
    old_secret_used_at: string | null;
};

/**
 * A token as it is now.
 */
export type TokenAnswer = {
    token: Token;
};

/**
 * The tokens of this API.
 */
export type TokenList = {
    /**
     * In the order in which they were created
     */
    tokens: Array<Token>;
};

/**
 * What the token may do, and until when.
 */
export type TokenRequest = {
    /**
     * What it is for
     */
    name: string;
    role: Role;
    /**
     * Only these of what its role may; left out: see `permissions` of a token
     */
    permissions?: Array<Permission>;
    /**
     * Only these Seam workspaces, by id or name; left out: all
     */
    workspaces?: Array<string>;
    /**
     * After how many hours it stops working; left out: 90 days, or as long as the token that is used
     */
    expires_in_hours?: number;
};

/**
 * How long the old secret and the new one work.
 */
export type TokenRotation = {
    /**
     * How long the old secret works on; 0: it stops at once
     */
    overlap_hours?: number;
    /**
     * After how many hours it stops working; left out: 90 days, or as long as the token that is used
     */
    expires_in_hours?: number;
};

/**
 * A token with its secret, which is shown only here.
 */
export type TokenWithSecret = {
    token: Token;
    /**
     * What to send as `authorization: Bearer …`
     */
    secret: string;
};

/**
 * What is wrong with an account.
 */
export type Trouble = {
    /**
     * As which of the two Seam tells of it
     */
    kind: 'error' | 'warning';
    /**
     * Seam’s `error_code` or `warning_code`; null: it gave none
     */
    code: string | null;
    /**
     * What it means, for support staff
     */
    sentence: string;
    /**
     * What to do about it
     */
    remedy: string;
    /**
     * As in Seam; null: it says nothing
     */
    message: string | null;
    /**
     * The devices that it is about; empty: the account as a whole
     */
    readonly device_ids: Array<string>;
};

/**
 * Which connections of the run are undone.
 */
export type UndoBulkRunRequest = {
    /**
     * `next_after` of the answer before; left out: from the first
     */
    after?: number;
};

/**
 * Of the next connections that a bulk run changed, at most 100: what undoing it would do.
 */
export type UndoOfBulkRun = {
    /**
     * The bulk run
     */
    bulk_run_id: number;
    /**
     * What the run did to each
     */
    action: 'link' | 'unlink' | 'dismiss' | 'reopen' | 'assign' | 'snooze';
    /**
     * How many of these can be put back
     */
    undoable: number;
    /**
     * What stays as it is
     */
    not_undoable: Array<{
        /**
         * The connection
         */
        subject: string;
        /**
         * Why it stays as it is
         */
        why: string;
    }>;
    /**
     * How many connections the run changed in all
     */
    changed: number;
    /**
     * Where the next ones begin; null: there are no more
     */
    next_after: number | null;
};

/**
 * Whether a change can still be undone, and what that does.
 */
export type UndoOfChange = {
    /**
     * The change, by its `id` in the audit log
     */
    audit_id: number;
    /**
     * What was done
     */
    action: 'link' | 'unlink' | 'dismiss' | 'reopen' | 'assign' | 'snooze';
    /**
     * What it was done to, as the audit log has it
     */
    target: string;
    /**
     * When it was done
     */
    at: string;
    /**
     * Who did it
     */
    by: string;
    /**
     * The permission that undoing takes: the same as the change itself
     */
    needs: Permission;
    /**
     * What the button in the console says
     */
    label: string;
    /**
     * What undoing it does; null: it can’t be undone any more
     */
    does: string | null;
    /**
     * Why it can’t be undone any more; null: it can be
     */
    why_not: string | null;
};

/**
 * Why a link is ended by hand.
 */
export type UnlinkRequest = {
    /**
     * A note for whoever reviews it later
     */
    why: string;
    /**
     * End the link only if it is currently to this user; otherwise 409
     */
    seen_user_id?: string;
};

/**
 * The filter of a list, under a name.
 */
export type View = {
    /**
     * Its number
     */
    id: number;
    /**
     * What it is called
     */
    name: string;
    /**
     * The filter, as in the address of the list
     */
    query: string;
    /**
     * Whether everyone is shown it
     */
    is_shared: boolean;
    /**
     * Who it belongs to
     */
    owner: string;
    /**
     * Whether it belongs to the owner of the token
     */
    is_own: boolean;
};

/**
 * The views that can be seen.
 */
export type Views = {
    /**
     * One’s own first, then what others share
     */
    views: Array<View>;
};

/**
 * A user tried to sign in with their lock’s maker in a webview, and could not.
 */
export type WebviewLoginFailedMessage = {
    /**
     * What happened
     */
    type: 'webview.login_failed';
    /**
     * When it happened
     */
    timestamp: string;
    /**
     * Of what, and what became of it
     */
    data: {
        /**
         * The same whenever and wherever the message is sent: pass over one that you have handled
         */
        message_id: string;
        /**
         * Its place in the order of all messages
         */
        position: number;
        /**
         * The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet
         */
        about: string;
        /**
         * Counts the messages about that connection, without a gap
         */
        sequence: number;
        /**
         * The id of the Seam workspace; null: not known
         */
        workspace_id: string | null;
        /**
         * The id of the Connect Webview that led to it; null: none is known
         */
        connect_webview_id: string | null;
        /**
         * Of the trace in which it came about; absent: none was recorded
         */
        trace_id?: string;
        /**
         * The id of the connected account, as in Seam; null: it led to none yet
         */
        connected_account_id: string | null;
        /**
         * Whose the account is; null: nobody’s
         */
        user_id: string | null;
        /**
         * How the account stands; absent: not known
         */
        state?: AccountState;
        /**
         * Its maker, as Seam’s key; absent: not known
         */
        account_type?: string;
        /**
         * Its maker, for people; absent: not known
         */
        account_type_display_name?: string;
        /**
         * Whom the metadata names, whether or not your table has such a user; absent: nobody
         */
        claimed_user_id?: string;
        /**
         * Seam’s words; absent: it has none
         */
        description?: string;
    };
};

/**
 * A webview to present to a user.
 */
export type WebviewMade = {
    /**
     * Its id in Seam
     */
    connect_webview_id: string;
    /**
     * The URL to present to the user. Anyone who has it can sign in with it
     */
    url: string;
    /**
     * The id of the user, as your users table has it
     */
    user_id: string;
    /**
     * When it is checked automatically, if no webhook arrives first
     */
    look_at: string;
};

/**
 * For whom a webview is, and what it is to be like. What is left out is left to Seam.
 */
export type WebviewRequest = {
    /**
     * The user it is for: an id in your users table
     */
    user_id: string;
    /**
     * The Seam workspace, by id or name; needed where there are several
     */
    workspace?: string;
    /**
     * More keys for custom_metadata, besides the user id’s
     */
    metadata?: {
        [key: string]: string | boolean;
    };
    /**
     * A group of providers, as Seam calls it
     */
    provider_category?: string;
    /**
     * The only providers to offer, by Seam’s keys
     */
    accepted_providers?: Array<string>;
    /**
     * Providers not to offer, by Seam’s keys
     */
    excluded_providers?: Array<string>;
    /**
     * Kinds of devices that may be connected: lock, thermostat, noise_sensor, access_control, camera, …
     */
    accepted_capabilities?: Array<string>;
    /**
     * Where the user is sent after signing in
     */
    custom_redirect_url?: string;
    /**
     * Where the user is sent if that fails
     */
    custom_redirect_failure_url?: string;
    /**
     * Whether and how the user chooses devices
     */
    device_selection_mode?: 'none' | 'single' | 'multiple';
    /**
     * Whether it ends only once Seam has the devices
     */
    wait_for_device_creation?: boolean;
    /**
     * Whether Seam manages new devices of the account automatically
     */
    automatically_manage_new_devices?: boolean;
    /**
     * Seam’s key of the customer
     */
    customer_key?: string;
};

/**
 * A case that is in sight again.
 */
export type Woken = {
    /**
     * What the case is called by: its account, where there is one
     */
    case: string;
};

export type ListUserAccountsData = {
    body?: never;
    path: {
        /**
         * A user of your app: the id in your users table
         */
        id: string;
    };
    query?: {
        /**
         * Only of this Seam workspace, by id. A token that is limited to one sees no other
         */
        workspace?: string;
        /**
         * `next_cursor` of the previous page: the account after which to go on
         */
        cursor?: string;
        /**
         * How many to list at most (1 to 1000)
         */
        limit?: number;
    };
    url: '/users/{id}/accounts';
};

export type ListUserAccountsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListUserAccountsError = ListUserAccountsErrors[keyof ListUserAccountsErrors];

export type ListUserAccountsResponses = {
    /**
     * List the connected accounts that are linked to a user now; none, too, where there is no such user
     */
    200: AccountPage;
};

export type ListUserAccountsResponse = ListUserAccountsResponses[keyof ListUserAccountsResponses];

export type ListAccountsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only those that are linked to this user now
         */
        user?: string;
        /**
         * Only those in this state: connected, disconnected, reauthorization_requested, being_deleted, deleted
         */
        state?: AccountState;
        /**
         * Only of this Seam workspace, by id. A token that is limited to one sees no other
         */
        workspace?: string;
        /**
         * true: only those that are linked to a user; false: only those that are linked to none
         */
        linked?: boolean;
        /**
         * `next_cursor` of the previous page: the account after which to go on
         */
        cursor?: string;
        /**
         * How many to list at most (1 to 1000)
         */
        limit?: number;
    };
    url: '/accounts';
};

export type ListAccountsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListAccountsError = ListAccountsErrors[keyof ListAccountsErrors];

export type ListAccountsResponses = {
    /**
     * List all connected accounts that are known, each with its link and its state, in the order of their ids. To stay up to date, go on with `GET /links` from the `position` of the first page
     */
    200: AccountPage;
};

export type ListAccountsResponse = ListAccountsResponses[keyof ListAccountsResponses];

export type WatchLinksData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * `next` of the previous answer, or `position` of a list of accounts. Left out: from the oldest change that is kept
         */
        after?: number;
        /**
         * Only of this Seam workspace, by id. A token that is limited to one sees no other
         */
        workspace?: string;
        /**
         * How many to list at most (1 to 1000)
         */
        limit?: number;
    };
    url: '/links';
};

export type WatchLinksErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * What would follow isn’t kept any more (or the position is of another database): list everything again
     */
    410: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type WatchLinksError = WatchLinksErrors[keyof WatchLinksErrors];

export type WatchLinksResponses = {
    /**
     * List what became of links after a position, in the order of commits: each change once, none left out
     */
    200: LinkFeed;
};

export type WatchLinksResponse = WatchLinksResponses[keyof WatchLinksResponses];

export type DeleteAccountData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * A connected account: its id, or that of a webview or a user that leads to exactly one; with its kind before it, or bare
         */
        account_id: string;
    };
    query: {
        /**
         * Why: for the audit log
         */
        why: string;
        /**
         * The Seam workspace, by id or name; needed where there are several and we don’t know which
         */
        workspace?: string;
        /**
         * How long to wait for the check that follows
         */
        wait_seconds?: number;
    };
    url: '/accounts/{account_id}';
};

export type DeleteAccountErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type DeleteAccountError = DeleteAccountErrors[keyof DeleteAccountErrors];

export type DeleteAccountResponses = {
    /**
     * Delete an account in Seam, with its devices and access codes, and end its link
     */
    200: AccountDeleted;
};

export type DeleteAccountResponse = DeleteAccountResponses[keyof DeleteAccountResponses];

export type ShowAccountData = {
    body?: never;
    path: {
        /**
         * A connected account: its id, or that of a webview or a user that leads to exactly one; with its kind before it, or bare
         */
        account_id: string;
    };
    query?: {
        /**
         * Whether to ask Seam, too; takes `retry`
         */
        ask_seam?: boolean;
        /**
         * The Seam workspace, by id or name; needed where there are several and we don’t know which
         */
        workspace?: string;
    };
    url: '/accounts/{account_id}';
};

export type ShowAccountErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ShowAccountError = ShowAccountErrors[keyof ShowAccountErrors];

export type ShowAccountResponses = {
    /**
     * Get a connected account, its history and, on request, what Seam shows now
     */
    200: Account;
};

export type ShowAccountResponse = ShowAccountResponses[keyof ShowAccountResponses];

export type UpdateAccountData = {
    body?: AccountUpdate;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * A connected account: its id, or that of a webview or a user that leads to exactly one; with its kind before it, or bare
         */
        account_id: string;
    };
    query?: never;
    url: '/accounts/{account_id}';
};

export type UpdateAccountErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type UpdateAccountError = UpdateAccountErrors[keyof UpdateAccountErrors];

export type UpdateAccountResponses = {
    /**
     * Change an account’s metadata or other parts of it in Seam, and check it
     */
    200: AccountUpdated;
};

export type UpdateAccountResponse = UpdateAccountResponses[keyof UpdateAccountResponses];

export type ListBulkRunsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * `next_before` from the previous page
         */
        before?: number;
        /**
         * How many to list at most (1 to 100)
         */
        limit?: number;
    };
    url: '/bulk-runs';
};

export type ListBulkRunsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListBulkRunsError = ListBulkRunsErrors[keyof ListBulkRunsErrors];

export type ListBulkRunsResponses = {
    /**
     * List bulk runs, newest first
     */
    200: BulkRunPage;
};

export type ListBulkRunsResponse = ListBulkRunsResponses[keyof ListBulkRunsResponses];

export type PlanBulkRunData = {
    body: BulkPlan;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/bulk-runs';
};

export type PlanBulkRunErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type PlanBulkRunError = PlanBulkRunErrors[keyof PlanBulkRunErrors];

export type PlanBulkRunResponses = {
    /**
     * Plan a retry (or another action) for everything that matches a filter, or for given subjects; nothing starts yet
     */
    201: BulkRun;
};

export type PlanBulkRunResponse = PlanBulkRunResponses[keyof PlanBulkRunResponses];

export type GetBulkRunData = {
    body?: never;
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: never;
    url: '/bulk-runs/{id}';
};

export type GetBulkRunErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetBulkRunError = GetBulkRunErrors[keyof GetBulkRunErrors];

export type GetBulkRunResponses = {
    /**
     * Get a bulk run’s status
     */
    200: BulkRun;
};

export type GetBulkRunResponse = GetBulkRunResponses[keyof GetBulkRunResponses];

export type ListBulkRunItemsData = {
    body?: never;
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: {
        /**
         * Only items in this state
         */
        state?: 'succeeded' | 'failed' | 'skipped' | 'asked' | 'waiting';
        /**
         * `next_after` from the previous page
         */
        after?: number;
        /**
         * How many to list at most (1 to 1000)
         */
        limit?: number;
    };
    url: '/bulk-runs/{id}/items';
};

export type ListBulkRunItemsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListBulkRunItemsError = ListBulkRunItemsErrors[keyof ListBulkRunItemsErrors];

export type ListBulkRunItemsResponses = {
    /**
     * List the items of a bulk run, in order, with the result of each
     */
    200: BulkItemPage;
};

export type ListBulkRunItemsResponse = ListBulkRunItemsResponses[keyof ListBulkRunItemsResponses];

export type StartBulkRunData = {
    body?: StartBulkRun;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: never;
    url: '/bulk-runs/{id}/start';
};

export type StartBulkRunErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type StartBulkRunError = StartBulkRunErrors[keyof StartBulkRunErrors];

export type StartBulkRunResponses = {
    /**
     * Start a planned bulk run, exactly as previewed
     */
    202: BulkRun;
};

export type StartBulkRunResponse = StartBulkRunResponses[keyof StartBulkRunResponses];

export type AskForBulkRunData = {
    body?: StartBulkRun;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: never;
    url: '/bulk-runs/{id}/ask';
};

export type AskForBulkRunErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type AskForBulkRunError = AskForBulkRunErrors[keyof AskForBulkRunErrors];

export type AskForBulkRunResponses = {
    /**
     * Ask those on call to start a planned bulk run that is too large for the own role
     */
    200: BulkRun;
};

export type AskForBulkRunResponse = AskForBulkRunResponses[keyof AskForBulkRunResponses];

export type DeclineBulkRunData = {
    body: BulkDecline;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: never;
    url: '/bulk-runs/{id}/decline';
};

export type DeclineBulkRunErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type DeclineBulkRunError = DeclineBulkRunErrors[keyof DeclineBulkRunErrors];

export type DeclineBulkRunResponses = {
    /**
     * Decline to start a bulk run that someone has asked for; nothing of it is done
     */
    200: BulkRun;
};

export type DeclineBulkRunResponse = DeclineBulkRunResponses[keyof DeclineBulkRunResponses];

export type StopBulkRunData = {
    body?: BulkReason;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: never;
    url: '/bulk-runs/{id}/stop';
};

export type StopBulkRunErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type StopBulkRunError = StopBulkRunErrors[keyof StopBulkRunErrors];

export type StopBulkRunResponses = {
    /**
     * Stop a bulk run: waiting items are skipped, checks in progress finish
     */
    200: BulkRun;
};

export type StopBulkRunResponse = StopBulkRunResponses[keyof StopBulkRunResponses];

export type ListConnectionsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only in this state; `open`: failed or retrying; `settled`: linked or no_action
         */
        state?: 'open' | 'pending' | 'retrying' | 'linked' | 'no_action' | 'failed' | 'dismissed' | 'settled';
        /**
         * Only for this reason
         */
        reason?: FailureReason;
        /**
         * Only of this Seam workspace, by id
         */
        workspace?: string;
        /**
         * Only those that belong to this user: linked to them now
         */
        user?: string;
        /**
         * Only those whose metadata names this user, whoever they are linked to
         */
        named?: string;
        /**
         * Only those whose metadata names a user id that begins so; without `see_emails`, not among ids that are e-mails or telephone numbers
         */
        pattern?: string;
        /**
         * Only those whose lock account stands so: where it stopped, how; `working`: linked, and nothing is known to be wrong. What is dismissed only with `state=dismissed`
         */
        standing?: 'disconnected' | 'reauthorization_requested' | 'login_failing' | 'devices_elsewhere' | 'gone' | 'being_deleted' | 'working';
        /**
         * Only locks of this maker: `account_type` in Seam, or the provider chosen in the webview
         */
        maker?: string;
        /**
         * Only those of this operator (a number, or `me`: whose token it is), or of `nobody`
         */
        assigned?: string;
        /**
         * Only what is snoozed, or what isn’t. Left out: with `state` open, failed or retrying, or a `standing`, what is snoozed is left out
         */
        snoozed?: 'yes' | 'no';
        /**
         * Changed at or after this time, or within this age
         */
        since?: string;
        /**
         * Changed before this time, or longer ago than this age
         */
        until?: string;
        /**
         * How many to list at most (1 to 500)
         */
        limit?: number;
        /**
         * `next_cursor` from the previous page
         */
        cursor?: string;
    };
    url: '/connections';
};

export type ListConnectionsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListConnectionsError = ListConnectionsErrors[keyof ListConnectionsErrors];

export type ListConnectionsResponses = {
    /**
     * List connections, most recently changed first
     */
    200: ConnectionPage;
};

export type ListConnectionsResponse = ListConnectionsResponses[keyof ListConnectionsResponses];

export type ReadAttentionData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * What is open, what people put aside, or what is well
         */
        tab?: 'open' | 'dismissed' | 'settled';
    };
    url: '/attention';
};

export type ReadAttentionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ReadAttentionError = ReadAttentionErrors[keyof ReadAttentionErrors];

export type ReadAttentionResponses = {
    /**
     * List what needs attention, one row per reason, and locks that stopped
     */
    200: Attention;
};

export type ReadAttentionResponse = ReadAttentionResponses[keyof ReadAttentionResponses];

export type SearchData = {
    body?: never;
    path?: never;
    query: {
        /**
         * Whatever a customer gave: ids, e-mails, telephone numbers, tickets and addresses are taken out of it; else words of names, which all must match. Only whole ones if the role can’t see e-mails
         */
        q: string;
        /**
         * How many to list at most (1 to 100)
         */
        limit?: number;
        /**
         * `next_cursor` from the previous page
         */
        cursor?: string;
    };
    url: '/search';
};

export type SearchErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type SearchError = SearchErrors[keyof SearchErrors];

export type SearchResponses = {
    /**
     * Find connections by whatever names them
     */
    200: SearchResult;
};

export type SearchResponse = SearchResponses[keyof SearchResponses];

export type ListChangesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only what they did: their name
         */
        actor?: string;
        /**
         * Only this
         */
        action?: 'retry' | 'link' | 'undo_link' | 'unlink' | 'undo_unlink' | 'dismiss' | 'reopen' | 'note' | 'assign' | 'snooze' | 'end_snooze' | 'share_view' | 'unshare_view' | 'ask_bulk_run' | 'plan_bulk_run' | 'start_bulk_run' | 'stop_bulk_run' | 'create_webview' | 'ask_update_account' | 'update_account' | 'ask_delete_account' | 'delete_account' | 'replay' | 'backfill' | 'fix_audit' | 'prune' | 'export_person' | 'erase_person' | 'pause_queue' | 'resume_queue' | 'silence_alerts' | 'end_silence' | 'add_operator' | 'change_operator' | 'disable_operator' | 'add_passkey' | 'rename_passkey' | 'remove_passkey' | 'create_token' | 'rotate_token' | 'revoke_token' | 'add_endpoint' | 'change_endpoint' | 'test_endpoint' | 'rotate_endpoint' | 'disable_endpoint' | 'enable_endpoint' | 'remove_endpoint' | 'replay_messages' | 'send_again' | 'sign_in' | 'sign_out' | 'refused' | 'export' | 'end_export' | 'read_list';
        /**
         * Only to this: as recorded in the log, or the id of a webview, account or event
         */
        target?: string;
        /**
         * Only at or after this time, or within this age
         */
        since?: string;
        /**
         * Only before this time, or longer ago than this age
         */
        until?: string;
        /**
         * `next` from the previous page
         */
        before?: number;
        /**
         * How many to list at most (1 to 500)
         */
        limit?: number;
    };
    url: '/audit-log';
};

export type ListChangesErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListChangesError = ListChangesErrors[keyof ListChangesErrors];

export type ListChangesResponses = {
    /**
     * List who did what, newest first
     */
    200: ChangePage;
};

export type ListChangesResponse = ListChangesResponses[keyof ListChangesResponses];

export type StreamChangesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * "start", or the cursor of the last change received, such as "7312-4051"; `next` from the previous answer
         */
        after?: string;
        /**
         * How many to list at most (1 to 500)
         */
        limit?: number;
    };
    url: '/audit-log/stream';
};

export type StreamChangesErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type StreamChangesError = StreamChangesErrors[keyof StreamChangesErrors];

export type StreamChangesResponses = {
    /**
     * Take the audit log elsewhere: oldest first, each change once, none left out
     */
    200: ChangeStream;
};

export type StreamChangesResponse = StreamChangesResponses[keyof StreamChangesResponses];

export type GetUndoData = {
    body?: never;
    path: {
        /**
         * The change, by its `id` in the audit log
         */
        audit_id: string;
    };
    query?: never;
    url: '/audit-log/{audit_id}/undo';
};

export type GetUndoErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetUndoError = GetUndoErrors[keyof GetUndoErrors];

export type GetUndoResponses = {
    /**
     * Ask whether a change can still be undone, and what that does
     */
    200: UndoOfChange;
};

export type GetUndoResponse = GetUndoResponses[keyof GetUndoResponses];

export type UndoChangeData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The change, by its `id` in the audit log
         */
        audit_id: string;
    };
    query?: never;
    url: '/audit-log/{audit_id}/undo';
};

export type UndoChangeErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type UndoChangeError = UndoChangeErrors[keyof UndoChangeErrors];

export type UndoChangeResponses = {
    /**
     * Undo a change to a connection; it takes the permission of the change itself (`needs`), too
     */
    200: ChangeUndone;
};

export type UndoChangeResponse = UndoChangeResponses[keyof UndoChangeResponses];

export type GetBulkRunUndoData = {
    body?: never;
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: {
        /**
         * `next_after` of the answer before; left out: from the first
         */
        after?: number;
    };
    url: '/bulk-runs/{id}/undo';
};

export type GetBulkRunUndoErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetBulkRunUndoError = GetBulkRunUndoErrors[keyof GetBulkRunUndoErrors];

export type GetBulkRunUndoResponses = {
    /**
     * Ask what undoing a finished bulk run (dismissal, assignment, linking) would do, a hundred connections at a time
     */
    200: UndoOfBulkRun;
};

export type GetBulkRunUndoResponse = GetBulkRunUndoResponses[keyof GetBulkRunUndoResponses];

export type UndoBulkRunData = {
    body?: UndoBulkRunRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the bulk run
         */
        id: number;
    };
    query?: never;
    url: '/bulk-runs/{id}/undo';
};

export type UndoBulkRunErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type UndoBulkRunError = UndoBulkRunErrors[keyof UndoBulkRunErrors];

export type UndoBulkRunResponses = {
    /**
     * Undo what a finished bulk run did to the next hundred connections; what changed since stays, and is told
     */
    200: BulkRunUndone;
};

export type UndoBulkRunResponse = UndoBulkRunResponses[keyof UndoBulkRunResponses];

export type GetConnectionData = {
    body?: never;
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: {
        /**
         * Only checks before this one: the `id` of the last of `runs`
         */
        runs_before?: number;
        /**
         * Only notes before this one: the `id` of the last of `notes`
         */
        notes_before?: number;
        /**
         * Only events before this one: the `event_id` of the last of `deliveries`
         */
        deliveries_before?: string;
    };
    url: '/connections/{subject}';
};

export type GetConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetConnectionError = GetConnectionErrors[keyof GetConnectionErrors];

export type GetConnectionResponses = {
    /**
     * Get everything known about a connection
     */
    200: Case;
};

export type GetConnectionResponse = GetConnectionResponses[keyof GetConnectionResponses];

export type GetTimelineData = {
    body?: never;
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: {
        /**
         * Only what is of this kind
         */
        show?: 'seam' | 'checks' | 'links' | 'people' | 'app';
        /**
         * `next_cursor` from the previous page: what is older
         */
        cursor?: string;
    };
    url: '/connections/{subject}/timeline';
};

export type GetTimelineErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetTimelineError = GetTimelineErrors[keyof GetTimelineErrors];

export type GetTimelineResponses = {
    /**
     * Get what happened to a connection in one list, newest first, in plain words
     */
    200: Timeline;
};

export type GetTimelineResponse = GetTimelineResponses[keyof GetTimelineResponses];

export type GetDeliveryData = {
    body?: never;
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
        /**
         * Seam’s id of the event
         */
        event_id: string;
    };
    query?: never;
    url: '/connections/{subject}/deliveries/{event_id}';
};

export type GetDeliveryErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetDeliveryError = GetDeliveryErrors[keyof GetDeliveryErrors];

export type GetDeliveryResponses = {
    /**
     * Get one event of a connection, with its payload; secrets are hidden
     */
    200: EventWithPayload;
};

export type GetDeliveryResponse = GetDeliveryResponses[keyof GetDeliveryResponses];

export type DismissConnectionData = {
    body: DismissRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/dismiss';
};

export type DismissConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type DismissConnectionError = DismissConnectionErrors[keyof DismissConnectionErrors];

export type DismissConnectionResponses = {
    /**
     * Dismiss a failed connection until it happens again
     */
    200: Standing;
};

export type DismissConnectionResponse = DismissConnectionResponses[keyof DismissConnectionResponses];

export type ReopenConnectionData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/reopen';
};

export type ReopenConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ReopenConnectionError = ReopenConnectionErrors[keyof ReopenConnectionErrors];

export type ReopenConnectionResponses = {
    /**
     * Reopen a dismissed connection, so that it needs attention again
     */
    200: Standing;
};

export type ReopenConnectionResponse = ReopenConnectionResponses[keyof ReopenConnectionResponses];

export type AddNoteData = {
    body: NoteRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/notes';
};

export type AddNoteErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type AddNoteError = AddNoteErrors[keyof AddNoteErrors];

export type AddNoteResponses = {
    /**
     * Add a note to a connection
     */
    201: Note;
};

export type AddNoteResponse = AddNoteResponses[keyof AddNoteResponses];

export type RetryConnectionData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/retry';
};

export type RetryConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type RetryConnectionError = RetryConnectionErrors[keyof RetryConnectionErrors];

export type RetryConnectionResponses = {
    /**
     * Retry a connection: check it again now
     */
    202: RetryAnswer;
};

export type RetryConnectionResponse = RetryConnectionResponses[keyof RetryConnectionResponses];

export type GetDriftData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/drift';
};

export type GetDriftErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetDriftError = GetDriftErrors[keyof GetDriftErrors];

export type GetDriftResponses = {
    /**
     * Get the latest comparison of all accounts with Seam, and what it found
     */
    200: Drift;
};

export type GetDriftResponse = GetDriftResponses[keyof GetDriftResponses];

export type ListDriftFindingsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only these
         */
        finding?: FindingName;
        /**
         * `next_after` from the previous page: the account id after which to go on
         */
        after?: string;
        /**
         * How many to list at most (1 to 500)
         */
        limit?: number;
    };
    url: '/drift/findings';
};

export type ListDriftFindingsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListDriftFindingsError = ListDriftFindingsErrors[keyof ListDriftFindingsErrors];

export type ListDriftFindingsResponses = {
    /**
     * List what the latest comparison found, in the order of the account ids
     */
    200: FindingPage;
};

export type ListDriftFindingsResponse = ListDriftFindingsResponses[keyof ListDriftFindingsResponses];

export type FixDriftData = {
    body?: FixRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/drift/fix';
};

export type FixDriftErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type FixDriftError = FixDriftErrors[keyof FixDriftErrors];

export type FixDriftResponses = {
    /**
     * Check again what the latest comparison found and has one right answer
     */
    202: FixAnswer;
};

export type FixDriftResponse = FixDriftResponses[keyof FixDriftResponses];

export type ListEndpointsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/endpoints';
};

export type ListEndpointsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListEndpointsError = ListEndpointsErrors[keyof ListEndpointsErrors];

export type ListEndpointsResponses = {
    /**
     * List where messages go, and how that goes
     */
    200: Endpoints;
};

export type ListEndpointsResponse = ListEndpointsResponses[keyof ListEndpointsResponses];

export type AddEndpointData = {
    body: EndpointRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/endpoints';
};

export type AddEndpointErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type AddEndpointError = AddEndpointErrors[keyof AddEndpointErrors];

export type AddEndpointResponses = {
    /**
     * Add an endpoint, which is sent every message from then on; its secret is shown only once
     */
    201: EndpointAdded;
};

export type AddEndpointResponse = AddEndpointResponses[keyof AddEndpointResponses];

export type RemoveEndpointData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query: {
        /**
         * Why it is done: for the audit log, and whoever reads it later
         */
        why: string;
    };
    url: '/endpoints/{id}';
};

export type RemoveEndpointErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type RemoveEndpointError = RemoveEndpointErrors[keyof RemoveEndpointErrors];

export type RemoveEndpointResponses = {
    /**
     * Remove an endpoint, with what waits for it; the messages stay
     */
    200: EndpointRemoved;
};

export type RemoveEndpointResponse = RemoveEndpointResponses[keyof RemoveEndpointResponses];

export type GetEndpointData = {
    body?: never;
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query?: never;
    url: '/endpoints/{id}';
};

export type GetEndpointErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetEndpointError = GetEndpointErrors[keyof GetEndpointErrors];

export type GetEndpointResponses = {
    /**
     * Get an endpoint, and the newest tries to send to it
     */
    200: EndpointDetails;
};

export type GetEndpointResponse = GetEndpointResponses[keyof GetEndpointResponses];

export type ChangeEndpointData = {
    body?: EndpointChange;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query?: never;
    url: '/endpoints/{id}';
};

export type ChangeEndpointErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ChangeEndpointError = ChangeEndpointErrors[keyof ChangeEndpointErrors];

export type ChangeEndpointResponses = {
    /**
     * Change an endpoint; what waits and is wanted no more is not sent
     */
    200: EndpointChangeMade;
};

export type ChangeEndpointResponse = ChangeEndpointResponses[keyof ChangeEndpointResponses];

export type RotateEndpointSecretData = {
    body?: RotateSecretRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query?: never;
    url: '/endpoints/{id}/rotate';
};

export type RotateEndpointSecretErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type RotateEndpointSecretError = RotateEndpointSecretErrors[keyof RotateEndpointSecretErrors];

export type RotateEndpointSecretResponses = {
    /**
     * Give an endpoint a new secret; until the overlap ends messages are signed with both
     */
    201: SecretRotated;
};

export type RotateEndpointSecretResponse = RotateEndpointSecretResponses[keyof RotateEndpointSecretResponses];

export type TestEndpointData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query?: never;
    url: '/endpoints/{id}/test';
};

export type TestEndpointErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type TestEndpointError = TestEndpointErrors[keyof TestEndpointErrors];

export type TestEndpointResponses = {
    /**
     * Send a message of the type `endpoint.test`, also to a disabled endpoint, and wait for the answer; not to hooks
     */
    200: EndpointAnswer;
};

export type TestEndpointResponse = TestEndpointResponses[keyof TestEndpointResponses];

export type DisableEndpointData = {
    body: DisableEndpointRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query?: never;
    url: '/endpoints/{id}/disable';
};

export type DisableEndpointErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type DisableEndpointError = DisableEndpointErrors[keyof DisableEndpointErrors];

export type DisableEndpointResponses = {
    /**
     * Send nothing to an endpoint any more; what waits for it keeps waiting
     */
    200: EndpointChanged;
};

export type DisableEndpointResponse = DisableEndpointResponses[keyof DisableEndpointResponses];

export type EnableEndpointData = {
    body: EnableEndpointRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query?: never;
    url: '/endpoints/{id}/enable';
};

export type EnableEndpointErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type EnableEndpointError = EnableEndpointErrors[keyof EnableEndpointErrors];

export type EnableEndpointResponses = {
    /**
     * Send to a disabled endpoint again, with what it missed or without
     */
    200: EndpointEnabled;
};

export type EnableEndpointResponse = EnableEndpointResponses[keyof EnableEndpointResponses];

export type ReplayMessagesData = {
    body: ReplayRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of an endpoint
         */
        id: number;
    };
    query?: never;
    url: '/endpoints/{id}/replay';
};

export type ReplayMessagesErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ReplayMessagesError = ReplayMessagesErrors[keyof ReplayMessagesErrors];

export type ReplayMessagesResponses = {
    /**
     * Send messages to an endpoint again, in their order and with the ids that they had
     */
    200: Replayed;
};

export type ReplayMessagesResponse = ReplayMessagesResponses[keyof ReplayMessagesResponses];

export type ReadPersonalDataData = {
    body?: never;
    path: {
        /**
         * A user of your app: the id in your users table
         */
        id: string;
    };
    query?: never;
    url: '/users/{id}/personal-data';
};

export type ReadPersonalDataErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ReadPersonalDataError = ReadPersonalDataErrors[keyof ReadPersonalDataErrors];

export type ReadPersonalDataResponses = {
    /**
     * Get everything that is stored about a user: what erasing them would change
     */
    200: PersonalData;
};

export type ReadPersonalDataResponse = ReadPersonalDataResponses[keyof ReadPersonalDataResponses];

export type EraseUserData = {
    body: ErasureRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * A user of your app: the id in your users table
         */
        id: string;
    };
    query?: never;
    url: '/users/{id}/erasure';
};

export type EraseUserErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type EraseUserError = EraseUserErrors[keyof EraseUserErrors];

export type EraseUserResponses = {
    /**
     * Erase what is stored about a user; this can’t be undone
     */
    200: Erasure;
};

export type EraseUserResponse = EraseUserResponses[keyof EraseUserResponses];

export type ListMessagesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only messages after this position, the oldest first: 0 from the beginning, then each time `next_after`
         */
        after?: number;
        /**
         * Only messages before this position
         */
        before?: number;
        /**
         * Only of these types
         */
        types?: Array<MessageType>;
        /**
         * Only of accounts that were this user’s, or had been until then
         */
        user?: string;
        /**
         * Only about this connected account
         */
        account?: string;
        /**
         * Only about this connection
         */
        about?: string;
        /**
         * How many to list at most (1 to 1000)
         */
        limit?: number;
    };
    url: '/messages';
};

export type ListMessagesErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * What would follow isn’t kept any more (or the position is of another database): list everything again
     */
    410: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListMessagesError = ListMessagesErrors[keyof ListMessagesErrors];

export type ListMessagesResponses = {
    /**
     * List what your app is told: follow it with `after`, or read the newest
     */
    200: MessageFeed;
};

export type ListMessagesResponse = ListMessagesResponses[keyof ListMessagesResponses];

export type GetMessageData = {
    body?: never;
    path: {
        /**
         * The id of a message
         */
        message_id: string;
    };
    query?: never;
    url: '/messages/{message_id}';
};

export type GetMessageErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetMessageError = GetMessageErrors[keyof GetMessageErrors];

export type GetMessageResponses = {
    /**
     * Get a message, and what your app answered
     */
    200: MessageDetails;
};

export type GetMessageResponse = GetMessageResponses[keyof GetMessageResponses];

export type SendMessageAgainData = {
    body?: SendAgainRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The id of a message
         */
        message_id: string;
    };
    query?: never;
    url: '/messages/{message_id}/send';
};

export type SendMessageAgainErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type SendMessageAgainError = SendMessageAgainErrors[keyof SendMessageAgainErrors];

export type SendMessageAgainResponses = {
    /**
     * Send a message again, with the id that it had
     */
    200: SentAgain;
};

export type SendMessageAgainResponse = SendMessageAgainResponses[keyof SendMessageAgainResponses];

export type ListConnectionMessagesData = {
    body?: never;
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: {
        /**
         * How many to list at most (1 to 100)
         */
        limit?: number;
    };
    url: '/connections/{subject}/messages';
};

export type ListConnectionMessagesErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListConnectionMessagesError = ListConnectionMessagesErrors[keyof ListConnectionMessagesErrors];

export type ListConnectionMessagesResponses = {
    /**
     * List the messages to your app about a connection, and what it answered
     */
    200: ConnectionMessages;
};

export type ListConnectionMessagesResponse = ListConnectionMessagesResponses[keyof ListConnectionMessagesResponses];

export type ListOperatorsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/operators';
};

export type ListOperatorsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListOperatorsError = ListOperatorsErrors[keyof ListOperatorsErrors];

export type ListOperatorsResponses = {
    /**
     * List who can sign in to the console
     */
    200: OperatorList;
};

export type ListOperatorsResponse = ListOperatorsResponses[keyof ListOperatorsResponses];

export type AddOperatorData = {
    body: OperatorRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/operators';
};

export type AddOperatorErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type AddOperatorError = AddOperatorErrors[keyof AddOperatorErrors];

export type AddOperatorResponses = {
    /**
     * Add an operator, with a password or with a link that signs them in once
     */
    201: OperatorWithLink;
};

export type AddOperatorResponse = AddOperatorResponses[keyof AddOperatorResponses];

export type ChangeOperatorData = {
    body?: OperatorChange;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the operator
         */
        id: number;
    };
    query?: never;
    url: '/operators/{id}';
};

export type ChangeOperatorErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ChangeOperatorError = ChangeOperatorErrors[keyof ChangeOperatorErrors];

export type ChangeOperatorResponses = {
    /**
     * Change an operator’s role, or disable or enable them: one change at a time
     */
    200: OperatorAnswer;
};

export type ChangeOperatorResponse = ChangeOperatorResponses[keyof ChangeOperatorResponses];

export type CreateSignInLinkData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the operator
         */
        id: number;
    };
    query?: never;
    url: '/operators/{id}/sign-in-link';
};

export type CreateSignInLinkErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type CreateSignInLinkError = CreateSignInLinkErrors[keyof CreateSignInLinkErrors];

export type CreateSignInLinkResponses = {
    /**
     * Create a link that signs an operator in once; their password and sessions end
     */
    201: OperatorWithLink;
};

export type CreateSignInLinkResponse = CreateSignInLinkResponses[keyof CreateSignInLinkResponses];

export type GetQueueData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/queue';
};

export type GetQueueErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetQueueError = GetQueueErrors[keyof GetQueueErrors];

export type GetQueueResponses = {
    /**
     * Get the queue’s status, as "queue status" prints it
     */
    200: QueueStatus;
};

export type GetQueueResponse = GetQueueResponses[keyof GetQueueResponses];

export type PauseQueueData = {
    body: PauseRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/queue/pause';
};

export type PauseQueueErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type PauseQueueError = PauseQueueErrors[keyof PauseQueueErrors];

export type PauseQueueResponses = {
    /**
     * Pause the queue: no more checks start until someone resumes it
     */
    201: QueuePaused;
};

export type PauseQueueResponse = PauseQueueResponses[keyof PauseQueueResponses];

export type ResumeQueueData = {
    body?: ResumeRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/queue/resume';
};

export type ResumeQueueErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ResumeQueueError = ResumeQueueErrors[keyof ResumeQueueErrors];

export type ResumeQueueResponses = {
    /**
     * Resume a paused queue
     */
    200: QueueResumed;
};

export type ResumeQueueResponse = ResumeQueueResponses[keyof ResumeQueueResponses];

export type ListAlertsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * `true`: only those that are open; `false`: also those that were over within 30 days
         */
        open?: 'true' | 'false';
        /**
         * The `next_cursor` of the page before
         */
        cursor?: string;
        /**
         * How many to list at most (1 to 200)
         */
        limit?: number;
    };
    url: '/alerts';
};

export type ListAlertsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListAlertsError = ListAlertsErrors[keyof ListAlertsErrors];

export type ListAlertsResponses = {
    /**
     * List alerts: those that are open, then those that were over within 30 days
     */
    200: AlertList;
};

export type ListAlertsResponse = ListAlertsResponses[keyof ListAlertsResponses];

export type SilenceAlertsData = {
    body: AlertSilenceRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/alerts/silences';
};

export type SilenceAlertsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type SilenceAlertsError = SilenceAlertsErrors[keyof SilenceAlertsErrors];

export type SilenceAlertsResponses = {
    /**
     * Silence one alert, a rule, or everything for a time
     */
    201: AlertsSilenced;
};

export type SilenceAlertsResponse = SilenceAlertsResponses[keyof SilenceAlertsResponses];

export type EndAlertSilenceData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the silence
         */
        id: number;
    };
    query?: never;
    url: '/alerts/silences/{id}/end';
};

export type EndAlertSilenceErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type EndAlertSilenceError = EndAlertSilenceErrors[keyof EndAlertSilenceErrors];

export type EndAlertSilenceResponses = {
    /**
     * End a silence before its time
     */
    200: AlertSilenceEnded;
};

export type EndAlertSilenceResponse = EndAlertSilenceResponses[keyof EndAlertSilenceResponses];

export type ListSessionsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only theirs: the number of an operator
         */
        operator_id?: number;
    };
    url: '/sessions';
};

export type ListSessionsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListSessionsError = ListSessionsErrors[keyof ListSessionsErrors];

export type ListSessionsResponses = {
    /**
     * List open sessions of the console, the last used first: those of the token’s owner, or with manage_operators everyone’s
     */
    200: SessionList;
};

export type ListSessionsResponse = ListSessionsResponses[keyof ListSessionsResponses];

export type EndSessionData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The `id` of the session, as listed
         */
        id: string;
    };
    query?: never;
    url: '/sessions/{id}';
};

export type EndSessionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type EndSessionError = EndSessionErrors[keyof EndSessionErrors];

export type EndSessionResponses = {
    /**
     * End an open session of the console, anyone’s
     */
    200: SessionEnded;
};

export type EndSessionResponse = EndSessionResponses[keyof EndSessionResponses];

export type GetShiftData = {
    body?: never;
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/shift';
};

export type GetShiftErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type GetShiftError = GetShiftErrors[keyof GetShiftErrors];

export type GetShiftResponses = {
    /**
     * Get who has a connection, whether it is snoozed, and how many notes it has
     */
    200: Shift;
};

export type GetShiftResponse = GetShiftResponses[keyof GetShiftResponses];

export type AssignConnectionData = {
    body: AssignmentRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/assign';
};

export type AssignConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type AssignConnectionError = AssignConnectionErrors[keyof AssignConnectionErrors];

export type AssignConnectionResponses = {
    /**
     * Assign a connection to an operator, or to nobody
     */
    200: Assignment;
};

export type AssignConnectionResponse = AssignConnectionResponses[keyof AssignConnectionResponses];

export type SnoozeConnectionData = {
    body: SnoozeRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/snooze';
};

export type SnoozeConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type SnoozeConnectionError = SnoozeConnectionErrors[keyof SnoozeConnectionErrors];

export type SnoozeConnectionResponses = {
    /**
     * Keep a connection out of sight until a time, or until there is news of it
     */
    200: Snooze;
};

export type SnoozeConnectionResponse = SnoozeConnectionResponses[keyof SnoozeConnectionResponses];

export type WakeConnectionData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/wake';
};

export type WakeConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type WakeConnectionError = WakeConnectionErrors[keyof WakeConnectionErrors];

export type WakeConnectionResponses = {
    /**
     * Have a snoozed connection in sight again
     */
    200: Woken;
};

export type WakeConnectionResponse = WakeConnectionResponses[keyof WakeConnectionResponses];

export type ListViewsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/views';
};

export type ListViewsErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListViewsError = ListViewsErrors[keyof ListViewsErrors];

export type ListViewsResponses = {
    /**
     * List the saved views of the token’s owner, and those that others share
     */
    200: Views;
};

export type ListViewsResponse = ListViewsResponses[keyof ListViewsResponses];

export type ShareViewData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the view
         */
        id: number;
    };
    query?: never;
    url: '/views/{id}/share';
};

export type ShareViewErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ShareViewError = ShareViewErrors[keyof ShareViewErrors];

export type ShareViewResponses = {
    /**
     * Share a saved view with everyone
     */
    200: View;
};

export type ShareViewResponse = ShareViewResponses[keyof ShareViewResponses];

export type UnshareViewData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the view
         */
        id: number;
    };
    query?: never;
    url: '/views/{id}/unshare';
};

export type UnshareViewErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type UnshareViewError = UnshareViewErrors[keyof UnshareViewErrors];

export type UnshareViewResponses = {
    /**
     * Stop sharing a saved view
     */
    200: View;
};

export type UnshareViewResponse = UnshareViewResponses[keyof UnshareViewResponses];

export type ListTokensData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/tokens';
};

export type ListTokensErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ListTokensError = ListTokensErrors[keyof ListTokensErrors];

export type ListTokensResponses = {
    /**
     * List API tokens, without their secrets
     */
    200: TokenList;
};

export type ListTokensResponse = ListTokensResponses[keyof ListTokensResponses];

export type CreateTokenData = {
    body: TokenRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/tokens';
};

export type CreateTokenErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type CreateTokenError = CreateTokenErrors[keyof CreateTokenErrors];

export type CreateTokenResponses = {
    /**
     * Create a token, which belongs to the owner of the one that is used; its secret is shown only once
     */
    201: TokenWithSecret;
};

export type CreateTokenResponse = CreateTokenResponses[keyof CreateTokenResponses];

export type RotateTokenData = {
    body?: TokenRotation;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the token
         */
        id: number;
    };
    query?: never;
    url: '/tokens/{id}/rotate';
};

export type RotateTokenErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type RotateTokenError = RotateTokenErrors[keyof RotateTokenErrors];

export type RotateTokenResponses = {
    /**
     * Give a token a new secret; the old one works until the overlap ends
     */
    201: TokenWithSecret;
};

export type RotateTokenResponse = RotateTokenResponses[keyof RotateTokenResponses];

export type RevokeTokenData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The number of the token
         */
        id: number;
    };
    query?: never;
    url: '/tokens/{id}/revoke';
};

export type RevokeTokenErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type RevokeTokenError = RevokeTokenErrors[keyof RevokeTokenErrors];

export type RevokeTokenResponses = {
    /**
     * Revoke a token: it stops working at once
     */
    200: TokenAnswer;
};

export type RevokeTokenResponse = RevokeTokenResponses[keyof RevokeTokenResponses];

export type CreateWebviewData = {
    body: WebviewRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/webviews';
};

export type CreateWebviewErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type CreateWebviewError = CreateWebviewErrors[keyof CreateWebviewErrors];

export type CreateWebviewResponses = {
    /**
     * Create a Connect Webview for a user
     */
    201: WebviewMade;
};

export type CreateWebviewResponse = CreateWebviewResponses[keyof CreateWebviewResponses];

export type ReconnectAccountData = {
    body?: ReconnectRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * A connected account: its id, or that of a webview or a user that leads to exactly one; with its kind before it, or bare
         */
        account_id: string;
    };
    query?: never;
    url: '/accounts/{account_id}/reconnect-webview';
};

export type ReconnectAccountErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type ReconnectAccountError = ReconnectAccountErrors[keyof ReconnectAccountErrors];

export type ReconnectAccountResponses = {
    /**
     * Create a Connect Webview for the user of an account, to connect it again
     */
    201: ReconnectWebviewMade;
};

export type ReconnectAccountResponse = ReconnectAccountResponses[keyof ReconnectAccountResponses];

export type FindUsersData = {
    body?: never;
    path?: never;
    query: {
        /**
         * An id, or the start of an e-mail or a name
         */
        q: string;
    };
    url: '/users';
};

export type FindUsersErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type FindUsersError = FindUsersErrors[keyof FindUsersErrors];

export type FindUsersResponses = {
    /**
     * Find users by id, or by the start of their e-mail or name
     */
    200: FoundUsers;
};

export type FindUsersResponse = FindUsersResponses[keyof FindUsersResponses];

export type LinkConnectionData = {
    body: LinkRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/link';
};

export type LinkConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type LinkConnectionError = LinkConnectionErrors[keyof LinkConnectionErrors];

export type LinkConnectionResponses = {
    /**
     * Link the connection’s account to a user, by hand
     */
    200: LinkMade;
};

export type LinkConnectionResponse = LinkConnectionResponses[keyof LinkConnectionResponses];

export type UnlinkConnectionData = {
    body: UnlinkRequest;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
    };
    query?: never;
    url: '/connections/{subject}/unlink';
};

export type UnlinkConnectionErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type UnlinkConnectionError = UnlinkConnectionErrors[keyof UnlinkConnectionErrors];

export type UnlinkConnectionResponses = {
    /**
     * End the link of the connection’s account by hand, so that no one is linked to it
     */
    200: LinkEnded;
};

export type UnlinkConnectionResponse = UnlinkConnectionResponses[keyof UnlinkConnectionResponses];

export type UndoLinkData = {
    body?: never;
    headers?: {
        /**
         * A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        /**
         * The connection: its subject, or an id that leads to one (of an account, a webview or a user)
         */
        subject: string;
        /**
         * The `audit_id` that the link or its end was answered with
         */
        audit_id: string;
    };
    query?: never;
    url: '/connections/{subject}/links/{audit_id}/undo';
};

export type UndoLinkErrors = {
    /**
     * The URL, a header or the body can’t be read
     */
    400: Error;
    /**
     * No token, an unknown one, or one that has ended; the message says which
     */
    401: Error;
    /**
     * The token’s role, permissions or workspaces don’t allow this
     */
    403: Error;
    /**
     * Not found
     */
    404: Error;
    /**
     * Its state has changed, it was already done, or it can’t be done
     */
    409: Error;
    /**
     * The body is too large
     */
    413: Error;
    /**
     * The body isn’t JSON
     */
    415: Error;
    /**
     * The request is invalid; `faults` lists what is wrong, by field
     */
    422: Error;
    /**
     * This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again
     */
    429: Error;
    /**
     * Seam can’t be reached or rejects our key; it may or may not have been done
     */
    502: Error;
    /**
     * Something failed on our side, or Seam asked us to slow down; try again
     */
    503: Error;
};

export type UndoLinkError = UndoLinkErrors[keyof UndoLinkErrors];

export type UndoLinkResponses = {
    /**
     * Undo a link made or ended by hand, and restore what was there before
     */
    200: LinkUndone;
};

export type UndoLinkResponse = UndoLinkResponses[keyof UndoLinkResponses];

export type PostAccountLinkedWebhookPayload = AccountLinkedMessage;

export type PostAccountLinkedWebhookRequest = {
    body: PostAccountLinkedWebhookPayload;
    key: 'account.linked';
    path?: never;
    query?: never;
};

export type PostAccountRelinkedWebhookPayload = AccountRelinkedMessage;

export type PostAccountRelinkedWebhookRequest = {
    body: PostAccountRelinkedWebhookPayload;
    key: 'account.relinked';
    path?: never;
    query?: never;
};

export type PostAccountUnlinkedWebhookPayload = AccountUnlinkedMessage;

export type PostAccountUnlinkedWebhookRequest = {
    body: PostAccountUnlinkedWebhookPayload;
    key: 'account.unlinked';
    path?: never;
    query?: never;
};

export type PostAccountDisconnectedWebhookPayload = AccountDisconnectedMessage;

export type PostAccountDisconnectedWebhookRequest = {
    body: PostAccountDisconnectedWebhookPayload;
    key: 'account.disconnected';
    path?: never;
    query?: never;
};

export type PostAccountReconnectedWebhookPayload = AccountReconnectedMessage;

export type PostAccountReconnectedWebhookRequest = {
    body: PostAccountReconnectedWebhookPayload;
    key: 'account.reconnected';
    path?: never;
    query?: never;
};

export type PostAccountReauthorizationRequestedWebhookPayload = AccountReauthorizationRequestedMessage;

export type PostAccountReauthorizationRequestedWebhookRequest = {
    body: PostAccountReauthorizationRequestedWebhookPayload;
    key: 'account.reauthorization_requested';
    path?: never;
    query?: never;
};

export type PostAccountDeletedWebhookPayload = AccountDeletedMessage;

export type PostAccountDeletedWebhookRequest = {
    body: PostAccountDeletedWebhookPayload;
    key: 'account.deleted';
    path?: never;
    query?: never;
};

export type PostWebviewLoginFailedWebhookPayload = WebviewLoginFailedMessage;

export type PostWebviewLoginFailedWebhookRequest = {
    body: PostWebviewLoginFailedWebhookPayload;
    key: 'webview.login_failed';
    path?: never;
    query?: never;
};

export type PostConnectionNeedsAttentionWebhookPayload = ConnectionNeedsAttentionMessage;

export type PostConnectionNeedsAttentionWebhookRequest = {
    body: PostConnectionNeedsAttentionWebhookPayload;
    key: 'connection.needs_attention';
    path?: never;
    query?: never;
};

export type PostConnectionSettledWebhookPayload = ConnectionSettledMessage;

export type PostConnectionSettledWebhookRequest = {
    body: PostConnectionSettledWebhookPayload;
    key: 'connection.settled';
    path?: never;
    query?: never;
};

export type PostEndpointTestWebhookPayload = EndpointTestMessage;

export type PostEndpointTestWebhookRequest = {
    body: PostEndpointTestWebhookPayload;
    key: 'endpoint.test';
    path?: never;
    query?: never;
};
