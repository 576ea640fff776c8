/** One word that may stand at the cursor. After one that ends in `/` or `.` the word goes on. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What a shell is answered: words, or that it shall complete names of files itself. */
export type Completion = 'files' | readonly Candidate[];
