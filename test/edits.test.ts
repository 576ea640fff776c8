import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

/** `npm run model -- --planted` and `npm run additions` edit the program. They take minutes; here only the places are checked. */
interface Planted {
  readonly name: string;
  readonly edits: readonly { readonly path: string; readonly from: string }[];
}

interface Edit {
  readonly file: string;
  readonly after?: string;
  readonly with?: readonly Edit[];
}

interface Addition {
  readonly what: string;
  readonly first: readonly Edit[];
  readonly places: readonly Edit[];
}

async function exportOf<Value>(path: string, name: string): Promise<Value> {
  const exported = (await import(String(new URL(path, import.meta.url)))) as Readonly<Record<string, Value>>;
  return exported[name] as Value;
}

const textOf = (path: string): string =>
  existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '';

test('each planted defect has one place in the program', async () => {
  const planted = await exportOf<readonly Planted[]>('model/planted.mjs', 'PLANTED');
  expect(planted.length).toBeGreaterThan(10);
  const places = planted.flatMap(({ name, edits }) =>
    edits.map(({ path, from }) => [name, path, textOf(path).split(from).length - 1]),
  );
  expect(places.filter(([, , count]) => count !== 1)).toEqual([]);
});

test('each place of an addition exists', async () => {
  const additions = await exportOf<readonly Addition[]>('additions/additions.mjs', 'ADDITIONS');
  expect(additions.length).toBeGreaterThan(7);
  const edits = additions.flatMap(({ what, first, places }) =>
    [...first, ...places, ...places.flatMap((place) => place.with ?? [])].map((edit) => ({ what, ...edit })),
  );
  const lost = edits.filter(({ file, after }) =>
    after === undefined ? existsSync(join(ROOT, file)) : !textOf(file).includes(after),
  );
  expect(lost.map(({ what, file, after }) => [what, file, after])).toEqual([]);
});
