import type { NotFound } from '../../input/found-rows.ts';
import type { Named } from '../../overview/match-name.ts';
import { readGate } from '../../service/read-many.ts';
import type { BulkContext } from '../bulk/execute-plan.ts';

/** Finds the configurations of the display names of a file, all together. Names must match completely. */
export async function findNames(
  names: readonly string[],
  { invocation, options }: BulkContext,
): Promise<ReadonlyMap<string, Named | NotFound>> {
  const { findByName } = await import('../../service/find-configuration.ts');
  const queries = names.map((name) => ({ name, beginning: false }));
  const findings = await findByName(queries, { graph: options.graph, gate: readGate(options) });
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

/** Joins the lines of a message with candidates, since it becomes one item of a list of errors. */
function inOneLine(message: string): string {
  return message.replace(':\n- ', ': ').replaceAll('\n- ', ', ').replaceAll('\n', ', ');
}
