import { resolve } from 'node:path';
import { InputErrors } from '../../outcome/errors.ts';
import { FORMAT_ROWS } from '../../present/format.ts';
import { type Destination, destinationOf } from '../../report/write-file.ts';
import type { Invocation } from '../command.ts';
import { type FailOn, readFailOn } from '../conditions/fail-on.ts';
import { type GraphSettings, readGraphSettings, readOutputSettings } from '../options/settings.ts';
import type { ReportOptions } from './options.ts';

/** The source and the destination of the page. */
export interface ReportSettings {
  readonly graph: GraphSettings;
  readonly from: string | undefined;
  readonly compare: string | undefined;
  /** undefined for standard output. */
  readonly out: Destination | undefined;
  readonly failOn: FailOn | undefined;
}

/** Reads the settings, before anything is read or sent. @throws a `usage` Failure with all errors */
export async function readReportSettings({
  options,
  runtime,
}: Invocation<ReportOptions>): Promise<ReportSettings> {
  const errors = new InputErrors();
  const { from, compare, out } = options;
  const graph = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const failOn = errors.collect(() => readFailOn(options, runtime.clock.now()));
  if (from === '-' && compare === '-') {
    errors.add('--from and --compare cannot both be read from standard input', 'give a file for one of them');
  }
  if (from !== undefined && (options.local === true || options.endpoint !== undefined)) {
    const other = options.local === true ? '--local' : '--endpoint';
    errors.add(`--from and ${other} cannot be used together`, 'remove one of them');
  }
  const destination = await errors.collectAsync(async () =>
    out === undefined ? undefined : await destinationOf(out),
  );
  for (const [flag, file] of [
    ['--from', from],
    ['--compare', compare],
  ] as const) {
    if (out === undefined || file === undefined || resolve(file) !== resolve(out)) continue;
    errors.add(`--out would overwrite the file of ${flag}`, 'give another file for the page');
  }
  if (out === undefined) {
    // Without --out, a format in the environment has no effect.
    const { format, query } = readOutputSettings({ options, env: {} });
    if (runtime.stdout.isTTY === true) {
      errors.add(
        'the page cannot be printed to a terminal',
        'give `--out report.html`, or redirect standard output',
      );
    }
    if (!FORMAT_ROWS[format].forPeople || query !== undefined) {
      const flag = query === undefined ? '--output' : '--query';
      errors.add(
        `${flag} needs --out: without it, the output is the HTML page itself`,
        `add \`--out report.html\`, or remove ${flag}`,
      );
    }
  }
  errors.throwIfAny();
  if (graph === undefined) throw errors.failure();
  return { graph, from, compare, out: destination, failOn };
}
