// Measures whole processes in turn, so that other load of the machine affects all of them equally.
import { spawn } from 'node:child_process';

/**
 * Runs each contender once in each round. Two more rounds at the beginning warm the caches and are not measured.
 * @param contenders `{ name: { command, args, code } }`; `code` is the expected exit code, default 0
 * @returns `{ name: milliseconds[] }`
 */
export async function inTurn(contenders, rounds, env) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, { command, args, code = 0 }] of Object.entries(contenders)) {
      const started = performance.now();
      const ended = await endOf(command, args, env);
      if (ended !== code) throw new Error(`${name} ended with ${ended}`);
      if (round >= 0) times[name].push(performance.now() - started);
    }
  }
  return times;
}

function endOf(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'], env });
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** The median, over all rounds, of the time of one contender divided by that of another. */
export function ratio(times, name, base) {
  return median(times[name].map((time, round) => time / times[base][round]));
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
