import type { GraphClient } from '../../graph/client.ts';
import { InputErrors } from '../../outcome/errors.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Result } from '../../outcome/result.ts';
import { countsWarning } from '../../overview/counts-warning.ts';
import { overviewView } from '../../present/views/overview.ts';
import { requestView } from '../../present/views/request.ts';
import { type Place, readOverview, readRequest } from '../../service/overviews.ts';
import { explainRefusal, resolvePlace } from '../../service/resolve.ts';
import type { Action, Invocation } from '../command.ts';
import { type FailOn, readFailOn } from '../conditions/fail-on.ts';
import { Undecided } from '../conditions/undecided.ts';
import { type Connection, connect } from '../connection/connect.ts';
import { findPlace } from '../connection/find-place.ts';
import { showsView, withName } from '../connection/name-place.ts';
import { readPlace } from '../options/place.ts';
import { readGraphSettings } from '../options/settings.ts';
import { overviewFlat, titleOf } from '../records/overview-flat.ts';
import { REQUEST_FLAT, requestRecord } from '../records/request-record.ts';
import type { GetOptions } from './options.ts';

export const run: Action<GetOptions> = async (invocation) => {
  const { runtime, args, options, emit } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const asked = await errors.collectAsync(() =>
    readPlace(args[0] ?? '', options, settings?.apiVersion ?? 'beta'),
  );
  const failOn = errors.collect(() => readFailOn(options, runtime.clock.now()));
  if (failOn !== undefined && options.dryRun === true)
    errors.add('--fail-on needs an overview, which --dry-run does not read', 'remove one of them');
  errors.throwIfAny();
  if (!settings || !asked) throw errors.failure();
  const connection = await connect(settings, 'read', invocation);
  const { graph } = connection;
  const dryRun = options.dryRun === true;
  const found = await findPlace(graph, asked, { beginning: true, dryRun }, emit);
  const place = options.resolve === true ? await resolvePlace(graph, found, emit) : found;
  if (dryRun) return request(graph, place, runtime.platform);
  const naming = showsView(invocation) ? withName(graph, place) : place;
  const remember = (named: Place): Promise<void> => rememberName(connection, invocation, named);
  return read(graph, place, { naming, failOn, remember }, emit);
};

/** Stores the name for completion, if it was read. */
async function rememberName(
  connection: Connection,
  invocation: Invocation<GetOptions>,
  { configurationId, displayName }: Place,
): Promise<void> {
  if (typeof displayName !== 'string' || displayName === '') return;
  const { rememberNames } = await import('../connection/remember-names.ts');
  await rememberNames(connection, invocation, new Map([[configurationId, displayName]]), { whole: false });
}

function request(graph: GraphClient, place: Place, platform: NodeJS.Platform): Result {
  const record = requestRecord(graph, readRequest(place));
  return { data: { value: record }, flat: REQUEST_FLAT, view: () => requestView(record, platform) };
}

async function read(
  graph: GraphClient,
  place: Place,
  {
    naming,
    failOn,
    remember,
  }: {
    readonly naming: Place | Promise<Place>;
    readonly failOn: FailOn | undefined;
    readonly remember: (named: Place) => Promise<void>;
  },
  emit: Emit,
): Promise<Result> {
  const overview = await readOverview(graph, place).catch(async (error: unknown) => {
    throw await explainRefusal(graph, place, error);
  });
  const warning = countsWarning(overview);
  if (warning !== undefined) emit({ kind: 'warning', text: warning });
  const undecided = new Undecided();
  const named = await naming;
  await remember(named);
  const { configurationId: deviceConfigurationId, displayName } = named;
  failOn?.check({ deviceConfigurationId, displayName, overview }, undecided);
  undecided.report(emit);
  return {
    data: { value: overview },
    flat: overviewFlat(named),
    view: (_, room) => overviewView(overview, titleOf(named), room),
    failure: () => failOn?.failure(),
  };
}
