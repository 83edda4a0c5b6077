import { type Html, html } from './html.ts';

type Faults = Readonly<Record<string, string>>;

/**
 * What is wrong with what was typed, with links to the fields; nothing where all is well.
 *
 * @param ids of the fields by name, where they are on the page
 */
export const errorSummary = (faults: Faults, ids: Readonly<Record<string, string>>): Html | null =>
  Object.keys(faults).length === 0
    ? null
    : html`<div class="fault" role="alert"><ul>${Object.entries(faults).map(([field, message]) => {
        const id = ids[field];
        return id === undefined
          ? html`<li>${message}</li>`
          : html`<li id="${id}-fault"><a href="#${id}">${message}</a></li>`;
      })}</ul></div>`;

/** The attributes of a field that say what is wrong with it. */
export const fieldFault = (faults: Faults, field: string, id: string): Html | null =>
  faults[field] === undefined ? null : html` aria-invalid="true" aria-describedby="${id}-fault"`;
