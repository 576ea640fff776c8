/**
 * What a command reports while it runs. All of it is written to standard error, so it must not contain secrets.
 */
export type Event =
  /** Information; silenced by `--quiet`. */
  | { readonly kind: 'note'; readonly text: string }
  /** Shown even with `--quiet`. */
  | { readonly kind: 'warning'; readonly text: string }
  /** What the user has to do before the command can continue; shown even with `--quiet`. */
  | { readonly kind: 'prompt'; readonly text: string }
  /** One line for `--verbose`. */
  | { readonly kind: 'detail'; readonly text: string }
  /** One HTTP exchange ended. */
  | {
      readonly kind: 'exchange';
      readonly method: string;
      readonly url: string;
      /** undefined if there was no answer. */
      readonly status: number | undefined;
      readonly milliseconds: number;
      /** 1 for the first. */
      readonly attempt: number;
      readonly requestHeaders: Readonly<Record<string, string>>;
      readonly requestBody: string | undefined;
      readonly responseHeaders: Readonly<Record<string, string>>;
      readonly responseBody: string | undefined;
    }
  /** Progress of a long operation. */
  | {
      readonly kind: 'progress';
      /** The current task, such as `writing`. */
      readonly task: string;
      readonly done: number;
      /** undefined if unknown. */
      readonly total: number | undefined;
      /** The number of results so far, by outcome. */
      readonly outcomes?: Readonly<Record<string, number>>;
      /** The part of `done` from before this operation, such as by an interrupted process. */
      readonly earlier?: number;
      /** The estimated end by the quota, in milliseconds since the epoch; called like `waitingUntil`. */
      readonly endsAt?: () => number;
      /** Total wait of the whole run so far, in milliseconds, which is not part of the measured rate. */
      readonly waited?: () => number;
      /** The end of a wait of the whole run, in milliseconds since the epoch; called each time progress is shown. */
      readonly waitingUntil?: () => number | undefined;
      /** What the run waits for, and why. */
      readonly waitingFor?: () => string;
      /** Whether the remaining time cannot be estimated from `done`. */
      readonly untimed?: boolean;
    }
  /** The operation has ended, or its progress is no longer shown. */
  | { readonly kind: 'progress-end' }
  /** A full-screen view was opened or closed. */
  | { readonly kind: 'screen'; readonly shown: boolean }
  /** The state of the command's single write from now on, for a failure that ends the command. */
  | {
      readonly kind: 'written';
      readonly written: 'no' | 'yes' | 'unknown';
      /** The command that reads the present values. */
      readonly check: string;
      /** The run whose journal has the intent. */
      readonly run: string | undefined;
    }
  /** A request will be sent again, or several of a batch. */
  | {
      readonly kind: 'retry';
      readonly method: string;
      /** The number of requests; undefined for a single one. */
      readonly count?: number;
      readonly reason: string;
      /** The number of the next attempt; undefined if the retry does not count as one. */
      readonly attempt: number | undefined;
      readonly attempts: number;
      readonly waitMilliseconds: number;
      /** The end of the wait, in milliseconds since the epoch. */
      readonly until: number;
    };

export type Emit = (event: Event) => void;
