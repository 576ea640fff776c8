import { isInstalled, operationsOf, run } from './command-line.mjs';

export const available = () => isInstalled('az');

/** `az rest` sends no token to an unknown host. */
const ALWAYS = ['rest', '--skip-authorization-header', '--only-show-errors', '--output', 'json'];

function send(url, { method = 'GET', body, headers = {} }) {
  const all = { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers };
  const given = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  const text = run('az', [
    ...[...ALWAYS, '--method', method, '--url', url],
    ...(given.length === 0 ? [] : ['--headers', ...given]),
    ...(body === undefined ? [] : ['--body', JSON.stringify(body)]),
  ]);
  return JSON.parse(text);
}

function failure(url) {
  try {
    return send(url, {});
  } catch ({ message }) {
    // ERROR: Not Found({"error":…})
    const [, reason, json] = /(\w[\w ]*)\((\{.*\})\)/s.exec(message);
    return [reason === 'Not Found' ? 404 : reason, JSON.parse(json).error.code];
  }
}

export const operations = operationsOf(send, failure);
