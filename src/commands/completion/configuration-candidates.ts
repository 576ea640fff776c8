import { idReference } from '../../overview/reference.ts';
import type { Runtime } from '../../process/runtime.ts';
import { type Names, recallNames } from '../../state/known-names.ts';
import { isUnsafe } from '../../text/clean.ts';
import { readGraphSettings } from '../options/settings.ts';
import type { GraphOptions } from '../options/shared-options.ts';
import type { Candidate } from './candidate.ts';
import { readFlags } from './flags.ts';
import type { Words } from './position.ts';

/**
 * Candidates for a configuration, from the names that earlier commands have stored; no request is sent. A configuration is
 * offered by its name; by its id if the typed word is the start of it, if several have the name, or if the name is unsafe.
 * @param typed the part of the word before the cursor
 */
export async function configurationCandidates(
  typed: string,
  { options }: Words,
  runtime: Runtime,
): Promise<Candidate[]> {
  const names = await knownNames(options, runtime).catch((): Names => new Map());
  if (typed.startsWith('id:')) return [...names].map(([id, name]) => byId(`id:${id}`, name));
  const count = new Map<string, number>();
  for (const name of names.values()) count.set(name, (count.get(name) ?? 0) + 1);
  const whole = typed.startsWith('name:');
  const candidates = [...names].flatMap(([id, name]): Candidate[] => {
    const named = count.get(name) === 1 && name.trim() !== '' && !isUnsafe(name) && !name.includes('\n');
    const isTypedId = typed !== '' && id.toLowerCase().startsWith(typed.toLowerCase());
    return [
      ...(named ? [{ value: whole || isSpecial(name) ? `name:${name}` : name, description: id }] : []),
      ...((!named && !whole) || isTypedId ? [byId(idReference(id), name)] : []),
    ];
  });
  return candidates.sort((one, other) => (one.value < other.value ? -1 : 1));
}

/** Whether a name needs the prefix `name:`, since it would be read as a flag, an id or a prefix. */
function isSpecial(name: string): boolean {
  return /^(?:-|id:|name:|[\da-f-]{32,36}$)/i.test(name);
}

function byId(value: string, name: string): Candidate {
  return { value, description: isUnsafe(name) ? '' : name };
}

/** The stored names for the Graph of the command line. @throws a `usage` Failure for invalid options */
async function knownNames(given: Words['options'], runtime: Runtime): Promise<Names> {
  const lastOf = (flag: string): string | undefined =>
    given.findLast(({ row }) => readFlags(row).long === flag)?.value;
  const has = (flag: string): boolean => given.some(({ row }) => readFlags(row).long === flag);
  // No token is sent, so the endpoint need not be trusted.
  const options: Record<string, unknown> = { trustEndpoint: true };
  if (has('--local')) options.local = true;
  for (const [member, flag] of [
    ['endpoint', '--endpoint'],
    ['cloud', '--cloud'],
  ] as const)
    if (has(flag)) options[member] = lastOf(flag);
  const { target } = readGraphSettings({ options: options as GraphOptions, env: runtime.env });
  const tenant = lastOf('--tenant') ?? runtime.env.AZURE_TENANT_ID;
  return recallNames(runtime, target?.baseUrl ?? 'local', tenant === '' ? undefined : tenant);
}
