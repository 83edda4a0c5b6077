// Made from the OpenAPI document by `npm run client`: don’t edit it here.

import type { Client, ClientMeta, Options as Options2, RequestResult, TDataShape } from './client/index.ts';
import type { AddEndpointData, AddEndpointErrors, AddEndpointResponses, AddNoteData, AddNoteErrors, AddNoteResponses, AddOperatorData, AddOperatorErrors, AddOperatorResponses, AskForBulkRunData, AskForBulkRunErrors, AskForBulkRunResponses, AssignConnectionData, AssignConnectionErrors, AssignConnectionResponses, ChangeEndpointData, ChangeEndpointErrors, ChangeEndpointResponses, ChangeOperatorData, ChangeOperatorErrors, ChangeOperatorResponses, CreateSignInLinkData, CreateSignInLinkErrors, CreateSignInLinkResponses, CreateTokenData, CreateTokenErrors, CreateTokenResponses, CreateWebviewData, CreateWebviewErrors, CreateWebviewResponses, DeclineBulkRunData, DeclineBulkRunErrors, DeclineBulkRunResponses, DeleteAccountData, DeleteAccountErrors, DeleteAccountResponses, DisableEndpointData, DisableEndpointErrors, DisableEndpointResponses, DismissConnectionData, DismissConnectionErrors, DismissConnectionResponses, EnableEndpointData, EnableEndpointErrors, EnableEndpointResponses, EndAlertSilenceData, EndAlertSilenceErrors, EndAlertSilenceResponses, EndSessionData, EndSessionErrors, EndSessionResponses, EraseUserData, EraseUserErrors, EraseUserResponses, FindUsersData, FindUsersErrors, FindUsersResponses, FixDriftData, FixDriftErrors, FixDriftResponses, GetBulkRunData, GetBulkRunErrors, GetBulkRunResponses, GetBulkRunUndoData, GetBulkRunUndoErrors, GetBulkRunUndoResponses, GetConnectionData, GetConnectionErrors, GetConnectionResponses, GetDeliveryData, GetDeliveryErrors, GetDeliveryResponses, GetDriftData, GetDriftErrors, GetDriftResponses, GetEndpointData, GetEndpointErrors, GetEndpointResponses, GetMessageData, GetMessageErrors, GetMessageResponses, GetQueueData, GetQueueErrors, GetQueueResponses, GetShiftData, GetShiftErrors, GetShiftResponses, GetTimelineData, GetTimelineErrors, GetTimelineResponses, GetUndoData, GetUndoErrors, GetUndoResponses, LinkConnectionData, LinkConnectionErrors, LinkConnectionResponses, ListAccountsData, ListAccountsErrors, ListAccountsResponses, ListAlertsData, ListAlertsErrors, ListAlertsResponses, ListBulkRunItemsData, ListBulkRunItemsErrors, ListBulkRunItemsResponses, ListBulkRunsData, ListBulkRunsErrors, ListBulkRunsResponses, ListChangesData, ListChangesErrors, ListChangesResponses, ListConnectionMessagesData, ListConnectionMessagesErrors, ListConnectionMessagesResponses, ListConnectionsData, ListConnectionsErrors, ListConnectionsResponses, ListDriftFindingsData, ListDriftFindingsErrors, ListDriftFindingsResponses, ListEndpointsData, ListEndpointsErrors, ListEndpointsResponses, ListMessagesData, ListMessagesErrors, ListMessagesResponses, ListOperatorsData, ListOperatorsErrors, ListOperatorsResponses, ListSessionsData, ListSessionsErrors, ListSessionsResponses, ListTokensData, ListTokensErrors, ListTokensResponses, ListUserAccountsData, ListUserAccountsErrors, ListUserAccountsResponses, ListViewsData, ListViewsErrors, ListViewsResponses, PauseQueueData, PauseQueueErrors, PauseQueueResponses, PlanBulkRunData, PlanBulkRunErrors, PlanBulkRunResponses, ReadAttentionData, ReadAttentionErrors, ReadAttentionResponses, ReadPersonalDataData, ReadPersonalDataErrors, ReadPersonalDataResponses, ReconnectAccountData, ReconnectAccountErrors, ReconnectAccountResponses, RemoveEndpointData, RemoveEndpointErrors, RemoveEndpointResponses, ReopenConnectionData, ReopenConnectionErrors, ReopenConnectionResponses, ReplayMessagesData, ReplayMessagesErrors, ReplayMessagesResponses, ResumeQueueData, ResumeQueueErrors, ResumeQueueResponses, RetryConnectionData, RetryConnectionErrors, RetryConnectionResponses, RevokeTokenData, RevokeTokenErrors, RevokeTokenResponses, RotateEndpointSecretData, RotateEndpointSecretErrors, RotateEndpointSecretResponses, RotateTokenData, RotateTokenErrors, RotateTokenResponses, SearchData, SearchErrors, SearchResponses, SendMessageAgainData, SendMessageAgainErrors, SendMessageAgainResponses, ShareViewData, ShareViewErrors, ShareViewResponses, ShowAccountData, ShowAccountErrors, ShowAccountResponses, SilenceAlertsData, SilenceAlertsErrors, SilenceAlertsResponses, SnoozeConnectionData, SnoozeConnectionErrors, SnoozeConnectionResponses, StartBulkRunData, StartBulkRunErrors, StartBulkRunResponses, StopBulkRunData, StopBulkRunErrors, StopBulkRunResponses, StreamChangesData, StreamChangesErrors, StreamChangesResponses, TestEndpointData, TestEndpointErrors, TestEndpointResponses, UndoBulkRunData, UndoBulkRunErrors, UndoBulkRunResponses, UndoChangeData, UndoChangeErrors, UndoChangeResponses, UndoLinkData, UndoLinkErrors, UndoLinkResponses, UnlinkConnectionData, UnlinkConnectionErrors, UnlinkConnectionResponses, UnshareViewData, UnshareViewErrors, UnshareViewResponses, UpdateAccountData, UpdateAccountErrors, UpdateAccountResponses, WakeConnectionData, WakeConnectionErrors, WakeConnectionResponses, WatchLinksData, WatchLinksErrors, WatchLinksResponses } from './types.ts';

