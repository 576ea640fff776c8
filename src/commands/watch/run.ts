import type { Emit } from '../../outcome/events.ts';
import type { Result } from '../../outcome/result.ts';
import { mayRecover, type Round, readRounds } from '../../service/rounds.ts';
import { tenantRounds } from '../../service/tenant-rounds.ts';
import type { Action, Invocation } from '../command.ts';
import { type Connection, connect } from '../connection/connect.ts';
import { readLimiter } from '../connection/read-limiter.ts';
import { rememberNames } from '../connection/remember-names.ts';
import { fatal, resolvePlaces } from '../following/follow-places.ts';
import type { WatchOptions } from './options.ts';
import { changesView, WATCH_FLAT, type WatchRecord } from './record.ts';
import { selectedRounds } from './selected-rounds.ts';
import { WatchSession } from './session.ts';
import { readWatchSettings, type WatchSettings } from './settings.ts';

export const run: Action<WatchOptions> = async (invocation) => {
  const { runtime, emit } = invocation;
  const settings = await readWatchSettings(invocation);
  if (settings.stretched !== undefined) emit({ kind: 'note', text: settings.stretched });
  const stopped = new AbortController();
  const signal = AbortSignal.any([runtime.signal, stopped.signal]);
  const session = new WatchSession({
    settings,
    emit,
    signal,
    stop: (reason) => stopped.abort(reason),
    keys: runtime.stdin.isTTY === true,
  });
  const hear: Emit = (event) => {
    session.hear(event);
    emit(event);
  };
  const watching = { ...invocation, emit: hear, runtime: { ...runtime, signal } };
  const connection = await connect(settings.graph, 'read', watching);
  const rounds = await begin(settings, connection, watching);
  return resultOf(session, rounds);
};

/**
 * The rounds, once the first has shown that there is something to watch.
 * @throws the Failure of the first configuration, where none can be read and waiting would not change that
 */
async function begin(
  settings: WatchSettings,
  connection: Connection,
  invocation: Invocation<WatchOptions>,
): Promise<AsyncGenerator<Round>> {
  const { graph } = connection;
  const { runtime, options, emit } = invocation;
  const { clock, signal } = runtime;
  const rateLimiter = readLimiter(connection, runtime);
  const reading = { graph, rateLimiter, clock, signal, interval: settings.interval };
  const rounds =
    'selection' in settings
      ? selectedRounds(
          remembering(tenantRounds(reading, emit), connection, invocation),
          settings.selection,
          emit,
        )
      : readRounds(await resolvePlaces(graph, settings.places, options.resolve === true, emit), reading);
  const { value: first } = await rounds.next();
  const tracks = (first as Round).tracks;
  const [one] = tracks;
  if (one !== undefined && tracks.every(({ failure }) => failure !== undefined && !mayRecover(failure)))
    throw await fatal(graph, one, tracks.length);
  return withFirst(first as Round, rounds);
}

/** Keeps the names of the tenant for completion: at the start, and when there are others. */
async function* remembering(
  rounds: AsyncIterable<Round>,
  connection: Connection,
  invocation: Invocation<WatchOptions>,
): AsyncGenerator<Round> {
  let known = '';
  for await (const round of rounds) {
    const names = new Map(
      round.tracks.flatMap(({ place: { configurationId: id, displayName } }) =>
        typeof displayName === 'string' ? [[id, displayName] as const] : [],
      ),
    );
    const text = JSON.stringify([...names]);
    if (text !== known) await rememberNames(connection, invocation, names, { whole: true });
    known = text;
    yield round;
  }
}

async function* withFirst(first: Round, rest: AsyncGenerator<Round>): AsyncGenerator<Round> {
  yield first;
  yield* rest;
}

function resultOf(session: WatchSession, rounds: AsyncGenerator<Round>): Result {
  return {
    data: { records: session.records(rounds), endless: true },
    view: (records) => changesView(records as readonly WatchRecord[]),
    flat: WATCH_FLAT,
    live: {
      steps: session.steps(rounds),
      picture: (room) => session.picture(room),
      stop: (why) => session.stop(why),
    },
    failure: () => session.failure(),
    exitCode: () => session.exitCode(),
  };
}
