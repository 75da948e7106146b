import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { endOfDay, isTimeZone, parseInstant, startOfDay, toIso } from '../../lib/time.ts';

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['US/Eastern', true], // an old name, on no list of current ones
  ['Etc/GMT+1', true],
  ['Mars/Olympus', false],
  ['+02:00', false],
  ['', false],
])('%j as a time zone: %p', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

test('what has no zone of its own reads the same in UTC as in the zone of that offset, which a calendar is asked for', () => {
  const instant = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  const form = fc.constantFrom(10, 16, 19, 23); // cut after the date, minutes, seconds, milliseconds
  fc.assert(
    fc.property(instant, form, (date, length) => {
      const text = toIso(date.getTime()).slice(0, length);
      expect(parseInstant(text, 'UTC')).toBe(parseInstant(text, 'Etc/UTC'));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.each(['2026-02-30', '2026-04-31T10:00Z', '2026-13-01', '2026-12-31T24:00Z', '2026-01-01T10:60Z'])(
  '%s is no instant, because the calendar or the clock never shows it',
  (text) => {
    expect(parseInstant(text, 'UTC')).toBeUndefined();
  },
);

test('the last days of the calendar can be read in every zone: senders write them where they mean no end', () => {
  expect(endOfDay('9999-12-30', 'Europe/Berlin')).toBe(Date.parse('9999-12-30T23:00:00Z'));
  expect(startOfDay('9999-12-31', 'America/New_York')).toBe(Date.parse('9999-12-31T05:00:00Z'));
});