export type Options<TData extends TDataShape = TDataShape, ThrowOnError extends boolean = boolean, TResponse = unknown> = Options2<TData, ThrowOnError, TResponse> & {
    /**
     * You can provide a client instance returned by `createClient()` instead of
     * individual options. This might be also useful if you want to implement a
     * custom client.
     */
    client?: Client;
    /**
     * You can pass arbitrary values through the `meta` object. This can be
     * used to access values that aren't defined as part of the SDK function.
     */
    meta?: keyof ClientMeta extends never ? Record<string, unknown> : ClientMeta;
};

class HeyApiClient {
    protected client: Client;
    
    constructor(args: {
        client: Client;
    }) {
        this.client = args.client;
    }
}

class HeyApiRegistry<T> {
    private readonly defaultKey = 'default';
    
    private readonly instances: Map<string, T> = new Map();
    
    get(key?: string): T {
        const instance = this.instances.get(key ?? this.defaultKey);
        if (!instance) {
            throw new Error(`No SDK client found. Create one with "new Operations()" to fix this error.`);
        }
        return instance;
    }
    
    set(value: T, key?: string): void {
        this.instances.set(key ?? this.defaultKey, value);
    }
}

export class Operations extends HeyApiClient {
    public static readonly __registry: HeyApiRegistry<Operations> = new HeyApiRegistry<Operations>();
    
    constructor(args: {
        client: Client;
        key?: string;
    }) {
        super(args);
        Operations.__registry.set(this, args.key);
    }
    
