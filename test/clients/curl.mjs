import { isInstalled, operationsOf, run } from './command-line.mjs';

export const available = () => isInstalled('curl');

// --globoff: the address has brackets and braces of OData, not of curl.
const ALWAYS = ['--silent', '--show-error', '--globoff', '--compressed', '--retry', '3'];
const CA = process.env.NODE_EXTRA_CA_CERTS;
const TRUST = CA === undefined ? [] : ['--cacert', CA];

function send(url, { method = 'GET', body, headers = {} }) {
  const all = { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers };
  const given = Object.entries(all).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const data = body === undefined ? [] : ['--data', JSON.stringify(body)];
  const text = run('curl', [...ALWAYS, ...TRUST, '--fail', '--request', method, ...given, ...data, url]);
  return JSON.parse(text);
}

function failure(url) {
  const text = run('curl', [...ALWAYS, ...TRUST, '--write-out', '\n%{http_code}', url]);
  const [, json, status] = /^(.*)\n(\d+)$/s.exec(text);
  return [Number(status), JSON.parse(json).error.code];
}

export const operations = operationsOf(send, failure);
