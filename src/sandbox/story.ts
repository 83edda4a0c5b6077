import { setTimeout as sleep } from 'node:timers/promises';
import { shellActor } from '../access/actor.ts';
import type { Db } from '../db/client.ts';
import { type Subject, subjectOf } from '../model/subject.ts';
import { dismiss } from '../support/cases/dismiss.ts';
import { addNote } from '../support/cases/notes.ts';
import type { LockMaker } from './accounts.ts';
import type { SandboxApp } from './app.ts';
import {
  accountNameOf,
  connectionOf,
  latestConnections,
  outcomeOf,
  ownerOf,
} from './connections.ts';
import type { SandboxSeam } from './seam.ts';

type Stage = Readonly<{ app: SandboxApp; seam: Pick<SandboxSeam, 'event'>; db: Db }>;

/** Something that happens, told in a line. @returns what the reconciler is to look at because of it */
type Scene = Readonly<{ told: string; play: (stage: Stage) => Promise<Subject> }>;

const ofWebview = (id: string): Subject => subjectOf('connect_webview', id);
const ofAccount = (id: string): Subject => subjectOf('connected_account', id);

/** @returns the account that was connected, once it is linked */
const connected = async ({ app, db }: Stage, user: string, email: string): Promise<string> => {
  const { connect_webview_id, connected_account_id } = await app.connect(user, email);
  await untilLookedAt(db, ofWebview(connect_webview_id));
  return connected_account_id;
};

/** Connects an account, and then once more. */
const again = async (
  stage: Stage,
  email: string,
  first: string,
  then: string | null,
): Promise<Subject> => {
  const accountId = await connected(stage, first, email);
  const { connect_webview_id: id } = await stage.app.connect(then, email, { accountId });
  return ofWebview(id);
};

const thenChange = async (
  stage: Stage,
  email: string,
  user: string,
  change: 'disconnect' | 'delete',
): Promise<Subject> => {
  const accountId = await connected(stage, user, email);
  await stage.app.change(accountId, change);
  return ofAccount(accountId);
};

const connect = async (
  { app }: Stage,
  user: string | true | null,
  email: string,
  maker: LockMaker = 'august',
): Promise<Subject> => {
  const { connect_webview_id: id } = await app.connect(user, email, { maker });
  return ofWebview(id);
};

/** What support did in the sandbox, as the audit log names them. */
const SUPPORT = shellActor('sandbox');
const CALL =
  'Grace called: she connected her Schlage lock this morning, but the app doesn’t show it.';
const toSupport = ({ db }: Stage) => ({ pool: db.$client });

const lookedAt = async (
  stage: Stage,
  user: string | null,
  email: string,
  maker?: LockMaker,
): Promise<Subject> => {
  const subject = await connect(stage, user, email, maker);
  await untilLookedAt(stage.db, subject);
  return subject;
};

/** Seam tells of something that it does not know, or of nothing. */
const tell = async (
  { app, seam }: Stage,
  type: string,
  fields: Readonly<Record<string, string>>,
): Promise<string> => {
  const event = seam.event(type, fields);
  await app.tell(event);
  return event.event_id;
};

const SCENES: readonly Scene[] = [
  {
    told: 'Ada connects her August account. Seam sends four webhooks for it.',
    play: stage => connect(stage, 'ada', 'ada@locks.example'),
  },
  {
    told: 'Grace connects her Yale account.',
    play: stage => connect(stage, 'grace', 'grace@locks.example', 'yale'),
  },
  {
    told: 'Alan has sold his house to Grace. She connects his account again, and it becomes hers.',
    play: stage => again(stage, 'house@locks.example', 'alan', 'grace'),
  },
  {
    told: 'Ada reconnects another account, and the app forgets her id. The link is kept.',
    play: stage => again(stage, 'office@locks.example', 'ada', null),
  },
  {
    told: 'Alan changes his password, so his account is disconnected.',
    play: stage => thenChange(stage, 'alan@locks.example', 'alan', 'disconnect'),
  },
  {
    told: "Grace's old account is deleted.",
    play: stage => thenChange(stage, 'old@locks.example', 'grace', 'delete'),
  },
  {
    told: 'Someone connects an account, but the app forgot to put a user id into the webview. Support notes who called.',
    play: async stage => {
      const subject = await lookedAt(stage, null, 'grace@example.com', 'schlage');
      await addNote(toSupport(stage), SUPPORT, subject, CALL);
      return subject;
    },
  },
  {
    told: 'A developer tests with an id that no user has. Support dismisses it.',
    play: async stage => {
      const subject = await lookedAt(stage, 'test-1', 'developer@locks.example');
      await dismiss(toSupport(stage), SUPPORT, subject, {
        why: 'A developer’s test; no user is waiting.',
      });
      return subject;
    },
  },
  {
    told: 'Someone connects an account, but the app put "true" where the id belongs.',
    play: stage => connect(stage, true, 'mistaken@locks.example'),
  },
  {
    told: 'Someone connects an account with an id that no user has.',
    play: stage => connect(stage, 'user_who_left', 'gone@locks.example'),
  },
  {
    told: "Seam sends events for an unfinished webview, for a webview and an account that it then doesn't know, and one that names neither.",
    play: async stage => {
      const webview = { connect_webview_id: await stage.app.open('alan') };
      await tell(stage, 'connect_webview.login_succeeded', webview);
      const unknown = { connect_webview_id: 'connect_webview_unknown' };
      await tell(stage, 'connect_webview.login_succeeded', unknown);
      const account = { connected_account_id: 'connected_account_unknown' };
      await tell(stage, 'connected_account.connected', account);
      await tell(stage, 'connect_webview.login_succeeded', {});
      return ofAccount('connected_account_unknown');
    },
  },
];

/** Plays a few connections, telling each, and waits until all of them have been looked at. */
export const playStory = async (stage: Stage, tellLine: (line: string) => void): Promise<void> => {
  const subjects: Subject[] = [];
  for (const { told, play } of SCENES) {
    tellLine(told);
    subjects.push(await play(stage));
  }
  for (const subject of subjects) await untilLookedAt(stage.db, subject);
};

const LOOK_LIMIT_MS = 30_000;

/** @throws Error when nothing has looked at it in half a minute */
const untilLookedAt = async (db: Db, subject: Subject): Promise<void> => {
  const deadline = Date.now() + LOOK_LIMIT_MS;
  while (Date.now() < deadline) {
    const connection = await connectionOf(db, subject);
    if (connection !== null && connection.state !== 'pending') return;
    await sleep(50);
  }
  throw new Error(`${subject} was not checked; see the log`);
};

const LONGEST_TABLE = 30;

/** Everything the sandbox knows of: user → account → outcome, the oldest first. */
export const storyTable = async (db: Db): Promise<string[][]> =>
  (await latestConnections(db, LONGEST_TABLE))
    .map(connection => [
      ownerOf(connection),
      connection.email === null ? '-' : accountNameOf(connection),
      outcomeOf(connection),
      connection.webviewId ?? connection.subject,
    ])
    .reverse();
