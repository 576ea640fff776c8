/** A word that is possible at the cursor. If it ends in `/` or `.`, the shell adds no space after it. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** The answer to a shell: candidates, or `files` if the shell completes file names itself. */
export type Completion = 'files' | readonly Candidate[];
