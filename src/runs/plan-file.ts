import { open, readFile, stat } from 'node:fs/promises';
import { API_VERSIONS, type ApiVersion } from '../catalog/properties.ts';
import type { Row } from '../input/row.ts';
import { Failure, InputErrors, usage } from '../outcome/errors.ts';
import { sameValue } from '../overview/difference.ts';
import { checkId } from '../overview/id.ts';
import { labelOf } from '../overview/label.ts';
import { propertyNamed } from '../overview/payload.ts';
import { readJsonValue, type Value } from '../overview/value.ts';
import { isDeviceName } from '../state/device-name.ts';
import { checkPlainFile, NotReplaceableError, replaceFile } from '../state/replace-file.ts';
import { isObject } from '../text/is-object.ts';
import { isTooDeep, MAX_SAVED_DEPTH } from '../text/json-depth.ts';
import type { Plan } from './plan.ts';
import { plannedWrite } from './resume.ts';
import type { RowRecord } from './row-record.ts';
import { plannedRecord } from './run.ts';
import { isTarget, type RunTarget } from './target.ts';

const TYPE = 'graph-overview-plan';
/** graph-overview 0.1 wrote version 1. */
const VERSION = 2;

/** A saved plan, for review and as input of `apply`. */
export interface SavedPlan {
  readonly type: typeof TYPE;
  readonly version: typeof VERSION;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly target: RunTarget;
  /** The rows that would be written. */
  readonly rows: readonly RowRecord[];
}

/** Saves a plan, replacing an existing one. @throws a `usage` Failure if it cannot be written */
export async function savePlan(path: string, plan: Plan, now: number): Promise<void> {
  const rows = plan.writes.map(plannedRecord);
  const saved: SavedPlan = {
    type: TYPE,
    version: VERSION,
    created: new Date(now).toISOString(),
    target: plan.target,
    rows,
  };
  try {
    await replaceFile(path, `${JSON.stringify(saved, null, 2)}\n`);
  } catch (error) {
    if (error instanceof NotReplaceableError) throw notReplaceable(path, error);
    throw usage(
      `--plan ${path}: cannot be written (${(error as NodeJS.ErrnoException).code})`,
      'give another file',
    );
  }
}

/** @throws a `usage` Failure if the file exists and is not a plan */
export async function checkReplaceable(path: string): Promise<void> {
  if (isDeviceName(path)) throw usage(`--plan ${path}: is a device, not a file`, 'give another name');
  await checkPlainFile(path).catch((error: Error) => {
    throw notReplaceable(path, error);
  });
  const beginning = await beginningOf(path);
  if (beginning === '' || beginning.includes(TYPE)) return;
  throw usage(`--plan ${path}: exists and is not a saved plan`, 'give another file, or remove it first');
}

function notReplaceable(path: string, { message }: Error): Failure {
  return usage(`--plan ${path}: ${message} and is not replaced`, 'give the name of a regular file');
}

/**
 * Reads a saved plan.
 * @returns undefined if the file is not a saved plan
 * @throws a `usage` Failure if the plan is damaged, too large, or of another version
 */
export async function loadPlan(path: string): Promise<SavedPlan | undefined> {
  if (!(await beginningOf(path)).includes(TYPE)) return undefined;
  const text = await textOf(path);
  if (isTooDeep(text, MAX_SAVED_DEPTH))
    throw usage(`${path}: the saved plan is nested too deeply`, 'create a new plan');
  let saved: Partial<SavedPlan>;
  try {
    saved = JSON.parse(text) as Partial<SavedPlan>;
  } catch (error) {
    throw usage(
      `${path}: the saved plan is not valid JSON: ${(error as Error).message}`,
      'create a new plan',
    );
  }
  if (!isObject(saved) || saved.type !== TYPE || !Array.isArray(saved.rows)) return undefined;
  if (saved.version !== VERSION) {
    const version = JSON.stringify(saved.version);
    throw version === '1'
      ? usage(
          `${path}: the plan was saved by graph-overview 0.1, which this version cannot read`,
          'create a new plan',
        )
      : usage(
          `${path}: the plan has version ${version}, and this program supports version ${VERSION}`,
          'update graph-overview',
        );
  }
  if (isTarget(saved.target)) return saved as SavedPlan;
  throw usage(`${path}: the saved plan has no target`, 'create a new plan');
}

/** Maximum size of a saved plan in bytes; a JavaScript string cannot be longer than about this. */
const MAX_BYTES = 500_000_000;

