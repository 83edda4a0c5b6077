import { expect, test } from 'vitest';
import { readTraceparent, traceIdOf, writeTraceparent } from '../../src/model/traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  // Other flags say nothing to us; a later version may say more behind.
  [`00-${TRACE}-${SPAN}-03`, true],
  [`cc-${TRACE}-${SPAN}-01-what-will-be`, true],
])('%s is read', (text, isSampled) => {
  expect(readTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
});

test.each([
  '',
  'a text',
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01\n`,
])('%j is none', text => {
  expect(readTraceparent(text)).toBeNull();
});

test('what is written is read as it was', () => {
  for (const isSampled of [true, false]) {
    const said = { traceId: TRACE, spanId: SPAN, isSampled };
    expect(readTraceparent(writeTraceparent(said))).toEqual(said);
  }
});

test('of a trace that is recorded nowhere no id is told', () => {
  expect(traceIdOf(`00-${TRACE}-${SPAN}-01`)).toBe(TRACE);
  expect(traceIdOf(`00-${TRACE}-${SPAN}-00`)).toBeNull();
  expect(traceIdOf(null)).toBeNull();
});
