import { type Actor, may } from './actor.ts';

/**
 * `a•••@l•••.example`: enough to compare with a ticket, too little to write to. Pure. What is no e-mail
 * (a phone number, a name) keeps its first and its last two characters.
 */
export const maskIdentifier = (text: string): string => {
  const at = text.lastIndexOf('@');
  if (at < 1) return text.length <= 4 ? '•••' : `${text.slice(0, 1)}•••${text.slice(-2)}`;
  const domain = text.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  const end = dot < 1 ? '' : domain.slice(dot);
  return `${text.slice(0, 1)}•••@${domain.slice(0, 1)}•••${end}`;
};

/** An e-mail (or the like) as this person may see it. */
export const identifierFor = (actor: Pick<Actor, 'role'>, text: string | null): string | null =>
  text === null || may(actor, 'see_emails') ? text : maskIdentifier(text);
