/**
 * What happens while a command works, for whoever wants to show it. Everything here goes to standard error; none of
 * it may hold a secret.
 */
export type Event =
  /** Worth knowing; silenced by `--quiet`. */
  | { readonly kind: 'note'; readonly text: string }
  /** Something that may surprise; shown even with `--quiet`. */
  | { readonly kind: 'warning'; readonly text: string }
  /** What a person has to do before the command can go on; shown even with `--quiet`. */
  | { readonly kind: 'prompt'; readonly text: string }
  /** One line for `--verbose`. */
  | { readonly kind: 'detail'; readonly text: string }
  /** One HTTP exchange ended. */
  | {
      readonly kind: 'exchange';
      readonly method: string;
      readonly url: string;
      /** undefined where no answer came. */
      readonly status: number | undefined;
      readonly milliseconds: number;
      /** 1 for the first. */
      readonly attempt: number;
      readonly requestHeaders: Readonly<Record<string, string>>;
      readonly requestBody: string | undefined;
      readonly responseHeaders: Readonly<Record<string, string>>;
      readonly responseBody: string | undefined;
    }
  /** Long work goes on. */
  | {
      readonly kind: 'progress';
      /** What is being done, such as `writing`. */
      readonly task: string;
      readonly done: number;
      /** undefined where nobody knows. */
      readonly total: number | undefined;
      /** What came of it so far, by name. */
      readonly outcomes?: Readonly<Record<string, number>>;
      /** How much of `done` was done before this work began, such as by a process that was interrupted. */
      readonly earlier?: number;
      /** When all will be done as far as the quota decides, in milliseconds since the epoch; asked for like the next. */
      readonly endsAt?: () => number;
      /** How long everyone has waited so far, in milliseconds: the rate of the work itself leaves it out. */
      readonly waited?: () => number;
      /** Until when everyone waits, in milliseconds since the epoch; asked for whenever it is shown. */
      readonly waitingUntil?: () => number | undefined;
      /** What they wait for, and why. */
      readonly waitingFor?: () => string;
      /** How much was done says nothing about how long the rest takes. */
      readonly untimed?: boolean;
    }
  /** Long work is over, or goes on unseen. */
  | { readonly kind: 'progress-end' }
  /** A screen covers the terminal, or no longer does. */
  | { readonly kind: 'screen'; readonly shown: boolean }
  /** How the one write of the command stands from here on, for a failure that ends it. */
  | {
      readonly kind: 'written';
      readonly written: 'no' | 'yes' | 'unknown';
      /** The command that reads what is there. */
      readonly check: string;
      /** The run whose journal holds the intent. */
      readonly run: string | undefined;
    }
  /** A request will be sent again, or several of a batch. */
  | {
      readonly kind: 'retry';
      readonly method: string;
      /** How many; undefined for a request by itself. */
      readonly count?: number;
      readonly reason: string;
      /** The number of the attempt that will follow; undefined where none is used up. */
      readonly attempt: number | undefined;
      readonly attempts: number;
      readonly waitMilliseconds: number;
      /** The end of the wait, in milliseconds since the epoch. */
      readonly until: number;
    };

export type Emit = (event: Event) => void;