async function textOf(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size <= MAX_BYTES) return readFile(path, 'utf8');
  throw usage(
    `${path}: the saved plan is larger than ${MAX_BYTES / 1e6} MB`,
    'create smaller plans with --shard',
  );
}

/** The first bytes of a file, to recognize it; empty for a missing file, which is reported elsewhere. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

/**
 * The rows of a saved plan as rows for a new plan. A plan is meant to be reviewed, so it may have been edited: it is checked
 * like any file.
 * @throws a `usage` Failure with all errors
 */
export async function rowsOf(saved: SavedPlan): Promise<Row[]> {
  const apiVersion = API_VERSIONS.find((version) => version === saved.target.apiVersion);
  if (apiVersion === undefined) throw usage('the plan has no API version', 'create a new plan');
  const errors = new InputErrors();
  const rows: Row[] = [];
  const seen = new Map<string, number>();
  const lines = new Set<number>();
  for (const [index, record] of saved.rows.entries()) {
    const at = `row ${index + 1} of the plan`;
    const row = await errors.collectAsync(() => checkedRow(record, at, apiVersion));
    if (row === undefined) continue;
    const key = [row.deviceConfigurationId.toLowerCase(), ...row.route.segments].join('/');
    const other = seen.get(key);
    if (other !== undefined) errors.add(`${at}: for the same overview as row ${other}`, 'keep one of them');
    else if (lines.has(row.line)) errors.add(`${at}: line ${row.line} is used twice`);
    seen.set(key, index + 1);
    lines.add(row.line);
    rows.push(row);
  }
  errors.throwIfAny();
  return rows;
}

async function checkedRow(record: unknown, at: string, apiVersion: ApiVersion): Promise<Row> {
  if (!isObject(record)) throw usage(`${at}: is not an object`);
  const { line, deviceConfigurationId, displayName = null, via, certificateId = null, before, sent } = record;
  if (typeof line !== 'number' || !Number.isSafeInteger(line)) throw usage(`${at}: has no line`);
  if (before !== null && !isObject(before)) throw usage(`${at}: before is neither an object nor null`);
  if (typeof via !== 'string') throw usage(`${at}: has no via`);
  if (!isObject(sent) || Object.keys(sent).length === 0) throw usage(`${at}: has no values in sent`);
  if (certificateId !== null && typeof certificateId !== 'string')
    throw usage(`${at}: its certificateId is not a string`);
  const text = typeof deviceConfigurationId === 'string' ? deviceConfigurationId : '';
  const id = checkId(text, `${at}: deviceConfigurationId`);
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(sent)) {
    const property = propertyNamed(name);
    if (property === undefined) throw usage(`${at}: unknown property ${JSON.stringify(name)}`);
    // A plan has the date that is sent: `now` was replaced when the plan was created.
    if (property.type === 'Edm.DateTimeOffset' && value === 'now')
      throw usage(`${at}: ${name}: a plan needs a date, not "now"`);
    values[name] = readJsonValue(property, value, JSON.stringify(value), `${at}: ${name}`, Number.NaN);
  }
  const checked = {
    line,
    deviceConfigurationId: id,
    displayName: typeof displayName === 'string' ? displayName : null,
    via,
    certificateId,
    before,
    sent: values,
  };
  return (await plannedWrite(checked, apiVersion)).row;
}

/**
 * Checks that the values in the tenant are those of the time when the plan was created.
 * @throws a `refused` Failure with the overviews that have changed since
 */
export function checkFresh(saved: SavedPlan, plan: Plan): void {
  const now = new Map(plan.writes.map((write) => [write.row.line, write.before]));
  const selected = new Set([...now.keys(), ...plan.settled.map(({ line }) => line)]);
  const changed = saved.rows.filter(({ line, before }) => {
    // The row belongs to another shard.
    if (!selected.has(line)) return false;
    const present = now.get(line);
    if (before === null) return false;
    if (present === undefined || present === null) return true;
    return Object.keys(before).some((name) => !sameValue(name, before[name], present[name]));
  });
  if (changed.length === 0) return;
  const lines = changed
    .slice(0, 20)
    .map(
      ({ line, deviceConfigurationId, displayName }) =>
        `- line ${line}: ${labelOf(deviceConfigurationId, displayName)}`,
    );
  throw new Failure(
    'refused',
    `the plan is stale: ${changed.length} ${changed.length === 1 ? 'overview has' : 'overviews have'} changed since it was created:\n${lines.join('\n')}`,
    {
      hint: 'create a new plan, or use --force',
      listed: true,
    },
  );
}
