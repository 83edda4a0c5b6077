import { type Actor, may } from '../access/actor.ts';
import { identifierFor, wordsFor } from '../access/mask.ts';
import { redact } from '../access/redact.ts';
import type { ChangeRecord } from '../audit-log/read.ts';
import type { Trouble } from '../reconcile/account-state.ts';
import type { Pause } from '../reconcile/pauses.ts';
import type { Profile } from '../users/profiles.ts';
import type { AccountCase, SeamsView } from './accounts/account.ts';
import type { BulkRun } from './bulk/read.ts';
import type { LinkCause, LinkRecord } from './cases/link-history.ts';
import type { Note } from './cases/notes.ts';

type Reader = Pick<Actor, 'role'>;

/** A note as this person may read it. */
export const noteFor = (actor: Reader, note: Note): Note => ({
  ...note,
  text: wordsFor(actor, note.text),
});

/** A change as this person may read it. */
export const changeFor = (actor: Reader, change: ChangeRecord): ChangeRecord => {
  const side = (values: ChangeRecord['before']) => values && hiddenFor(actor, values);
  return {
    ...change,
    before: side(change.before),
    after: side(change.after),
    why: change.why && wordsFor(actor, change.why),
  };
};

const hiddenFor = <T>(actor: Reader, value: T): T =>
  redact(value, { forViewer: !may(actor, 'see_emails') }) as T;

/** A link as this person may read of it: who made it gave a reason in their own words. */
export const linkFor = (actor: Reader, link: LinkRecord): LinkRecord => {
  const cause = (of: LinkCause): LinkCause => ({ ...of, why: of.why && wordsFor(actor, of.why) });
  return {
    ...link,
    linked_by: cause(link.linked_by),
    unlinked_by: link.unlinked_by && cause(link.unlinked_by),
  };
};

/** An account's troubles as this person may read them: Seam's own message may name its owner. */
export const troublesFor = (actor: Reader, troubles: readonly Trouble[]): readonly Trouble[] =>
  troubles.map(trouble => ({
    ...trouble,
    sentence: wordsFor(actor, trouble.sentence),
    message: trouble.message && wordsFor(actor, trouble.message),
  }));

/** A user of the app as this person may see them: there are tables where the name is the e-mail. */
export const profileFor = (actor: Reader, { name, email, ...profile }: Profile): Profile => ({
  ...profile,
  name: name && wordsFor(actor, name),
  email: identifierFor(actor, email),
});

/** A bulk run as this person may read of it. */
export const bulkRunFor = (actor: Reader, run: BulkRun): BulkRun => ({
  ...run,
  why: run.why && wordsFor(actor, run.why),
});

/** A pause as this person may read of it. */
export const pauseFor = (actor: Reader, pause: Pause): Pause => ({
  ...pause,
  why: wordsFor(actor, pause.why),
});

/** An account as this person may see it: its metadata are whatever an app has put there. */
export const accountFor = (actor: Reader, account: AccountCase): AccountCase => {
  const { here, seam } = account;
  const shown = <Of extends ShownOfAccount>(of: Of): Of => ({
    ...of,
    custom_metadata: hiddenFor(actor, of.custom_metadata),
    errors: hiddenFor(actor, of.errors),
    warnings: hiddenFor(actor, of.warnings),
    troubles: troublesFor(actor, of.troubles),
  });
  return {
    ...account,
    here: here && { ...shown(here), display_name: identifierFor(actor, here.display_name) },
    seam: seam.kind === 'shown' ? shown(seam) : seam,
    differences: account.differences.map(({ field, ...sides }) => {
      const side = (value: unknown): unknown =>
        field === 'display_name' && typeof value === 'string'
          ? identifierFor(actor, value)
          : hiddenFor(actor, value);
      return { field, here: side(sides.here), seam: side(sides.seam) };
    }),
  };
};

type ShownOfAccount = Omit<Extract<SeamsView, { kind: 'shown' }>, 'kind'>;
