import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PROPERTIES } from '../../src/catalog/properties.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { checkId } from '../../src/overview/id.ts';
import { instantError, instantOf } from '../../src/overview/instant.ts';
import { matchBeginning, matchDamaged, matchName } from '../../src/overview/match-name.ts';
import { nearestNames, nearestWord } from '../../src/overview/nearest-word.ts';
import { idReference, readId, readReference } from '../../src/overview/reference.ts';
import { readValue } from '../../src/overview/value.ts';
import { clean, cleanJson, cleanLines, isUnsafe } from '../../src/text/clean.ts';
import { blankEscaped } from '../../src/text/escaped-text.ts';
import { quotedPath } from '../../src/text/quoted-path.ts';
import { guardedCell, unguardedCell } from '../../src/text/spreadsheet-cell.ts';
import { damaged, json, text } from './arbitraries.ts';
import { look, orFailure } from './look.ts';

/** Generated text of a user or a tenant: names, ids, instants, and the cleaning of text for display. */

/** Characters whose visibility depends on their neighbours, and others. */
const SHOWN = [
  ...['\u200c', '\u200d', '\ufe0e', '\ufe0f', '\u20e3', '\u00ad', '\u202e', '\u001b', '\n', '\t', '\u009b'],
  ...['1', '#', 'a', '👩', '🏽', '🇩', '❤', 'ب', 'क', '\ud83d', '\u2028'],
];
const EMOJI = ['👩', '🏽', '🇩', '❤', '1', '\u200d', '\ufe0f', '\u20e3'];
const shown = fc.oneof(
  fc.array(fc.constantFrom(...EMOJI), { maxLength: 6 }).map((all) => all.join('')),
  fc.array(fc.constantFrom(...SHOWN), { maxLength: 12 }).map((all) => all.join('')),
  text,
);

describe('displayed text', () => {
  test('has no control characters and no invisible characters', async () => {
    await look(
      'text that is shown, cleaned',
      500,
      fc.asyncProperty(shown, async (one) => {
        expect(isUnsafe(clean(one))).toBe(false);
        expect(clean(one)).not.toMatch(/[\n\t]/);
        expect(isUnsafe(cleanLines(one).replaceAll('\t', ''))).toBe(false);
        const whole = JSON.stringify({ one }, null, 2);
        expect(JSON.parse(cleanJson(whole))).toEqual({ one });
        expect(isUnsafe(cleanJson(whole))).toBe(false);
        expect(unguardedCell(guardedCell(one))).toBe(one);
        expect(quotedPath(one)).not.toMatch(/[\n\r\t]/);
      }),
    );
  });

  test('has no secret, with any JSON escapes', async () => {
    const secret = 'eyJ/secret';
    const escaped = (plain: string, how: readonly boolean[]): string =>
      [...JSON.stringify(plain)]
        .map((one, index) =>
          /[a-zJ/]/.test(one) && how[index % how.length] === true
            ? one === '/'
              ? '\\/'
              : `\\u00${one.charCodeAt(0).toString(16)}`
            : one,
        )
        .join('')
        // An escape of JSON.stringify keeps its letter.
        .replaceAll(/\\\\u00[\da-f]{2}(?=[\da-f]{4})/g, '\\u');
    const hidden = fc
      .tuple(
        fc.constantFrom('', 'before ', 'a\nb"'),
        fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
      )
      .map(([before, levels]) =>
        levels.reduce((inner, how) => `{"m":${escaped(inner, how)}}`, `${before}${secret}`),
      );
    const blank = (one: string): string => one.replaceAll(secret, '***');
    const plainOf = (value: unknown): string => {
      if (typeof value !== 'string')
        return Object.values(value as object)
          .map(plainOf)
          .join();
      try {
        return plainOf(JSON.parse(value));
      } catch {
        return value;
      }
    };
    await look(
      'secrets, escaped in JSON',
      300,
      fc.asyncProperty(hidden, shown, async (one, other) => {
        const whole = blankEscaped(blank(one), blank);
        expect(blankEscaped(other, (same) => same)).toBe(other);
        const plain = plainOf(JSON.parse(whole));
        expect(plain).not.toContain(secret);
        expect(plain).toContain('***');
      }),
    );
  });
});

