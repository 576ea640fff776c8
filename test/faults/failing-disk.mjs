// Loaded before the program (`--import`): a write or sync of a journal fails with EIO, either this one only or all
// from it on. A write that fails has stored a part of its data.
import { readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const { DISK_FAILS_AT, DISK_FAILS_ONCE, DISK_SHARE } = process.env;
const at = Number(DISK_FAILS_AT);
let operations = 0;

const file = await open(fileURLToPath(import.meta.url));
const handle = Object.getPrototypeOf(file);
await file.close();
const { appendFile, datasync } = handle;

function fails({ fd }) {
  if (!/\/runs\/[^/]+\.jsonl$/.test(readlinkSync(`/proc/self/fd/${fd}`))) return false;
  operations += 1;
  return DISK_FAILS_ONCE === 'yes' ? operations === at : operations >= at;
}

function failure(call) {
  return Object.assign(new Error(`EIO: i/o error, ${call}`), { code: 'EIO', errno: -5, syscall: call });
}

handle.appendFile = async function (bytes, ...rest) {
  if (!fails(this)) return appendFile.call(this, bytes, ...rest);
  await appendFile.call(this, bytes.subarray(0, Math.floor(Number(DISK_SHARE) * bytes.length)), ...rest);
  throw failure('write');
};

handle.datasync = async function () {
  if (!fails(this)) return datasync.call(this);
  throw failure('fdatasync');
};
