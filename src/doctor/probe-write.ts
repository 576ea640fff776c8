import type { ApiVersion } from '../catalog/properties.ts';
import type { GraphClient } from '../graph/client.ts';
import { Failure } from '../outcome/errors.ts';
import { changedProperties, type Overview, sameValue } from '../overview/difference.ts';
import type { Runtime } from '../process/runtime.ts';
import { removeRun } from '../runs/journal.ts';
import { type SingleRun, singleRun } from '../runs/single.ts';
import type { RunTarget } from '../runs/target.ts';
import { type Place, readOverview } from '../service/overviews.ts';
import { READ_BACK } from '../service/read-back.ts';
import { type Outcome, readWritten, writeOverview } from '../service/write.ts';
import { type Checklist, type Finding, warn } from './checklist.ts';
import { type Marker, markerFor, presentValues } from './probe-values.ts';

/** The context of a write check. */
export interface ProbeContext {
  readonly graph: GraphClient;
  readonly place: Place;
  readonly apiVersion: ApiVersion;
  readonly target: RunTarget;
  readonly runtime: Runtime;
  /** Aborts shortly after the run is interrupted, like the requests of `graph`, so that the value can be restored. */
  readonly late: AbortSignal;
  /** The command line that undoes a run. */
  undoCommand(run: string): string;
}

/**
 * Tests whether the service stores, ignores or refuses writes to an overview, and adds the result to the list. First the
 * present values are written back, which changes nothing and detects a refusal. To detect ignored writes, one value is then
 * changed, read for some seconds, and restored. The change is journaled until it is certainly restored.
 * @throws an `interrupted` Failure that says whether the value was restored
 */
export async function probeWrite(list: Checklist, context: ProbeContext): Promise<void> {
  const { graph, place } = context;
  const probe = new Probe(context);
  let before: Overview | undefined;
  await list.run('Write', async () => {
    before = await readOverview(graph, place);
    return probe.run(before);
  });
  if (before === undefined) return;
  const initial = before;
  await list.run('Values', async () => {
    const changed = changedProperties(initial, await readOverview(graph, place));
    const { left } = probe;
    if (left !== undefined)
      throw new Failure('mismatch', `${left.name} was changed by this check and may not be restored`, {
        hint: `restore it with \`${context.undoCommand(left.run)}\``,
      });
    if (changed.length === 0) return 'as before the check';
    return warn(
      `${changed.join(', ')} changed during the check, but not by what it sent`,
      'nothing to do: the service or another client changed it',
    );
  });
}

class Probe {
  readonly #context: ProbeContext;
  /** The property that may still have the value of the check, and the run that can be undone to restore it. */
  left: { readonly name: string; readonly run: string } | undefined;

  constructor(context: ProbeContext) {
    this.#context = context;
  }

  async run(before: Overview): Promise<Finding> {
    const present = presentValues(before, this.#context.apiVersion);
    if (Object.keys(present).length === 0)
      return warn('the overview has no value that can be written back', 'try another configuration');
    const { graph, place, runtime } = this.#context;
    const { clock, signal } = runtime;
    const same = await writeOverview(graph, place, present, {
      readBefore: false,
      ifChanged: false,
      verify: true,
      clock,
      signal,
    }).catch(refused);
    const marker = markerFor(present, same.after);
    if (marker === undefined) {
      return warn(
        'the service accepts a write, but changes every value itself: whether it stores writes is unknown',
        'compare the values that `graph-overview patch --diff --verify` shows',
      );
    }
    return this.#writeMarker(
      marker,
      singleRun(place, { [marker.name]: marker.value }, this.#context.target, runtime),
    );
  }

  /** Changes one value, reads until the change is visible, and restores the value in any case. */
  async #writeMarker(marker: Marker, run: SingleRun): Promise<Finding> {
    const { name, old, value } = marker;
    let finding: Finding | undefined;
    let failed: unknown;
    try {
      const { outcome, read } = await this.#write(name, value, old, this.#context.runtime.signal, {
        beforeSending: async (before) => {
          await run.intend(before, this.#context.place.displayName ?? null);
          this.left = { name, run: run.run };
        },
      });
      finding = findingOf(marker, outcome, read);
      await run.result({ ...outcome, after: read });
    } catch (error) {
      failed = error;
    }
    if (this.left !== undefined) await this.#restore(marker, failed);
    await run.close();
    if (this.left === undefined) await removeRun(this.#context.runtime, run.run);
    if (failed !== undefined) throw this.#interrupted(failed);
    return finding as Finding;
  }

  async #restore({ name, old, value }: Marker, failed: unknown): Promise<void> {
    try {
      const { read } = await this.#write(name, old, value, this.#context.late);
      if (sameValue(name, read[name], old)) this.left = undefined;
    } catch (error) {
      // The failure of the check is more important than that of the restore.
      if (failed === undefined && !(error instanceof Failure)) throw error;
    }
  }

  /** Writes one value, and reads until the other one is no longer returned, but not longer than reads may lag. */
  async #write(
    name: string,
    value: Marker['value'],
    other: Marker['value'],
    signal: AbortSignal,
    { beforeSending }: { beforeSending?: (before: Overview | undefined) => Promise<void> } = {},
  ): Promise<{ readonly outcome: Outcome; readonly read: Overview }> {
    const { graph, place, runtime } = this.#context;
    const { clock } = runtime;
    const options = {
      readBefore: beforeSending !== undefined,
      ifChanged: false,
      verify: false,
      clock,
      signal,
      ...(beforeSending === undefined ? {} : { beforeSending }),
    };
    const outcome = await writeOverview(graph, place, { [name]: value }, options).catch(refused);
    const until = clock.now() + READ_BACK.maxLag;
    const read = await readWritten(graph, place, { [name]: value }, { [name]: other }, until, options);
    return { outcome, read };
  }

  #interrupted(error: unknown): unknown {
    if (!(error instanceof Failure) || error.kind !== 'interrupted') return error;
    if (this.left === undefined)
      return error.with({}, `${error.message}; the overview has its values from before the check`);
    const { name, run } = this.left;
    return error.with(
      { hint: `restore it with \`${this.#context.undoCommand(run)}\`` },
      `${error.message}; ${name} may still have the value of the check`,
    );
  }
}

/** Distinguishes a refusal from errors that say nothing about writing, such as a broken connection. */
function refused(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  const { status = 0 } = error.details;
  if (status < 400 || status >= 500 || error.kind === 'throttled' || error.kind === 'network') throw error;
  throw error.with({}, `the service refuses the write: ${error.message}`);
}

function findingOf({ name, how, old, value }: Marker, { answered }: Outcome, read: Overview): Finding {
  const held = read[name];
  if (sameValue(name, held, value)) {
    return `the service stores what is written: ${name}, ${how} for this check, was read back`;
  }
  if (!sameValue(name, held, old)) {
    const shown = held === undefined ? 'no value' : JSON.stringify(held);
    return warn(
      `whether the service stores what is written is unknown: ${name} was sent as ${JSON.stringify(value)} and read as ${shown}`,
      'try again, or another configuration',
    );
  }
  const answer =
    answered === undefined || answered[name] === undefined
      ? 'had no value'
      : `had the value ${sameValue(name, answered[name], value) ? 'that was sent' : 'before'}`;
  return warn(
    `the service accepts and ignores what is written: ${name}, ${how} for this check, had its old value for ${READ_BACK.maxLag / 1_000} s; the answer ${answer}`,
    'expect exit code 9 of `patch` and `apply`, which `--lenient` reports as a warning: Intune may keep the numbers it computes',
  );
}
