import { inGroup, type OptionsOf } from '../options/option-row.ts';
import { OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const OPTIONS = [
  ...inGroup('Server:', [
    { flags: '--port <n>', description: 'Port to listen on (default: a free one)' },
    { flags: '--cert <pem>', description: 'Certificate in PEM: serve https, together with --key' },
    { flags: '--key <pem>', description: 'The private key of --cert in PEM' },
    {
      flags: '--allow-host <name>',
      description: 'Accept this host name in addition to those of loopback; repeatable',
      repeatable: true,
    },
    { flags: '--state <file>', description: 'Store changes in this file (default: in memory only)' },
    { flags: '--log <file>', description: 'Append one JSON line for each request, including refused ones' },
  ]),
  ...inGroup('Tenant and behaviour:', [
    {
      flags: '--tenant <file>',
      description: 'Use the tenant of a listing: the output of `list -o json` or `-o jsonl`',
    },
    {
      flags: '--configurations <n>',
      description: 'Generate a tenant of that size (default: the sample tenant)',
    },
    {
      flags: '--shape <how>',
      description: 'Shape of overviews: that of the live service (default), or of the reference page (docs)',
      choices: ['live', 'docs'],
    },
    { flags: '--no-expand', description: 'Refuse $expand, as some services do' },
    { flags: '--strict-odata', description: 'Refuse routes that the metadata does not have' },
    {
      flags: '--require-permission',
      description:
        'Read the permissions and the expiry of the token: 401, 403; send one with `--auth token` and GRAPH_TOKEN',
    },
    {
      flags: '--quota <limit>',
      description: 'Limit: off (default), documented, or writes in a window such as 100/20s',
    },
    {
      flags: '--latency <duration>',
      description: 'Delay of each request; the items of a batch are delayed together',
    },
    {
      flags: '--fault <status:share>',
      description:
        'Answer a share of the requests with a status, cut them (reset), or answer them 2 s late (spike): 429:0.1, reset:10%; repeatable',
      repeatable: true,
    },
    { flags: '--no-retry-after', description: 'Send 429 without Retry-After' },
    {
      flags: '--ignore-writes <how>',
      description: 'Answer 200 but store nothing: echo the values sent, or keep the stored ones',
      choices: ['echo', 'keep'],
    },
    {
      flags: '--stale <duration>',
      description: 'Let reads lag behind writes by this time',
    },
  ]),
  ...OUTPUT_OPTIONS,
] as const;

export type ServeOptions = OptionsOf<typeof OPTIONS>;
