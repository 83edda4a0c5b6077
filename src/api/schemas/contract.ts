import { z } from 'zod';
import { LINK_MESSAGE_TYPES } from '../../model/message.ts';
import {
  accountId,
  accountState,
  described,
  flag,
  instant,
  instantOrNull,
  number,
  text,
  textOrNull,
  workspaceIdOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

const APP_ACCOUNT = {
  connected_account_id: SAMPLE.account_id,
  workspace_id: SAMPLE.workspace_id,
  user_id: SAMPLE.user_id,
  linked_at: SAMPLE.at,
  is_provisional: false,
  account_type: 'august',
  account_type_display_name: 'August',
  display_name: 'ada@palmer.example',
  state: 'connected',
  state_since: SAMPLE.at,
  connect_webview_id: SAMPLE.webview_id,
} as const;

const appAccount = named(
  'AppAccount',
  'A connected account: who it belongs to, and how it stands.',
  z.strictObject({
    connected_account_id: accountId,
    workspace_id: workspaceIdOrNull,
    user_id: textOrNull(
      'The user that it is linked to now, as your users table has the id; null: nobody',
      SAMPLE.user_id,
    ),
    linked_at: instantOrNull('When that link was made; null: there is none'),
    is_provisional: flag(
      'Whether only a signed event speaks for the link so far: Seam confirms or ends it within moments of being reachable',
    ),
    account_type: textOrNull('Its maker, as Seam’s key; null: not known', 'august'),
    account_type_display_name: textOrNull('Its maker, for people; null: not known', 'August'),
    display_name: textOrNull(
      'What Seam calls it, often the e-mail of whoever signed in; masked if the role can’t see e-mails; null: nothing',
      'ada@palmer.example',
    ),
    state: accountState.nullable().describe('How it stands; null: Seam has not shown it yet'),
    state_since: instantOrNull(
      'Since when: by Seam’s time if Seam gives one, else since it was first seen so; null: not known',
    ),
    connect_webview_id: textOrNull(
      'The Connect Webview that led to it last; null: none is known',
      SAMPLE.webview_id,
    ),
  }),
  APP_ACCOUNT,
);

export const accountPage = named(
  'AccountPage',
  'Connected accounts, in the order of their ids.',
  z.strictObject({
    accounts: described(z.array(appAccount), 'Those of this page'),
    next_cursor: textOrNull('`cursor` of the next page; null: this is the last'),
    position: number(
      'Where the feed of links goes on from this page: all that was committed before it is in the page, and what comes after is in `GET /links?after=`. Of several pages, keep that of the first',
      48_211,
    ),
  }),
  { accounts: [APP_ACCOUNT], next_cursor: null, position: 48_211 },
);

const CHANGE = {
  type: 'account.linked',
  timestamp: SAMPLE.at,
  data: {
    message_id: '5b0c8f57-61d4-4b5a-9f0e-2f6f0d6b7a33',
    position: 48_212,
    about: SAMPLE.subject,
    sequence: 1,
    workspace_id: SAMPLE.workspace_id,
    user_id: SAMPLE.user_id,
    connected_account_id: SAMPLE.account_id,
    connect_webview_id: SAMPLE.webview_id,
    state: 'connected',
    account_type: 'august',
    account_type_display_name: 'August',
    is_provisional: false,
    before: { user_id: null },
  },
} as const;

const changeData = named(
  'LinkChangeData',
  'Of which account, and what became of it.',
  z.looseObject({
    message_id: text(
      'The same wherever your app reads of this change: it can skip what it has seen',
      CHANGE.data.message_id,
    ),
    position: number('Its place in the feed', CHANGE.data.position),
    about: text('The connection, as a subject', SAMPLE.subject),
    sequence: number('Counts the messages about this connection, without a gap', 1),
    workspace_id: workspaceIdOrNull,
    user_id: textOrNull('Whose the account is from then on; null: nobody’s', SAMPLE.user_id),
    connected_account_id: textOrNull('The connected account', SAMPLE.account_id),
    connect_webview_id: textOrNull(
      'The webview that led to it; null: none is known',
      SAMPLE.webview_id,
    ),
    trace_id: text(
      'Of the trace in which it came about; absent: none was recorded',
      SAMPLE.trace_id,
    ).optional(),
    state: accountState.optional().describe('How the account stood then; absent: not known'),
    account_type: text('Its maker, as Seam’s key; absent: not known', 'august').optional(),
    account_type_display_name: text(
      'Its maker, for people; absent: not known',
      'August',
    ).optional(),
    is_provisional: flag(
      'Whether only a signed event spoke for the link; absent: there was none any more',
    ).optional(),
    because: text(
      'Why the link before ended; absent: there was none before',
      'relinked',
    ).optional(),
    before: described(
      z.looseObject({
        user_id: textOrNull('Whose it was; null: nobody’s').optional(),
      }),
      'What your app was told before of what has changed',
    ).optional(),
  }),
  CHANGE.data,
);

export const linkFeed = named(
  'LinkFeed',
  'What became of links, in the order of commits.',
  z.strictObject({
    changes: described(
      z.array(
        named(
          'LinkChange',
          'An account was linked, came to another user, or is nobody’s any more: the same, field by field, as your endpoints are sent.',
          z.strictObject({
            type: named(
              'LinkChangeType',
              'What happened. `account.linked`: to a user, and to nobody before; `account.relinked`: to another user; `account.unlinked`: to nobody any more.',
              z.enum(LINK_MESSAGE_TYPES),
              'account.linked',
            ),
            timestamp: instant('When it happened'),
            data: changeData,
          }),
          CHANGE,
        ),
      ),
      'The oldest first',
    ),
    next: number('`after` of the next request', 48_212),
    more: flag('Whether there are more by now: ask again at once'),
  }),
  { changes: [CHANGE], next: 48_212, more: false },
);
