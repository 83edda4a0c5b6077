import { type Actor, may } from './actor.ts';
import type { ChangeRecord } from './audit-log.ts';
import type { Note } from './notes.ts';
import { hideEmails, redact } from './redact.ts';

/** A note as this person may read it. */
export const noteFor = (actor: Pick<Actor, 'role'>, note: Note): Note =>
  may(actor, 'see_emails') ? note : { ...note, text: hideEmails(note.text) };

/** A change as this person may read it. */
export const changeFor = (actor: Pick<Actor, 'role'>, change: ChangeRecord): ChangeRecord => {
  const forViewer = !may(actor, 'see_emails');
  const side = (values: ChangeRecord['before']) =>
    values === null ? null : (redact(values, { forViewer }) as ChangeRecord['before']);
  return {
    ...change,
    before: side(change.before),
    after: side(change.after),
    why: change.why === null || !forViewer ? change.why : hideEmails(change.why),
  };
};
