import { PROPERTIES, type PropertyRow } from '../../catalog/properties.ts';
import { usage } from '../../outcome/errors.ts';
import { propertyOfWord } from '../../overview/condition/parse.ts';
import { allDevicesOf, countOf } from '../../overview/devices.ts';
import { instantOf } from '../../overview/instant.ts';
import { nearestWord } from '../../overview/nearest-word.ts';
import type { ListWord } from '../../present/views/list-columns.ts';
import type { Configuration } from '../../service/configurations.ts';

/** Negative if the first comes first, as for `Array.sort`. */
type Compare = (one: Configuration, other: Configuration) => number;

/** An order of configurations. */
export interface Order {
  readonly compare: Compare;
  /** The sort keys, the most significant first. */
  readonly words: readonly ListWord[];
}

/** The value of a sort key; undefined if the configuration has none. */
type Key = (configuration: Configuration) => number | bigint | string | undefined;

const PLAIN_KEYS = {
  name: ({ displayName }) => displayName ?? undefined,
  type: ({ '@odata.type': type }) => type ?? undefined,
  devices: ({ overview }) => overview && allDevicesOf(overview),
} as const satisfies Readonly<Record<string, Key>>;

const PLAIN_WORDS = Object.keys(PLAIN_KEYS) as (keyof typeof PLAIN_KEYS)[];

/** The keys of `--sort`. A leading `-` reverses the order. */
export const SORT_WORDS: readonly ListWord[] = [...PLAIN_WORDS, ...PROPERTIES.map(({ flag }) => flag)];

/**
 * Reads `--sort`: keys separated by commas, each with a leading `-` for descending order. Configurations without a value are
 * last in both directions.
 * @throws a `usage` Failure for an unknown key
 */
export function readOrder(text: string): Order {
  const parts = text.split(',').map((word) => {
    const descending = word.startsWith('-');
    return { ...keyNamed(descending ? word.slice(1) : word.replace(/^\+/, '')), descending };
  });
  return {
    words: parts.map(({ word }) => word),
    compare(one, other) {
      for (const { key, descending } of parts) {
        const order = compared(key(one), key(other), descending);
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

function keyNamed(word: string): { readonly word: ListWord; readonly key: Key } {
  const plain = PLAIN_WORDS.find((name) => name === word.toLowerCase());
  if (plain !== undefined) return { word: plain, key: PLAIN_KEYS[plain] };
  const property = propertyOfWord(word);
  if (property !== undefined)
    return { word: property.flag, key: ({ overview }) => overview && sortValue(overview, property) };
  const near = nearestWord(word, SORT_WORDS);
  throw usage(
    `--sort: ${JSON.stringify(word)} is not a sort key`,
    near === undefined ? `it takes ${SORT_WORDS.join(', ')}` : `did you mean ${near}?`,
  );
}

function sortValue(
  overview: Readonly<Record<string, unknown>>,
  { name, type }: PropertyRow,
): number | bigint | string | undefined {
  if (type === 'Edm.Int32') return countOf(overview, name);
  const value = overview[name];
  if (typeof value !== 'string') return undefined;
  return type === 'Edm.DateTimeOffset' ? instantOf(value) : value;
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compared(one: ReturnType<Key>, other: ReturnType<Key>, descending: boolean): number {
  if (one === undefined || other === undefined) {
    return Number(one === undefined) - Number(other === undefined);
  }
  const order =
    typeof one === 'string' && typeof other === 'string'
      ? byName.compare(one, other)
      : Number(one > other) - Number(one < other);
  return descending ? -order : order;
}
