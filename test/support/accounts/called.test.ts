import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountEmails, accountIdentifier } from '../../../src/access/mask.ts';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';

/* Seam tells who an account is in `display_name`; `user_identifier` may be gone one day. */

describe('what an account is called', () => {
  test.each([
    [{ email: 'a@l.example' }, 'Ada at home', 'a@l.example', ['a@l.example']],
    [{ email: 'a@l.example' }, 'A@L.example', 'a@l.example', ['a@l.example']],
    [{ email: 'a@l.example' }, 'b@l.example', 'a@l.example', ['a@l.example', 'b@l.example']],
    [{}, ' b@l.example ', ' b@l.example ', ['b@l.example']],
    [{ username: 'ada' }, 'Ada', 'ada', []],
    [{ email: 7 }, null, null, []],
    [{}, 'Ada @ home', 'Ada @ home', []],
  ])('%j and %j', (userIdentifier, displayName, identifier, emails) => {
    expect(accountIdentifier({ userIdentifier, displayName })).toBe(identifier);
    expect(accountEmails({ userIdentifier, displayName })).toEqual(emails);
  });
});

describe('an account that Seam shows a display_name of, and nothing else', () => {
  let desk: TestDesk;
  const subject = 'connected_account:a1';
  const path = `/support/connections/${encodeURIComponent(subject)}`;
  const name = 'Ada@Locks.example';
  beforeAll(async () => {
    desk = await openDesk();
    await addConnection(desk.database, {
      subject,
      reason: 'metadata_id_missing',
      accountId: 'a1',
    });
    await desk.database.pool.query(
      `insert into reconciler.users (id, name, email) values ('u1', 'Ada Lovelace', 'ada@locks.example');
       insert into reconciler.connected_accounts
              (connected_account_id, account_type, display_name, user_identifier, custom_metadata, errors,
               warnings, accepted_capabilities, state, state_since, times_disconnected, last_connected_at,
               image_url, time_zone, read_by_run)
       values ('a1', 'ecobee', '${name}', '{}', '{}', '[{"error_code": "of_next_year", "message": "Gone."}]',
               '[]', '["thermostat"]', 'disconnected', '2026-11-26T12:25:00Z', 3, '2026-11-25T08:00:00Z',
               'https://images.example/ecobee.png', 'Europe/Berlin', 1)`,
    );
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  const searchFor = async (q: string) =>
    (await desk.call('support', 'GET', `/search?${new URLSearchParams({ q })}`)).body;

  test('is found by it, whether or not it is an e-mail', async () => {
    expect(await searchFor('ada@locks.EXAMPLE')).toMatchObject({
      connections: [{ subject, found_by: 'account_email', account_identifier: name }],
    });
    const rename = (to: string) =>
      desk.database.pool.query('update reconciler.connected_accounts set display_name = $1', [to]);
    const long = `Ada’s ${'very '.repeat(1_000)}long name`;
    await rename(long);
    expect(await searchFor(`ADA’S ${'very '.repeat(80)}`)).toMatchObject({ connections: [] });
    await rename('Ada’s House');
    expect(await searchFor('ada’s house')).toMatchObject({
      connections: [{ subject, found_by: 'account_name' }],
    });
    await rename(name);
  });

  test('its user is proposed by the e-mail, and the e-mails agree', async () => {
    const { text } = await desk.clerks.support.get(`${path}/link`);
    expect(text).toMatch(/Ada Lovelace[\s\S]*has the same e-mail as the account/);
    const chosen = await desk.clerks.support.get(`${path}/link?user=u1`);
    expect(chosen.text).toContain('same as the account’s');
  });

  test('is masked for viewers wherever it stands for who it is', async () => {
    const { text } = await desk.clerks.viewer.get(path);
    expect(text).toContain('A•••@L•••.example');
    expect(text).not.toContain(name);
    const { body } = await desk.call('viewer', 'GET', '/accounts/a1');
    expect(JSON.stringify(body)).not.toContain(name);
  });

  test('its page says since when, how often, when it last worked, and calls it no lock', async () => {
    const { text } = await desk.clerks.support.get(path);
    expect(text).toMatch(
      /Disconnected[\s\S]*26 Nov 2026, 12:25:00 UTC<\/time>, for the 3rd time[\s\S]*Last seen working[\s\S]*25 Nov 2026, 08:00:00/,
    );
    expect(text).toContain('Europe/Berlin');
    expect(text).not.toMatch(/\block/);
    // Nothing is loaded from elsewhere.
    expect(text).not.toContain('images.example');
    const { body } = await desk.call('support', 'GET', '/accounts/a1');
    expect(body).toMatchObject({
      here: {
        state: 'disconnected',
        state_since: '2026-11-26T12:25:00.000Z',
        last_connected_at: '2026-11-25T08:00:00.000Z',
        times_disconnected: 3,
        image_url: 'https://images.example/ecobee.png',
        time_zone: 'Europe/Berlin',
      },
    });
  });

  test('linked, it does not look well', async () => {
    await desk.database.pool.query(
      `update reconciler.reconciliations set state = 'linked', reason = null;
       insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ('a1', 'u1', 1)`,
    );
    const badge = /class="state bad"><span aria-hidden="true">!<\/span> Linked, but disconnected/;
    const { text } = await desk.clerks.support.get(path);
    expect(text).toMatch(badge);
    expect(text).toContain('but it is disconnected. Seam says: “Gone.”');
    expect((await desk.clerks.support.get('/support/connections')).text).toMatch(badge);
  });
});
