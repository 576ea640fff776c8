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
 * The configurations whose names commands have read and kept: nothing is sent. By their names; by their ids where what
 * was typed is the beginning of one, where several have the name, and where the name cannot stand on a line.
 * @param typed what stands there so far
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

/** What reads like something else than a name, unless it says that it is one. */
function isSpecial(name: string): boolean {
  return /^(?:-|id:|name:|[\da-f-]{32,36}$)/i.test(name);
}

function byId(value: string, name: string): Candidate {
  return { value, description: isUnsafe(name) ? '' : name };
}

/** @throws a `usage` Failure where the line names no Graph */
async function knownNames(given: Words['options'], runtime: Runtime): Promise<Names> {
  const lastOf = (flag: string): string | undefined =>
    given.findLast(({ row }) => readFlags(row).long === flag)?.value;
  const has = (flag: string): boolean => given.some(({ row }) => readFlags(row).long === flag);
  // Nothing is sent there, so that nothing needs to be trusted.
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
