import { Failure } from '../../outcome/errors.ts';
import type { Emit, Event } from '../../outcome/events.ts';
import type { Block, Cell, LiveRoom } from '../../outcome/result.ts';
import { watchedView } from '../../present/views/watched.ts';
import { watchedLines } from '../../present/views/watched-lines.ts';
import type { Watched } from '../../present/views/watching.ts';
import type { Round } from '../../service/rounds.ts';
import type { Track } from '../../service/track.ts';
import { evaluateCondition, isMet, undecidedReasons } from '../following/condition-result.ts';
import { CountsTracker } from '../following/counts-tracker.ts';
import { ReadErrorTracker } from '../following/read-error-tracker.ts';
import { changeLine, flagsOf, recordOf, type WatchRecord } from './record.ts';
import type { WatchSettings } from './settings.ts';

export interface SessionOptions {
  readonly settings: WatchSettings;
  readonly emit: Emit;
  /** Aborts when the session must end before its condition holds. */
  readonly signal: AbortSignal;
  /** Aborts `signal`. */
  stop(reason: Failure): void;
  /** Whether standard input is a terminal, so that keys can be read. */
  readonly keys: boolean;
}

/** The state of one `watch`, from the first round to the last: the tracks, the messages, and how it ended. */
export class WatchSession {
  readonly #options: SessionOptions;
  readonly #readErrors = new ReadErrorTracker();
  readonly #counts = new CountsTracker();
  /** The ids of configurations that were reported. */
  readonly #reported = new Set<string>();
  #round: Round | undefined;
  /** Whether the condition holds for each track of the last round; empty without a condition. */
  #holds: ReadonlyMap<Track, boolean> = new Map();
  #met = false;
  #undecided: readonly string[] = [];
  #message: string | undefined;
  #why: 'quit' | 'interrupt' | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Keeps the last retry or warning of the connection, to show it on the screen. */
  onEvent(event: Event): void {
    if (event.kind === 'retry')
      this.#message = `${event.reason}: sent again${event.attempt === undefined ? '' : ` (${event.attempt} of ${event.attempts})`}`;
    if (event.kind === 'warning') this.#message = event.text;
  }

  /** The lines of the changes in each round. */
  async *steps(rounds: AsyncIterable<Round>): AsyncGenerator<readonly (readonly Cell[])[]> {
    for await (const tracks of this.#follow(rounds)) yield tracks.map(changeLine);
  }

  /** The records of the changes in all rounds. */
  async *records(rounds: AsyncIterable<Round>): AsyncGenerator<WatchRecord> {
    for await (const tracks of this.#follow(rounds))
      yield* tracks.map((track) => recordOf(track, this.#holds.get(track) ?? null));
  }

  picture(room: LiveRoom): readonly Block[] {
    const { settings, keys } = this.#options;
    if (this.#round === undefined) return [];
    const { tracks, ended, next, read } = this.#round;
    const { interval, stretched, until, any } = settings;
    // The number of selected configurations is not known in advance, so the format is the same for any number.
    const view = 'selection' in settings ? watchedLines : watchedView;
    return view(
      {
        watched: tracks.map(watchedOf),
        read,
        interval,
        stretched: stretched !== undefined,
        checkedAt: ended,
        nextCheck: next,
        until:
          until &&
          `holds for ${[...this.#holds.values()].filter(Boolean).length} of ${tracks.length}${any ? ', one is enough' : ''}: ${until.text}`,
        said: this.#message ?? this.#undecided[0],
        end: keys ? 'q ends' : 'Ctrl-C ends',
      },
      room,
    );
  }

  stop(why: 'quit' | 'interrupt'): void {
    this.#why = why;
    this.#options.stop(new Failure('interrupted', 'interrupted by Ctrl-C'));
  }

  /** The failure if the session was stopped before its condition held, so that a script does not continue. */
  failure(): Failure | undefined {
    const { until } = this.#options.settings;
    if (this.#met || until === undefined || !this.#options.signal.aborted) return undefined;
    return new Failure('interrupted', `ended before \`${until.text}\` held`, {
      exitCode: this.exitCode() || 130,
    });
  }

  /** Without a condition Ctrl-C is the normal end of `watch`, so it is not a failure, but the exit code shows it. */
  exitCode(): number {
    const { reason } = this.#options.signal;
    return this.#why === 'quit' || !(reason instanceof Failure) ? 0 : reason.exitCode;
  }

  /** The new tracks of each round: all tracks in the first round, later the changed ones. */
  async *#follow(rounds: AsyncIterable<Round>): AsyncGenerator<readonly Track[]> {
    const { signal } = this.#options;
    try {
      for await (const round of rounds) {
        this.#check(round);
        yield round.tracks.filter((track) => this.#isNew(track));
        if (this.#met) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #check(round: Round): void {
    const { emit, settings } = this.#options;
    this.#round = round;
    this.#message = undefined;
    for (const change of this.#readErrors.changes(round.tracks)) emit(change);
    const warning = this.#counts.warning(round.tracks);
    if (warning !== undefined) emit({ kind: 'warning', text: warning });
    this.#message = warning;
    if (settings.until === undefined) return;
    const results = evaluateCondition(round.tracks, settings.until.condition, round.ended);
    this.#holds = new Map(results.map(({ track, holds }) => [track, holds]));
    // A condition would hold for all of zero overviews.
    this.#met = results.length > 0 && isMet(results, settings.any);
    const undecided = undecidedReasons(results);
    for (const text of undecided.filter((reason) => !this.#undecided.includes(reason)))
      emit({ kind: 'note', text });
    this.#undecided = undecided;
  }

  /** Whether an overview was read or selected for the first time, or has changed. */
  #isNew({ place, overview, failure, changed }: Track): boolean {
    if (failure !== undefined || overview === undefined) return false;
    const known = this.#reported.has(place.configurationId);
    this.#reported.add(place.configurationId);
    return !known || changed.length > 0;
  }
}

function watchedOf({ place, failure, lastChange, ...track }: Track): Watched {
  return {
    ...track,
    id: place.configurationId,
    displayName: place.displayName ?? null,
    via: place.route.via,
    problem: failure?.message,
    lastChange: lastChange && { at: lastChange.at, what: flagsOf(lastChange.names).join(', ') },
  };
}
