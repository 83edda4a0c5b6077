import { describe, expect, test } from 'vitest';
import { chosenOf, type Known, wantedOf } from '../../../src/support/bulk/whom.ts';
import type { Lookup } from '../../../src/users/id-type.ts';

const ACCOUNT = {
  claimed: 'tenant-9:ada',
  userIdentifier: { email: 'Ada@Example.com' },
  displayName: 'ada@work.example',
};

describe('whom an account is to be linked to', () => {
  test.each([
    { given: { userId: 'grace' }, wanted: { kind: 'id', id: 'grace' } },
    { given: { withoutPrefix: 'tenant-9:' }, wanted: { kind: 'id', id: 'ada' } },
    { given: { withoutPrefix: '' }, wanted: { kind: 'id', id: 'tenant-9:ada' } },
    { given: { withPrefix: 'eu/' }, wanted: { kind: 'id', id: 'eu/tenant-9:ada' } },
    {
      given: { withoutPrefix: 'tenant-9:', withPrefix: 'eu/' },
      wanted: { kind: 'id', id: 'eu/ada' },
    },
    { given: { withoutPrefix: 'tenant-8:' }, wanted: { kind: 'nobody', why: 'other_prefix' } },
    { given: { withoutPrefix: 'tenant-9:ada' }, wanted: { kind: 'nobody', why: 'names_nobody' } },
    {
      given: { byEmail: true },
      wanted: { kind: 'emails', emails: ['ada@example.com', 'ada@work.example'] },
    },
  ] as const)('$given: $wanted', ({ given, wanted }) => {
    expect(wantedOf(ACCOUNT, given)).toEqual(wanted);
  });

  test('one that names nobody, or shows no e-mail, is left out', () => {
    const silent = { claimed: null, userIdentifier: null, displayName: 'Front door' };
    expect(wantedOf(silent, { withoutPrefix: '' })).toEqual({
      kind: 'nobody',
      why: 'names_nobody',
    });
    expect(wantedOf(silent, { byEmail: true })).toEqual({ kind: 'nobody', why: 'no_email' });
  });
});

describe('the one user that is meant', () => {
  const known: Known = {
    byId: new Map<string, Lookup>([
      ['ADA', { kind: 'found', userId: 'ada' }],
      ['nobody', { kind: 'none' }],
      ['two', { kind: 'impossible', why: 'several have it' }],
    ]),
    byEmail: new Map([
      ['one@x.example', ['ada']],
      ['same@x.example', ['ada']],
      ['both@x.example', ['ada', 'grace']],
      ['none@x.example', []],
    ]),
  };
  const emails = (...all: string[]) => ({ kind: 'emails', emails: all }) as const;

  test.each([
    { wanted: { kind: 'id', id: 'ADA' } as const, chosen: { userId: 'ada' } },
    { wanted: { kind: 'id', id: 'nobody' } as const, chosen: { why: 'no_such_user' } },
    { wanted: { kind: 'id', id: 'two' } as const, chosen: { why: 'no_such_user' } },
    { wanted: { kind: 'id', id: 'never asked' } as const, chosen: { why: 'no_such_user' } },
    { wanted: emails('one@x.example', 'same@x.example'), chosen: { userId: 'ada' } },
    { wanted: emails('none@x.example', 'one@x.example'), chosen: { userId: 'ada' } },
    { wanted: emails('both@x.example'), chosen: { why: 'email_of_several' } },
    { wanted: emails('none@x.example'), chosen: { why: 'email_of_nobody' } },
    { wanted: { kind: 'nobody', why: 'no_email' } as const, chosen: { why: 'no_email' } },
  ])('$wanted: $chosen', ({ wanted, chosen }) => {
    expect(chosenOf(wanted, known)).toEqual(chosen);
  });
});
