import type { Actor } from '../../access/actor.ts';
import type { Permission } from '../../access/permissions.ts';
import type { Session } from '../../operators/sessions.ts';
import type { Desk } from '../../support/desk.ts';
import type { Html } from './html.ts';

/** One operator's request for a page, or to do something. */
export type Visit = Readonly<{
  desk: Desk;
  session: Session;
  /** Who does it, as the audit log names them; a form's number is its idempotencyKey. */
  actor: Actor;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** What a form sent; empty for a page. */
  form: URLSearchParams;
  /** The path and query of this very page. */
  url: string;
  /** Whether keys do something by themselves, as they have chosen in this browser. */
  hasSingleKeys: boolean;
  /** How this console is reached from outside: `https://support.example.com`, `https://app.example.com/locks`; empty where nobody has said. */
  publicUrl: string;
}>;

export type Reply =
  | Readonly<{
      kind: 'page';
      status?: number;
      title: string;
      /** Which entry of the menu it belongs to. */
      section?: Section;
      body: Html;
    }>
  /** After something was done: the page to look at, and what it tells. */
  | Readonly<{
      kind: 'redirect';
      to: string;
      notice?: NonNullable<Session['notice']>;
      /** Of a second click: what the first one tells (and how that is undone) goes before this notice. */
      isSecond?: true;
      /** Whether keys are to do something by themselves from now on, in this browser. */
      singleKeys?: boolean;
      /** For the security log: whose passkey (`operator:3`) was added or removed. */
      passkey?: Readonly<{ event: 'passkey_added' | 'passkey_removed'; whose: string }>;
    }>
  /** For a script of ours. */
  | Readonly<{ kind: 'json'; body: unknown }>
  | Readonly<{
      kind: 'download';
      fileName: string;
      contentType: string;
      /** Piece by piece, so that a large one is never whole in memory. */
      body: AsyncIterable<string>;
    }>;

/** The menu; an entry that takes a role is shown to whoever has it. */
export const SECTIONS = {
  attention: { label: 'Needs attention', path: [] },
  mine: { label: 'My cases', path: ['mine'] },
  connections: { label: 'Connections', path: ['connections'] },
  bulk: { label: 'Bulk runs', path: ['bulk-runs'] },
  queue: { label: 'Queue', path: ['queue'] },
  alerts: { label: 'Alerts', path: ['alerts'] },
  drift: { label: 'Drift', path: ['drift'] },
  endpoints: { label: 'Endpoints', path: ['endpoints'] },
  audit: { label: 'Audit log', path: ['audit-log'] },
  operators: { label: 'Operators', path: ['operators'], needs: 'manage_operators' },
} as const satisfies Record<string, { label: string; path: readonly string[]; needs?: Permission }>;
export type Section = keyof typeof SECTIONS;

/** One address of the console. The server refuses whoever lacks the permission, whatever the page shows. */
export type ConsoleRoute = Readonly<{
  method: 'get' | 'post';
  /** Below `/support`, as Express writes it: `/connections/:subject`. */
  path: string;
  needs: Permission;
  /** @throws SupportError for what is answered with a page of its own (404, 403, 409, 422) */
  handle: (visit: Visit) => Promise<Reply>;
}>;

/** A page. */
export const page = (
  section: Section | undefined,
  title: string,
  body: Html,
  status = 200,
): Reply => ({ kind: 'page', title, body, status, ...(section === undefined ? {} : { section }) });