    /**
     * List the connected accounts that are linked to a user now; none, too, where there is no such user
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to several Seam workspaces says which one.
     */
    public listUserAccounts<ThrowOnError extends boolean = true>(options: Options<ListUserAccountsData, ThrowOnError>): RequestResult<ListUserAccountsResponses, ListUserAccountsErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<ListUserAccountsResponses, ListUserAccountsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/users/{id}/accounts',
            ...options
        });
    }
    
    /**
     * List all connected accounts that are known, each with its link and its state, in the order of their ids. To stay up to date, go on with `GET /links` from the `position` of the first page
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to several Seam workspaces says which one.
     */
    public listAccounts<ThrowOnError extends boolean = true>(options?: Options<ListAccountsData, ThrowOnError>): RequestResult<ListAccountsResponses, ListAccountsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListAccountsResponses, ListAccountsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/accounts',
            ...options
        });
    }
    
    /**
     * List what became of links after a position, in the order of commits: each change once, none left out
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to several Seam workspaces says which one.
     */
    public watchLinks<ThrowOnError extends boolean = true>(options?: Options<WatchLinksData, ThrowOnError>): RequestResult<WatchLinksResponses, WatchLinksErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<WatchLinksResponses, WatchLinksErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/links',
            ...options
        });
    }
    
    /**
     * Delete an account in Seam, with its devices and access codes, and end its link
     *
     * Requires the role `on-call` and the permission `delete_account`. A token that is limited to Seam workspaces finds only accounts in its own.
     */
    public deleteAccount<ThrowOnError extends boolean = true>(options: Options<DeleteAccountData, ThrowOnError>): RequestResult<DeleteAccountResponses, DeleteAccountErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).delete<DeleteAccountResponses, DeleteAccountErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/accounts/{account_id}',
            ...options
        });
    }
    
    /**
     * Get a connected account, its history and, on request, what Seam shows now
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces finds only accounts in its own.
     */
    public showAccount<ThrowOnError extends boolean = true>(options: Options<ShowAccountData, ThrowOnError>): RequestResult<ShowAccountResponses, ShowAccountErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<ShowAccountResponses, ShowAccountErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/accounts/{account_id}',
            ...options
        });
    }
    
    /**
     * Change an account’s metadata or other parts of it in Seam, and check it
     *
     * Requires the role `on-call` and the permission `update_account`. A token that is limited to Seam workspaces finds only accounts in its own.
     */
    public updateAccount<ThrowOnError extends boolean = true>(options: Options<UpdateAccountData, ThrowOnError>): RequestResult<UpdateAccountResponses, UpdateAccountErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).patch<UpdateAccountResponses, UpdateAccountErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/accounts/{account_id}',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * List bulk runs, newest first
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listBulkRuns<ThrowOnError extends boolean = true>(options?: Options<ListBulkRunsData, ThrowOnError>): RequestResult<ListBulkRunsResponses, ListBulkRunsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListBulkRunsResponses, ListBulkRunsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs',
            ...options
        });
    }
    
    /**
     * Plan a retry (or another action) for everything that matches a filter, or for given subjects; nothing starts yet
     *
     * Requires the role `support` and the permission `plan_bulk_run`. Not for tokens that are limited to Seam workspaces.
     */
    public planBulkRun<ThrowOnError extends boolean = true>(options: Options<PlanBulkRunData, ThrowOnError>): RequestResult<PlanBulkRunResponses, PlanBulkRunErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<PlanBulkRunResponses, PlanBulkRunErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Get a bulk run’s status
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public getBulkRun<ThrowOnError extends boolean = true>(options: Options<GetBulkRunData, ThrowOnError>): RequestResult<GetBulkRunResponses, GetBulkRunErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetBulkRunResponses, GetBulkRunErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}',
            ...options
        });
    }
    
    /**
     * List the items of a bulk run, in order, with the result of each
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listBulkRunItems<ThrowOnError extends boolean = true>(options: Options<ListBulkRunItemsData, ThrowOnError>): RequestResult<ListBulkRunItemsResponses, ListBulkRunItemsErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<ListBulkRunItemsResponses, ListBulkRunItemsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}/items',
            ...options
        });
    }
    
    /**
     * Start a planned bulk run, exactly as previewed
     *
     * Requires the role `support` and the permission `start_bulk_run`. Not for tokens that are limited to Seam workspaces.
     */
    public startBulkRun<ThrowOnError extends boolean = true>(options: Options<StartBulkRunData, ThrowOnError>): RequestResult<StartBulkRunResponses, StartBulkRunErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<StartBulkRunResponses, StartBulkRunErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}/start',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Ask those on call to start a planned bulk run that is too large for the own role
     *
     * Requires the role `support` and the permission `start_bulk_run`. Not for tokens that are limited to Seam workspaces.
     */
    public askForBulkRun<ThrowOnError extends boolean = true>(options: Options<AskForBulkRunData, ThrowOnError>): RequestResult<AskForBulkRunResponses, AskForBulkRunErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<AskForBulkRunResponses, AskForBulkRunErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}/ask',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Decline to start a bulk run that someone has asked for; nothing of it is done
     *
     * Requires the role `support` and the permission `stop_bulk_run`. Not for tokens that are limited to Seam workspaces.
     */
    public declineBulkRun<ThrowOnError extends boolean = true>(options: Options<DeclineBulkRunData, ThrowOnError>): RequestResult<DeclineBulkRunResponses, DeclineBulkRunErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<DeclineBulkRunResponses, DeclineBulkRunErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}/decline',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Stop a bulk run: waiting items are skipped, checks in progress finish
     *
     * Requires the role `support` and the permission `stop_bulk_run`. Not for tokens that are limited to Seam workspaces.
     */
    public stopBulkRun<ThrowOnError extends boolean = true>(options: Options<StopBulkRunData, ThrowOnError>): RequestResult<StopBulkRunResponses, StopBulkRunErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<StopBulkRunResponses, StopBulkRunErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}/stop',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * List connections, most recently changed first
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to several Seam workspaces says which one.
     */
    public listConnections<ThrowOnError extends boolean = true>(options?: Options<ListConnectionsData, ThrowOnError>): RequestResult<ListConnectionsResponses, ListConnectionsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListConnectionsResponses, ListConnectionsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections',
            ...options
        });
    }
    
    /**
     * List what needs attention, one row per reason, and locks that stopped
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public readAttention<ThrowOnError extends boolean = true>(options?: Options<ReadAttentionData, ThrowOnError>): RequestResult<ReadAttentionResponses, ReadAttentionErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ReadAttentionResponses, ReadAttentionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/attention',
            ...options
        });
    }
    
    /**
     * Find connections by whatever names them
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public search<ThrowOnError extends boolean = true>(options: Options<SearchData, ThrowOnError>): RequestResult<SearchResponses, SearchErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<SearchResponses, SearchErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/search',
            ...options
        });
    }
    
    /**
     * List who did what, newest first
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listChanges<ThrowOnError extends boolean = true>(options?: Options<ListChangesData, ThrowOnError>): RequestResult<ListChangesResponses, ListChangesErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListChangesResponses, ListChangesErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/audit-log',
            ...options
        });
    }
    
    /**
     * Take the audit log elsewhere: oldest first, each change once, none left out
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public streamChanges<ThrowOnError extends boolean = true>(options?: Options<StreamChangesData, ThrowOnError>): RequestResult<StreamChangesResponses, StreamChangesErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<StreamChangesResponses, StreamChangesErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/audit-log/stream',
            ...options
        });
    }
    
    /**
     * Ask whether a change can still be undone, and what that does
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces finds only changes to connections in its own.
     */
    public getUndo<ThrowOnError extends boolean = true>(options: Options<GetUndoData, ThrowOnError>): RequestResult<GetUndoResponses, GetUndoErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetUndoResponses, GetUndoErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/audit-log/{audit_id}/undo',
            ...options
        });
    }
    
    /**
     * Undo a change to a connection; it takes the permission of the change itself (`needs`), too
     *
     * Requires the role `support` and the permission `link`. A token that is limited to Seam workspaces finds only changes to connections in its own.
     */
    public undoChange<ThrowOnError extends boolean = true>(options: Options<UndoChangeData, ThrowOnError>): RequestResult<UndoChangeResponses, UndoChangeErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<UndoChangeResponses, UndoChangeErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/audit-log/{audit_id}/undo',
            ...options
        });
    }
    
    /**
     * Ask what undoing a finished bulk run (dismissal, assignment, linking) would do, a hundred connections at a time
     *
     * Requires the role `support` and the permission `start_bulk_run`. Not for tokens that are limited to Seam workspaces.
     */
    public getBulkRunUndo<ThrowOnError extends boolean = true>(options: Options<GetBulkRunUndoData, ThrowOnError>): RequestResult<GetBulkRunUndoResponses, GetBulkRunUndoErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetBulkRunUndoResponses, GetBulkRunUndoErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}/undo',
            ...options
        });
    }
    
    /**
     * Undo what a finished bulk run did to the next hundred connections; what changed since stays, and is told
     *
     * Requires the role `support` and the permission `start_bulk_run`. Not for tokens that are limited to Seam workspaces.
     */
    public undoBulkRun<ThrowOnError extends boolean = true>(options: Options<UndoBulkRunData, ThrowOnError>): RequestResult<UndoBulkRunResponses, UndoBulkRunErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<UndoBulkRunResponses, UndoBulkRunErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/bulk-runs/{id}/undo',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Get everything known about a connection
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public getConnection<ThrowOnError extends boolean = true>(options: Options<GetConnectionData, ThrowOnError>): RequestResult<GetConnectionResponses, GetConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetConnectionResponses, GetConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}',
            ...options
        });
    }
    
    /**
     * Get what happened to a connection in one list, newest first, in plain words
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public getTimeline<ThrowOnError extends boolean = true>(options: Options<GetTimelineData, ThrowOnError>): RequestResult<GetTimelineResponses, GetTimelineErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetTimelineResponses, GetTimelineErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/timeline',
            ...options
        });
    }
    
    /**
     * Get one event of a connection, with its payload; secrets are hidden
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public getDelivery<ThrowOnError extends boolean = true>(options: Options<GetDeliveryData, ThrowOnError>): RequestResult<GetDeliveryResponses, GetDeliveryErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetDeliveryResponses, GetDeliveryErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/deliveries/{event_id}',
            ...options
        });
    }
    
    /**
     * Dismiss a failed connection until it happens again
     *
     * Requires the role `support` and the permission `dismiss`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public dismissConnection<ThrowOnError extends boolean = true>(options: Options<DismissConnectionData, ThrowOnError>): RequestResult<DismissConnectionResponses, DismissConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<DismissConnectionResponses, DismissConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/dismiss',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Reopen a dismissed connection, so that it needs attention again
     *
     * Requires the role `support` and the permission `dismiss`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public reopenConnection<ThrowOnError extends boolean = true>(options: Options<ReopenConnectionData, ThrowOnError>): RequestResult<ReopenConnectionResponses, ReopenConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<ReopenConnectionResponses, ReopenConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/reopen',
            ...options
        });
    }
    
    /**
     * Add a note to a connection
     *
     * Requires the role `support` and the permission `note`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public addNote<ThrowOnError extends boolean = true>(options: Options<AddNoteData, ThrowOnError>): RequestResult<AddNoteResponses, AddNoteErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<AddNoteResponses, AddNoteErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/notes',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Retry a connection: check it again now
     *
     * Requires the role `support` and the permission `retry`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public retryConnection<ThrowOnError extends boolean = true>(options: Options<RetryConnectionData, ThrowOnError>): RequestResult<RetryConnectionResponses, RetryConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<RetryConnectionResponses, RetryConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/retry',
            ...options
        });
    }
    
    /**
     * Get the latest comparison of all accounts with Seam, and what it found
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public getDrift<ThrowOnError extends boolean = true>(options?: Options<GetDriftData, ThrowOnError>): RequestResult<GetDriftResponses, GetDriftErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<GetDriftResponses, GetDriftErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/drift',
            ...options
        });
    }
    
    /**
     * List what the latest comparison found, in the order of the account ids
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listDriftFindings<ThrowOnError extends boolean = true>(options?: Options<ListDriftFindingsData, ThrowOnError>): RequestResult<ListDriftFindingsResponses, ListDriftFindingsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListDriftFindingsResponses, ListDriftFindingsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/drift/findings',
            ...options
        });
    }
    
    /**
     * Check again what the latest comparison found and has one right answer
     *
     * Requires the role `on-call` and the permission `fix_audit`. Not for tokens that are limited to Seam workspaces.
     */
    public fixDrift<ThrowOnError extends boolean = true>(options?: Options<FixDriftData, ThrowOnError>): RequestResult<FixDriftResponses, FixDriftErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).post<FixDriftResponses, FixDriftErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/drift/fix',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options?.headers
            }
        });
    }
    
    /**
     * List where messages go, and how that goes
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listEndpoints<ThrowOnError extends boolean = true>(options?: Options<ListEndpointsData, ThrowOnError>): RequestResult<ListEndpointsResponses, ListEndpointsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListEndpointsResponses, ListEndpointsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints',
            ...options
        });
    }
    
    /**
     * Add an endpoint, which is sent every message from then on; its secret is shown only once
     *
     * Requires the role `admin` and the permission `manage_endpoints`. Not for tokens that are limited to Seam workspaces.
     */
    public addEndpoint<ThrowOnError extends boolean = true>(options: Options<AddEndpointData, ThrowOnError>): RequestResult<AddEndpointResponses, AddEndpointErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<AddEndpointResponses, AddEndpointErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Remove an endpoint, with what waits for it; the messages stay
     *
     * Requires the role `admin` and the permission `manage_endpoints`. Not for tokens that are limited to Seam workspaces.
     */
    public removeEndpoint<ThrowOnError extends boolean = true>(options: Options<RemoveEndpointData, ThrowOnError>): RequestResult<RemoveEndpointResponses, RemoveEndpointErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).delete<RemoveEndpointResponses, RemoveEndpointErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}',
            ...options
        });
    }
    
    /**
     * Get an endpoint, and the newest tries to send to it
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public getEndpoint<ThrowOnError extends boolean = true>(options: Options<GetEndpointData, ThrowOnError>): RequestResult<GetEndpointResponses, GetEndpointErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetEndpointResponses, GetEndpointErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}',
            ...options
        });
    }
    
    /**
     * Change an endpoint; what waits and is wanted no more is not sent
     *
     * Requires the role `admin` and the permission `manage_endpoints`. Not for tokens that are limited to Seam workspaces.
     */
    public changeEndpoint<ThrowOnError extends boolean = true>(options: Options<ChangeEndpointData, ThrowOnError>): RequestResult<ChangeEndpointResponses, ChangeEndpointErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).patch<ChangeEndpointResponses, ChangeEndpointErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Give an endpoint a new secret; until the overlap ends messages are signed with both
     *
     * Requires the role `admin` and the permission `manage_endpoints`. Not for tokens that are limited to Seam workspaces.
     */
    public rotateEndpointSecret<ThrowOnError extends boolean = true>(options: Options<RotateEndpointSecretData, ThrowOnError>): RequestResult<RotateEndpointSecretResponses, RotateEndpointSecretErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<RotateEndpointSecretResponses, RotateEndpointSecretErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}/rotate',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Send a message of the type `endpoint.test`, also to a disabled endpoint, and wait for the answer; not to hooks
     *
     * Requires the role `admin` and the permission `manage_endpoints`. Not for tokens that are limited to Seam workspaces.
     */
    public testEndpoint<ThrowOnError extends boolean = true>(options: Options<TestEndpointData, ThrowOnError>): RequestResult<TestEndpointResponses, TestEndpointErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<TestEndpointResponses, TestEndpointErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}/test',
            ...options
        });
    }
    
    /**
     * Send nothing to an endpoint any more; what waits for it keeps waiting
     *
     * Requires the role `admin` and the permission `manage_endpoints`. Not for tokens that are limited to Seam workspaces.
     */
    public disableEndpoint<ThrowOnError extends boolean = true>(options: Options<DisableEndpointData, ThrowOnError>): RequestResult<DisableEndpointResponses, DisableEndpointErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<DisableEndpointResponses, DisableEndpointErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}/disable',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Send to a disabled endpoint again, with what it missed or without
     *
     * Requires the role `admin` and the permission `manage_endpoints`. Not for tokens that are limited to Seam workspaces.
     */
    public enableEndpoint<ThrowOnError extends boolean = true>(options: Options<EnableEndpointData, ThrowOnError>): RequestResult<EnableEndpointResponses, EnableEndpointErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<EnableEndpointResponses, EnableEndpointErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}/enable',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Send messages to an endpoint again, in their order and with the ids that they had
     *
     * Requires the role `on-call` and the permission `replay`. Not for tokens that are limited to Seam workspaces.
     */
    public replayMessages<ThrowOnError extends boolean = true>(options: Options<ReplayMessagesData, ThrowOnError>): RequestResult<ReplayMessagesResponses, ReplayMessagesErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<ReplayMessagesResponses, ReplayMessagesErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/endpoints/{id}/replay',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Get everything that is stored about a user: what erasing them would change
     *
     * Requires the role `admin` and the permission `export_person`. Not for tokens that are limited to Seam workspaces.
     */
    public readPersonalData<ThrowOnError extends boolean = true>(options: Options<ReadPersonalDataData, ThrowOnError>): RequestResult<ReadPersonalDataResponses, ReadPersonalDataErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<ReadPersonalDataResponses, ReadPersonalDataErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/users/{id}/personal-data',
            ...options
        });
    }
    
    /**
     * Erase what is stored about a user; this can’t be undone
     *
     * Requires the role `admin` and the permission `erase_person`. Not for tokens that are limited to Seam workspaces.
     */
    public eraseUser<ThrowOnError extends boolean = true>(options: Options<EraseUserData, ThrowOnError>): RequestResult<EraseUserResponses, EraseUserErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<EraseUserResponses, EraseUserErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/users/{id}/erasure',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * List what your app is told: follow it with `after`, or read the newest
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces finds only messages of its own.
     */
    public listMessages<ThrowOnError extends boolean = true>(options?: Options<ListMessagesData, ThrowOnError>): RequestResult<ListMessagesResponses, ListMessagesErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListMessagesResponses, ListMessagesErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/messages',
            ...options
        });
    }
    
    /**
     * Get a message, and what your app answered
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces finds only messages of its own.
     */
    public getMessage<ThrowOnError extends boolean = true>(options: Options<GetMessageData, ThrowOnError>): RequestResult<GetMessageResponses, GetMessageErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetMessageResponses, GetMessageErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/messages/{message_id}',
            ...options
        });
    }
    
    /**
     * Send a message again, with the id that it had
     *
     * Requires the role `support` and the permission `send_again`. A token that is limited to Seam workspaces finds only messages of its own.
     */
    public sendMessageAgain<ThrowOnError extends boolean = true>(options: Options<SendMessageAgainData, ThrowOnError>): RequestResult<SendMessageAgainResponses, SendMessageAgainErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<SendMessageAgainResponses, SendMessageAgainErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/messages/{message_id}/send',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * List the messages to your app about a connection, and what it answered
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public listConnectionMessages<ThrowOnError extends boolean = true>(options: Options<ListConnectionMessagesData, ThrowOnError>): RequestResult<ListConnectionMessagesResponses, ListConnectionMessagesErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<ListConnectionMessagesResponses, ListConnectionMessagesErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/messages',
            ...options
        });
    }
    
    /**
     * List who can sign in to the console
     *
     * Requires the role `admin` and the permission `manage_operators`. Not for tokens that are limited to Seam workspaces.
     */
    public listOperators<ThrowOnError extends boolean = true>(options?: Options<ListOperatorsData, ThrowOnError>): RequestResult<ListOperatorsResponses, ListOperatorsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListOperatorsResponses, ListOperatorsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/operators',
            ...options
        });
    }
    
    /**
     * Add an operator, with a password or with a link that signs them in once
     *
     * Requires the role `admin` and the permission `manage_operators`. Not for tokens that are limited to Seam workspaces.
     */
    public addOperator<ThrowOnError extends boolean = true>(options: Options<AddOperatorData, ThrowOnError>): RequestResult<AddOperatorResponses, AddOperatorErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<AddOperatorResponses, AddOperatorErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/operators',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Change an operator’s role, or disable or enable them: one change at a time
     *
     * Requires the role `admin` and the permission `manage_operators`. Not for tokens that are limited to Seam workspaces.
     */
    public changeOperator<ThrowOnError extends boolean = true>(options: Options<ChangeOperatorData, ThrowOnError>): RequestResult<ChangeOperatorResponses, ChangeOperatorErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).patch<ChangeOperatorResponses, ChangeOperatorErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/operators/{id}',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Create a link that signs an operator in once; their password and sessions end
     *
     * Requires the role `admin` and the permission `manage_operators`. Not for tokens that are limited to Seam workspaces.
     */
    public createSignInLink<ThrowOnError extends boolean = true>(options: Options<CreateSignInLinkData, ThrowOnError>): RequestResult<CreateSignInLinkResponses, CreateSignInLinkErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<CreateSignInLinkResponses, CreateSignInLinkErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/operators/{id}/sign-in-link',
            ...options
        });
    }
    
    /**
     * Get the queue’s status, as "queue status" prints it
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public getQueue<ThrowOnError extends boolean = true>(options?: Options<GetQueueData, ThrowOnError>): RequestResult<GetQueueResponses, GetQueueErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<GetQueueResponses, GetQueueErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/queue',
            ...options
        });
    }
    
    /**
     * Pause the queue: no more checks start until someone resumes it
     *
     * Requires the role `on-call` and the permission `pause_queue`. A token that is limited to several Seam workspaces says which one.
     */
    public pauseQueue<ThrowOnError extends boolean = true>(options: Options<PauseQueueData, ThrowOnError>): RequestResult<PauseQueueResponses, PauseQueueErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<PauseQueueResponses, PauseQueueErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/queue/pause',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Resume a paused queue
     *
     * Requires the role `on-call` and the permission `resume_queue`. A token that is limited to several Seam workspaces says which one.
     */
    public resumeQueue<ThrowOnError extends boolean = true>(options?: Options<ResumeQueueData, ThrowOnError>): RequestResult<ResumeQueueResponses, ResumeQueueErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).post<ResumeQueueResponses, ResumeQueueErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/queue/resume',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options?.headers
            }
        });
    }
    
    /**
     * List alerts: those that are open, then those that were over within 30 days
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listAlerts<ThrowOnError extends boolean = true>(options?: Options<ListAlertsData, ThrowOnError>): RequestResult<ListAlertsResponses, ListAlertsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListAlertsResponses, ListAlertsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/alerts',
            ...options
        });
    }
    
    /**
     * Silence one alert, a rule, or everything for a time
     *
     * Requires the role `on-call` and the permission `silence_alerts`. Not for tokens that are limited to Seam workspaces.
     */
    public silenceAlerts<ThrowOnError extends boolean = true>(options: Options<SilenceAlertsData, ThrowOnError>): RequestResult<SilenceAlertsResponses, SilenceAlertsErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<SilenceAlertsResponses, SilenceAlertsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/alerts/silences',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * End a silence before its time
     *
     * Requires the role `on-call` and the permission `silence_alerts`. Not for tokens that are limited to Seam workspaces.
     */
    public endAlertSilence<ThrowOnError extends boolean = true>(options: Options<EndAlertSilenceData, ThrowOnError>): RequestResult<EndAlertSilenceResponses, EndAlertSilenceErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<EndAlertSilenceResponses, EndAlertSilenceErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/alerts/silences/{id}/end',
            ...options
        });
    }
    
    /**
     * List open sessions of the console, the last used first: those of the token’s owner, or with manage_operators everyone’s
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listSessions<ThrowOnError extends boolean = true>(options?: Options<ListSessionsData, ThrowOnError>): RequestResult<ListSessionsResponses, ListSessionsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListSessionsResponses, ListSessionsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/sessions',
            ...options
        });
    }
    
    /**
     * End an open session of the console, anyone’s
     *
     * Requires the role `admin` and the permission `manage_operators`. Not for tokens that are limited to Seam workspaces.
     */
    public endSession<ThrowOnError extends boolean = true>(options: Options<EndSessionData, ThrowOnError>): RequestResult<EndSessionResponses, EndSessionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).delete<EndSessionResponses, EndSessionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/sessions/{id}',
            ...options
        });
    }
    
    /**
     * Get who has a connection, whether it is snoozed, and how many notes it has
     *
     * Requires the role `viewer` and the permission `view`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public getShift<ThrowOnError extends boolean = true>(options: Options<GetShiftData, ThrowOnError>): RequestResult<GetShiftResponses, GetShiftErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<GetShiftResponses, GetShiftErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/shift',
            ...options
        });
    }
    
    /**
     * Assign a connection to an operator, or to nobody
     *
     * Requires the role `support` and the permission `assign`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public assignConnection<ThrowOnError extends boolean = true>(options: Options<AssignConnectionData, ThrowOnError>): RequestResult<AssignConnectionResponses, AssignConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<AssignConnectionResponses, AssignConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/assign',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Keep a connection out of sight until a time, or until there is news of it
     *
     * Requires the role `support` and the permission `snooze`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public snoozeConnection<ThrowOnError extends boolean = true>(options: Options<SnoozeConnectionData, ThrowOnError>): RequestResult<SnoozeConnectionResponses, SnoozeConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<SnoozeConnectionResponses, SnoozeConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/snooze',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Have a snoozed connection in sight again
     *
     * Requires the role `support` and the permission `snooze`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public wakeConnection<ThrowOnError extends boolean = true>(options: Options<WakeConnectionData, ThrowOnError>): RequestResult<WakeConnectionResponses, WakeConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<WakeConnectionResponses, WakeConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/wake',
            ...options
        });
    }
    
    /**
     * List the saved views of the token’s owner, and those that others share
     *
     * Requires the role `viewer` and the permission `view`. Not for tokens that are limited to Seam workspaces.
     */
    public listViews<ThrowOnError extends boolean = true>(options?: Options<ListViewsData, ThrowOnError>): RequestResult<ListViewsResponses, ListViewsErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListViewsResponses, ListViewsErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/views',
            ...options
        });
    }
    
    /**
     * Share a saved view with everyone
     *
     * Requires the role `support` and the permission `share_view`. Not for tokens that are limited to Seam workspaces.
     */
    public shareView<ThrowOnError extends boolean = true>(options: Options<ShareViewData, ThrowOnError>): RequestResult<ShareViewResponses, ShareViewErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<ShareViewResponses, ShareViewErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/views/{id}/share',
            ...options
        });
    }
    
    /**
     * Stop sharing a saved view
     *
     * Requires the role `support` and the permission `share_view`. Not for tokens that are limited to Seam workspaces.
     */
    public unshareView<ThrowOnError extends boolean = true>(options: Options<UnshareViewData, ThrowOnError>): RequestResult<UnshareViewResponses, UnshareViewErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<UnshareViewResponses, UnshareViewErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/views/{id}/unshare',
            ...options
        });
    }
    
    /**
     * List API tokens, without their secrets
     *
     * Requires the role `admin` and the permission `manage_tokens`. Not for tokens that are limited to Seam workspaces.
     */
    public listTokens<ThrowOnError extends boolean = true>(options?: Options<ListTokensData, ThrowOnError>): RequestResult<ListTokensResponses, ListTokensErrors, ThrowOnError, 'data'> {
        return (options?.client ?? this.client).get<ListTokensResponses, ListTokensErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/tokens',
            ...options
        });
    }
    
    /**
     * Create a token, which belongs to the owner of the one that is used; its secret is shown only once
     *
     * Requires the role `admin` and the permission `manage_tokens`. Not for tokens that are limited to Seam workspaces.
     */
    public createToken<ThrowOnError extends boolean = true>(options: Options<CreateTokenData, ThrowOnError>): RequestResult<CreateTokenResponses, CreateTokenErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<CreateTokenResponses, CreateTokenErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/tokens',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Give a token a new secret; the old one works until the overlap ends
     *
     * Requires the role `admin` and the permission `manage_tokens`. Not for tokens that are limited to Seam workspaces.
     */
    public rotateToken<ThrowOnError extends boolean = true>(options: Options<RotateTokenData, ThrowOnError>): RequestResult<RotateTokenResponses, RotateTokenErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<RotateTokenResponses, RotateTokenErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/tokens/{id}/rotate',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Revoke a token: it stops working at once
     *
     * Requires the role `admin` and the permission `manage_tokens`. Not for tokens that are limited to Seam workspaces.
     */
    public revokeToken<ThrowOnError extends boolean = true>(options: Options<RevokeTokenData, ThrowOnError>): RequestResult<RevokeTokenResponses, RevokeTokenErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<RevokeTokenResponses, RevokeTokenErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/tokens/{id}/revoke',
            ...options
        });
    }
    
    /**
     * Create a Connect Webview for a user
     *
     * Requires the role `support` and the permission `create_webview`. A token that is limited to Seam workspaces uses its own only.
     */
    public createWebview<ThrowOnError extends boolean = true>(options: Options<CreateWebviewData, ThrowOnError>): RequestResult<CreateWebviewResponses, CreateWebviewErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<CreateWebviewResponses, CreateWebviewErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/webviews',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Create a Connect Webview for the user of an account, to connect it again
     *
     * Requires the role `support` and the permission `create_webview`. A token that is limited to Seam workspaces finds only accounts in its own.
     */
    public reconnectAccount<ThrowOnError extends boolean = true>(options: Options<ReconnectAccountData, ThrowOnError>): RequestResult<ReconnectAccountResponses, ReconnectAccountErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<ReconnectAccountResponses, ReconnectAccountErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/accounts/{account_id}/reconnect-webview',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Find users by id, or by the start of their e-mail or name
     *
     * Requires the role `support` and the permission `link`. Not for tokens that are limited to Seam workspaces.
     */
    public findUsers<ThrowOnError extends boolean = true>(options: Options<FindUsersData, ThrowOnError>): RequestResult<FindUsersResponses, FindUsersErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).get<FindUsersResponses, FindUsersErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/users',
            ...options
        });
    }
    
    /**
     * Link the connection’s account to a user, by hand
     *
     * Requires the role `support` and the permission `link`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public linkConnection<ThrowOnError extends boolean = true>(options: Options<LinkConnectionData, ThrowOnError>): RequestResult<LinkConnectionResponses, LinkConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<LinkConnectionResponses, LinkConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/link',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * End the link of the connection’s account by hand, so that no one is linked to it
     *
     * Requires the role `support` and the permission `link`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public unlinkConnection<ThrowOnError extends boolean = true>(options: Options<UnlinkConnectionData, ThrowOnError>): RequestResult<UnlinkConnectionResponses, UnlinkConnectionErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<UnlinkConnectionResponses, UnlinkConnectionErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/unlink',
            ...options,
            headers: {
                'Content-Type': 'application/json',
                ...options.headers
            }
        });
    }
    
    /**
     * Undo a link made or ended by hand, and restore what was there before
     *
     * Requires the role `support` and the permission `link`. A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.
     */
    public undoLink<ThrowOnError extends boolean = true>(options: Options<UndoLinkData, ThrowOnError>): RequestResult<UndoLinkResponses, UndoLinkErrors, ThrowOnError, 'data'> {
        return (options.client ?? this.client).post<UndoLinkResponses, UndoLinkErrors, ThrowOnError, 'data'>({
            responseStyle: 'data',
            security: [{ scheme: 'bearer', type: 'http' }],
            url: '/connections/{subject}/links/{audit_id}/undo',
            ...options
        });
    }
}
