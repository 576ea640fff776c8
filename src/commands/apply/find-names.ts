import type { NotFound } from '../../input/found-rows.ts';
import type { Named } from '../../overview/match-name.ts';
import { readGate } from '../../service/read-many.ts';
import type { BulkContext } from '../bulk/execute-plan.ts';

/** What is found for each display name of a file: whole names alone, all looked for together. */
export async function findNames(
  names: readonly string[],
  { invocation, options }: BulkContext,
): Promise<ReadonlyMap<string, Named | NotFound>> {
  const { findByName } = await import('../../service/find-configuration.ts');
  const wanted = names.map((name) => ({ name, beginning: false }));
  const findings = await findByName(wanted, { graph: options.graph, gate: readGate(options) });
  const read = `${names.length} ${names.length === 1 ? 'configuration' : 'configurations'}`;
  invocation.emit({ kind: 'detail', text: `read to find ${read} by display name` });
  return new Map(
    findings.map((finding, index) => [
      names[index] as string,
      'found' in finding
        ? finding.found
        : { message: inOneLine(finding.failure.message), hint: finding.failure.details.hint },
    ]),
  );
}

/** Candidates are listed in lines of their own where there is one error alone. */
function inOneLine(message: string): string {
  return message.replace(':\n- ', ': ').replaceAll('\n- ', ', ').replaceAll('\n', ', ');
}
