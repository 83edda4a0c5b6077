import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

const TABLES = [
  { type: 'uuid', known: randomUUID(), unknown: randomUUID(), impossible: 'internal_id_1' },
  { type: 'bigint', known: '4711', unknown: '4712', impossible: '47 11' },
  { type: 'text', known: 'internal_id_1', unknown: 'internal_id_2', impossible: '' },
];

describe.each(TABLES)("the app's own users table, with ids of type $type", table => {
  test('is where users are found, and an id that it can not hold is no SQL error', async () => {
    await using house = await openHouse('postgres', {
      env: { USERS_TABLE: 'app."Members"', USERS_ID_COLUMN: 'memberId', USER_METADATA_KEY: 'who' },
      prepare: async ({ pool }) => {
        await pool.query('create schema app');
        await pool.query(`create table app."Members" ("memberId" ${table.type} primary key)`);
        await pool.query('insert into app."Members" values ($1)', [table.known]);
      },
    });
    const connect = async (who: string): Promise<string> => {
      const webviewId = await house.seam.createWebview({ who });
      const { events } = await house.seam.completeWebview(webviewId, { email: 'm@l.example' });
      await house.deliver(...events);
      return webviewId;
    };
    const reasonOf = async (who: string) => {
      const webviewId = await connect(who);
      const match = await until('a reason', async () => {
        const found = await house.find(webviewId);
        return found?.reason !== null && found;
      });
      return match.reason;
    };
    expect(await house.settled(await connect(table.known), 'linked')).toMatchObject({
      user_id: table.known,
    });
    expect(await reasonOf(table.unknown)).toBe('user_not_found');
    expect(await reasonOf(table.impossible)).toBe('metadata_id_invalid');
  });
});
