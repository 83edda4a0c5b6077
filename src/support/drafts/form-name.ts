/* What a form is called in a draft: `notes connected_account:…` of a case, else where it is sent: `endpoints/add`. Pure. */

/** Which form of which case; null of any other form. */
export const ofCase = (name: string): { form: string; subject: string } | null => {
  const [form = '', subject = ''] = name.split(/ (.*)/s);
  return subject === '' ? null : { form, subject };
};

/** What the changes are said to be of that such a form makes (`target` of the audit log); null: many things. */
export const targetOf = (name: string): string | null => {
  const known = ofCase(name);
  if (known !== null) return known.subject;
  const [section = '', id = ''] = name.split('/');
  if (!/^\d{1,15}$/.test(id)) return null;
  switch (section) {
    case 'endpoints':
      return `endpoint:${id}`;
    case 'bulk-runs':
      return `bulk_run:${id}`;
    case 'operators':
      return `operator:${id}`;
    case 'tokens':
      return `token:${id}`;
    default:
      return null;
  }
};
