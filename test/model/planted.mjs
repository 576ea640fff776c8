/** Defects that the model must find, each as edits of the program. */
export const PLANTED = [
  {
    name: 'intents are not written before sending',
    edits: [
      {
        path: 'src/runs/execute.ts',
        from: "await journal.append([...entries, { type: 'intent', indexes: unit.map(({ index }) => index), again }]);",
        to: 'await journal.append([...entries]);',
      },
    ],
  },
  {
    name: 'values are not read again before they are overwritten',
    edits: [{ path: 'src/runs/execute.ts', from: 'read && !isFresh(write, now)', to: 'false' }],
  },
  {
    name: 'a third value is overwritten without --force',
    edits: [{ path: 'src/runs/read-again.ts', from: 'foreign.length > 0 && !force', to: 'false' }],
  },
  {
    name: 'the replaced value is not recorded',
    edits: [
      {
        path: 'src/runs/execute.ts',
        from: 'if (next.replaces) entries.push(',
        to: 'if (false) entries.push(',
      },
    ],
  },
  {
    name: 'a lock of another process is ignored',
    edits: [{ path: 'src/state/lock.ts', from: "if (holder === 'nobody') return;", to: 'return;' }],
  },
  {
    name: 'a process that lost its lock continues',
    edits: [
      { path: 'src/state/log.ts', from: 'await this.#guard?.();', to: '' },
      {
        path: 'src/state/log.ts',
        from: "if (size !== this.#size) throw new Error('another process has written to it');",
        to: '',
      },
    ],
  },
  {
    name: 'checksums are not compared',
    edits: [
      { path: 'src/state/read-log.ts', from: 'if (checksum !== checksumOf(line)) return undefined;', to: '' },
    ],
  },
  {
    name: 'damage before the last group is treated as damage to the last group',
    edits: [
      {
        path: 'src/state/read-log.ts',
        from: "(this.#within ? 0 : 1)) return 'before';",
        to: "(this.#within ? 0 : 1)) return 'last';",
      },
      {
        path: 'src/state/read-log.ts',
        from: "=== 0 ? 'last' : 'before'",
        to: "=== 0 ? 'last' : 'last'",
      },
    ],
  },
  {
    name: 'an unfinished group is not removed',
    edits: [
      {
        path: 'src/state/log.ts',
        from: 'await file.truncate(end.size);',
        to: 'end = { ...end, size: (await file.stat()).size };',
      },
    ],
  },
  {
    name: 'rows of a damaged last group are not in doubt',
    edits: [{ path: 'src/runs/journal-state.ts', from: "if (damage === 'last') this.#doubtAll();", to: '' }],
  },
  {
    name: 'undo overwrites a value that another client has changed since',
    edits: [
      {
        path: 'src/runs/undo.ts',
        from: 'if (changed.length === 0 || (certain && force))',
        to: 'if (changed.length >= 0)',
      },
    ],
  },
  {
    name: 'a second sending is not reported',
    edits: [
      {
        path: 'src/runs/execute.ts',
        from: 'const again = unit.filter((job) => this.#isAgain(job)).map(({ index }) => index);',
        to: 'const again: number[] = [];',
      },
    ],
  },
  {
    name: 'the counts at the end of a journal are from before the read-back',
    edits: [
      {
        path: 'src/runs/run.ts',
        from: 'const counts = countRows(rows, planned);',
        to: 'const counts = { ...countRows(rows, planned), mismatched: 0 };',
      },
    ],
  },
];
