import type { Readable } from 'node:stream';

/** `resize` is emitted by a terminal only. */
export type OutputEvent = 'error' | 'drain' | 'resize';

/** The part of a `Writable` that is used, with the properties of a terminal. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string, written?: (error?: Error | null) => void): boolean;
  on(event: OutputEvent, listener: (error: NodeJS.ErrnoException) => void): this;
  off(event: OutputEvent, listener: (error: NodeJS.ErrnoException) => void): this;
}

/** An input stream. */
export type Input = Readable & {
  readonly isTTY?: boolean;
  /** Of a terminal: each key is read at once and not echoed, and Ctrl-C is not a signal. */
  setRawMode?(raw: boolean): unknown;
};

/** The clock, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What a run of the program gets from its environment. Nothing else of the process is read anywhere. */
export interface Runtime {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Of Node, such as `20.18.1`. */
  readonly nodeVersion: string;
  /** The user's home folder; undefined if there is none. */
  readonly home: string | undefined;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  random(): number;
  /** A new GUID, for `client-request-id`. */
  uuid(): string;
  /**
   * Asks the user at the terminal, even if standard input is a file, and resolves with the answer; undefined if there is
   * no terminal.
   */
  ask(question: string): Promise<string | undefined>;
  /**
   * Calls `undo` when the process ends in any way except SIGKILL, such as to close a full-screen view. `undo` must be
   * synchronous.
   * @returns a function that cancels it
   */
  atExit(undo: () => void): () => void;
  /** Aborts when the run is interrupted; its reason is a `Failure` of kind `interrupted`. */
  readonly signal: AbortSignal;
}