describe('a reference to a configuration', () => {
  const guid = fc.uuid();
  const words = [
    'id:',
    'name:',
    '-',
    ' ',
    '0',
    'f',
    '..',
    '\0',
    '\ud800',
    '5a3b1c00-0b1e-4d5a-9c3e-000000000002',
  ];
  const given = fc.oneof(
    guid,
    guid.map((one) => one.toUpperCase().replaceAll('-', '')),
    damaged(guid, words),
    damaged(fc.constantFrom('id:x', 'name:Wi-Fi', 'id:', 'name:', 'Always On VPN', ' x '), words),
    text,
  );

  test('is an id, a name, or a usage error', async () => {
    await look(
      'references to configurations, and ids',
      500,
      fc.asyncProperty(given, async (one) => {
        const read = await orFailure(['usage'], () => readReference(one, '<configuration>'));
        if (!(read instanceof Failure) && read.kind === 'id') {
          expect(checkId(read.id, 'id')).toBe(read.id);
          expect(readReference(idReference(read.id), '<configuration>')).toEqual(read);
        } else if (!(read instanceof Failure)) {
          expect(read.name.trim()).not.toBe('');
          expect(one).toBe(read.whole ? `name:${read.name}` : read.name);
        }
        const id = await orFailure(['usage'], () => readId(one, 'deviceConfigurationId'));
        if (!(id instanceof Failure)) expect(checkId(id, 'id')).toBe(id);
      }),
    );
  });

  test('that is a name finds the configuration, also if a code page replaced letters', async () => {
    const name = fc.oneof(
      fc.constantFrom('Gerät', 'GERÄT', 'Gera\u0308t', 'Wi-Fi', 'wi-fi', 'Büro 2', 'VPN', ''),
      text,
    );
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 6 });
    await look(
      'names of configurations',
      400,
      fc.asyncProperty(names, name, fc.nat(6), async (all, typed, at) => {
        const known = all.map((displayName, index) => ({ id: `c-${index}`, displayName }));
        const whole = all[at % all.length] as string;
        const found = matchName(whole, known).map(({ displayName }) => displayName);
        expect(found).toContain(whole);
        for (const one of found) expect(one.normalize('NFC')).toBe(whole.normalize('NFC'));
        for (const { displayName } of matchName(typed, known))
          expect(displayName.normalize('NFC').toLowerCase()).toBe(typed.normalize('NFC').toLowerCase());
        expect(matchBeginning(whole.slice(0, 3), known).length).toBeGreaterThan(0);
        const lost = whole.normalize('NFC').replaceAll(/[^\0-\x7f]/g, '?');
        const again = matchDamaged(lost, known).map(({ displayName }) => displayName);
        if (lost !== whole.normalize('NFC') && whole.isWellFormed() && !/[\ud800-\udfff]/.test(whole))
          expect(again).toContain(whole);
        for (const one of nearestNames(typed, all)) expect(all).toContain(one);
        const nearest = nearestWord(typed, all);
        if (nearest !== undefined) expect(all).toContain(nearest);
      }),
    );
  });
});

describe('an instant', () => {
  const TICKS = 10_000n;
  const pad = (value: number, length: number): string => String(value).padStart(length, '0');
  const good = fc
    .record({
      at: fc.integer({ min: Date.UTC(1, 0, 2), max: Date.UTC(9999, 11, 30) }),
      offset: fc.integer({ min: -14 * 60, max: 14 * 60 }),
      fraction: fc.option(fc.integer({ min: 0, max: 9_999_999 })),
      zulu: fc.boolean(),
    })
    .map(({ at, offset, fraction, zulu }) => {
      const minutes = zulu ? 0 : offset;
      const second = Math.floor(at / 1_000) * 1_000;
      const local = new Date(second + minutes * 60_000).toISOString().slice(0, 19);
      const size = Math.abs(minutes);
      const zone = zulu
        ? 'Z'
        : `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`;
      return {
        written: `${local}${fraction === null ? '' : `.${pad(fraction, 7)}`}${zone}`,
        ticks: BigInt(second) * TICKS + BigInt(fraction ?? 0),
      };
    });

  test('has the value of its text', async () => {
    await look(
      'instants: written, they mean the same',
      400,
      fc.asyncProperty(good, async ({ written, ticks }) => expect(instantOf(written)).toBe(ticks)),
    );
  });

  test('that is damaged is read or is an error, like every other value', async () => {
    const words = [...'0123456789TZ+-:. '.split(''), '31', '60', '24', '15:00', '0000', '00000000', 'now'];
    const any = fc.oneof(
      damaged(
        good.map(({ written }) => written),
        words,
      ),
      good.map(({ written }) => written.slice(0, 10)),
      good.map(({ written }) => written.slice(0, 19)),
      fc
        .tuple(...[9999, 13, 32, 25, 61, 61, 16, 61].map((most) => fc.nat(most)))
        .map(
          ([y = 0, mo = 0, d = 0, h = 0, m = 0, s = 0, oh = 0, om = 0]) =>
            `${pad(y, 4)}-${pad(mo, 2)}-${pad(d, 2)}T${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}+${pad(oh, 2)}:${pad(om, 2)}`,
        ),
      text,
    );
    await look(
      'instants and values, damaged',
      400,
      fc.asyncProperty(any, fc.constantFrom(...PROPERTIES), async (one, property) => {
        expect(instantOf(one) === undefined).toBe(instantError(one) !== undefined);
        const value = await orFailure(['usage'], () => readValue(property, one, '--x', 0));
        if (value instanceof Failure) return;
        expect(typeof value).toBe(property.type === 'Edm.Int32' ? 'number' : 'string');
      }),
    );
  });
});

test('cleaned JSON has the same value', async () => {
  await look(
    'JSON that is shown, cleaned',
    200,
    fc.asyncProperty(json, async (value) => {
      const whole = JSON.stringify(value) ?? 'null';
      expect(JSON.parse(cleanJson(whole))).toEqual(JSON.parse(whole));
    }),
  );
});
