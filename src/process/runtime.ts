import type { Readable } from 'node:stream';

/** `resize` comes from a terminal alone. */
export type OutputEvent = 'error' | 'drain' | 'resize';

/** Where text is written to: what is needed of a `Writable`, with what a terminal tells about itself. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string, written?: (error?: Error | null) => void): boolean;
  on(event: OutputEvent, listener: (error: NodeJS.ErrnoException) => void): this;
  off(event: OutputEvent, listener: (error: NodeJS.ErrnoException) => void): this;
}

/** A stream that text is read from. */
export type Input = Readable & {
  readonly isTTY?: boolean;
  /** Of a terminal: every key comes at once, is not echoed, and Ctrl-C is a key like any other. */
  setRawMode?(raw: boolean): unknown;
};

/** Time, so that no test has to wait for it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What one run of the program is given from outside. Nothing else of the process is read anywhere. */
export interface Runtime {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Of Node, such as `20.18.1`. */
  readonly nodeVersion: string;
  /** The user's home folder, where there is one. */
  readonly home: string | undefined;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  random(): number;
  /** A fresh GUID, for `client-request-id`. */
  uuid(): string;
  /**
   * Asks whoever sits at the terminal, even where standard input is a file, and resolves with the answer; undefined
   * where there is no terminal.
   */
  ask(question: string): Promise<string | undefined>;
  /**
   * Has `undo` called when the process ends in whatever way but SIGKILL, for what must not outlast it, such as a screen.
   * It has to be done when it returns.
   * @returns calls it off
   */
  atExit(undo: () => void): () => void;
  /** Aborts when the run is interrupted; its reason is a `Failure` of kind `interrupted`. */
  readonly signal: AbortSignal;
}
