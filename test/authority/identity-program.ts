import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const IDENTITY = fileURLToPath(
  new URL('../../node_modules/@azure/identity/dist/esm/index.js', import.meta.url),
);

/** The exit code and output of a program: it prints one line of JSON, which is `result`. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly result: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

/**
 ** Runs the body of a program in a separate process, because a process reads a private root certificate at its start.
 ** It can use `identity` (@azure/identity), `print(value)`, and `attempt(async () => …)`, which prints what the function
 ** returns, or `{error, message}` of what it throws.
 * @param env the whole environment of the process
 */
export function runIdentityProgram(
  folder: string,
  env: Readonly<Record<string, string>>,
  body: string,
): Promise<ProgramEnd> {
  const file = join(folder, `${randomUUID()}.mjs`);
  writeFileSync(
    file,
    `import * as identity from ${JSON.stringify(IDENTITY)};
const print = (value) => console.log(JSON.stringify(value));
const attempt = async (step) => {
  try {
    print(await step());
  } catch (error) {
    print({ error: error.name, message: error.message });
  }
};
${body}
`,
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { env, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
    child.on('error', reject);
    child.on('close', (code) => {
      try {
        resolve({ code, result: JSON.parse(stdout), stderr });
      } catch {
        reject(new Error(`the program ended with ${code} and printed no JSON: ${stdout}${stderr}`));
      }
    });
    child.stdin.end();
  });
}
