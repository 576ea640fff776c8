import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const IDENTITY = fileURLToPath(
  new URL('../../node_modules/@azure/identity/dist/esm/index.js', import.meta.url),
);

/** What a program printed. */
export interface ProgramEnd {
  readonly result: Readonly<Record<string, unknown>>;
}

/** Runs programs one after another in one process, because loading the library takes longer than most programs. */
export class IdentityPrograms {
  readonly #folder: string;
  readonly #child: ChildProcess;
  /** Rejects when the process has ended. */
  readonly #ended: Promise<never>;
  #stderr = '';

  /** @param caFile a private root certificate, which a process reads at its start */
  constructor(folder: string, caFile = '') {
    this.#folder = folder;
    const file = this.#write(
      `import * as identity from ${JSON.stringify(IDENTITY)};
const print = (value) => process.send(value);
const attempt = async (step) => {
  try {
    print(await step());
  } catch (error) {
    print({ error: error.name, message: error.message });
  }
};
Object.assign(globalThis, { identity, print, attempt });
process.on('message', ({ env, file }) => {
  process.env = env;
  import(file);
});
`,
    );
    this.#child = fork(file, { env: { NODE_EXTRA_CA_CERTS: caFile }, execArgv: [], stdio: 'pipe' });
    this.#child.stderr?.setEncoding('utf8').on('data', (part) => (this.#stderr += part));
    this.#ended = once(this.#child, 'close').then(([code]) => {
      throw new Error(`the program ended with ${code} and printed nothing: ${this.#stderr}`);
    });
    this.#ended.catch(() => undefined);
  }

  /**
   * Runs a module. It can use `identity` (@azure/identity), `print(value)`, and `attempt(async () => …)`, which
   * prints what the function returns, or `{error, message}` of what it throws. It prints one value, at its end.
   * @param env the whole environment of the program, except NODE_EXTRA_CA_CERTS
   */
  async run(env: Readonly<Record<string, string>>, body: string): Promise<ProgramEnd> {
    this.#child.send({ env, file: pathToFileURL(this.#write(body)).href });
    const [result] = await Promise.race([once(this.#child, 'message'), this.#ended]);
    return { result };
  }

  /** The path of a new module. */
  #write(text: string): string {
    const file = join(this.#folder, `${randomUUID()}.mjs`);
    writeFileSync(file, text);
    return file;
  }

  end(): void {
    this.#child.kill();
  }
}

/** Runs the body of a program in a new process. */
export async function runIdentityProgram(
  folder: string,
  env: Readonly<Record<string, string>>,
  body: string,
): Promise<ProgramEnd> {
  const programs = new IdentityPrograms(folder, env.NODE_EXTRA_CA_CERTS);
  try {
    return await programs.run(env, body);
  } finally {
    programs.end();
  }
}
