import { type ApiVersion, PROPERTIES, type PropertyFlag } from '../../catalog/properties.ts';
import { InputErrors, usage } from '../../outcome/errors.ts';
import { checkValues, type SourcedValue, type Values } from '../../overview/payload.ts';
import { readValue } from '../../overview/value.ts';
import type { Runtime } from '../../process/runtime.ts';
import type { MemberOf } from '../options/option-row.ts';
import type { PatchOptions } from './options.ts';

/**
 * Reads the values to write from the property flags and `--body`. Flags override the body.
 * @throws a `usage` Failure with all errors
 */
export async function readValues(
  options: PatchOptions,
  runtime: Runtime,
  apiVersion: ApiVersion,
): Promise<Values> {
  const errors = new InputErrors();
  const now = runtime.clock.now();
  const flags = readFlags(options, now, errors);
  const body = await errors.collectAsync(async () => readBodies(options.body ?? [], runtime, now));
  const given = new Map([...(body ?? []), ...flags]);
  errors.throwIfAny();
  return checkValues(given, apiVersion);
}

async function readBodies(
  sources: readonly string[],
  runtime: Runtime,
  now: number,
): Promise<Map<string, SourcedValue>> {
  const [source, ...more] = sources;
  if (source === undefined) return new Map();
  if (more.length > 0) throw usage(`--body is given ${sources.length} times`, 'give all properties in one');
  const { readBodySource } = await import('../files/body-source.ts');
  const { readBody } = await import('../../overview/body.ts');
  return readBody(await readBodySource(source, runtime), '--body', now);
}

function readFlags(options: PatchOptions, now: number, errors: InputErrors): Map<string, SourcedValue> {
  const given = new Map<string, SourcedValue>();
  for (const property of PROPERTIES) {
    const texts = options[memberOf(property.flag)];
    const [text, ...more] = texts ?? [];
    if (text === undefined) continue;
    const source = `--${property.flag}`;
    if (more.length > 0) errors.add(`${source} is given ${more.length + 1} times`, 'give each property once');
    const value = errors.collect(() => readValue(property, text, source, now));
    if (value !== undefined) given.set(property.name, { value, source });
  }
  return given;
}

/** Commander's name for the value of an option: `not-applicable` → `notApplicable`. */
function memberOf(flag: PropertyFlag): MemberOf<PropertyFlag> {
  const member = flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return member as MemberOf<PropertyFlag>;
}
