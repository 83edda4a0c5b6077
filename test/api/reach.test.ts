import { expect, test } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { withinReach } from '../../src/api/reach.ts';
import type { Desk } from '../../src/support/desk.ts';

const actorIn = (workspaces: string[] | null): Actor => ({
  key: 'token:1',
  name: 'a program',
  role: 'admin',
  face: 'api',
  idempotencyKey: null,
  grant: { permissions: null, workspaces },
});
const callOf = (...ids: (string | null)[]) => ({
  desk: { seams: ids.map(id => ({ id })) } as unknown as Desk,
  params: {},
  query: {},
  body: {},
});
const seamsIn = async (workspaces: string[] | null, ...ids: (string | null)[]) =>
  (await withinReach(actorIn(workspaces), 'workspace', callOf(...ids))).desk.seams.map(
    ({ id }) => id,
  );

test('a token that is limited to a workspace is given no other’s Seam', async () => {
  expect(await seamsIn(null, 'a', 'b')).toEqual(['a', 'b']);
  expect(await seamsIn(['a'], 'a', 'b')).toEqual(['a']);
  await expect(seamsIn(['c'], 'a', 'b')).rejects.toThrow('no Seam API key');
  await expect(seamsIn(['a'], null)).rejects.toThrow('no Seam API key');
});
