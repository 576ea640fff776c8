import type { Emit } from '../../outcome/events.ts';
import type { Result } from '../../outcome/result.ts';
import { mayRecover, type Round, readRounds } from '../../service/rounds.ts';
import { tenantRounds } from '../../service/tenant-rounds.ts';
import type { Action, Invocation } from '../command.ts';
import { type Connection, connect } from '../connection/connect.ts';
import { readLimiter } from '../connection/read-limiter.ts';
import { rememberNames } from '../connection/remember-names.ts';
import { commandFailure, resolvePlaces } from '../following/follow-places.ts';
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
  const emitToSession: Emit = (event) => {
    session.onEvent(event);
    emit(event);
  };
  const watching = { ...invocation, emit: emitToSession, runtime: { ...runtime, signal } };
  const connection = await connect(settings.graph, 'read', watching);
  const rounds = await startRounds(settings, connection, watching);
  return resultOf(session, rounds);
};

/**
 * Starts the rounds, and checks the first one.
 * @throws the Failure of the first configuration, if none can be read and retrying would not help
 */
async function startRounds(
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
          rememberingNames(tenantRounds(reading, emit), connection, invocation),
          settings.selection,
          emit,
        )
      : readRounds(await resolvePlaces(graph, settings.places, options.resolve === true, emit), reading);
  const { value: first } = await rounds.next();
  const tracks = (first as Round).tracks;
  const [one] = tracks;
  if (one !== undefined && tracks.every(({ failure }) => failure !== undefined && !mayRecover(failure)))
    throw await commandFailure(graph, one, tracks.length);
  return withFirst(first as Round, rounds);
}

/** Stores the names of the tenant for completion, at the start and when they change. */
async function* rememberingNames(
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
