import type { Block, Cell, Room } from '../../outcome/result.ts';
import { isNarrow } from './overview.ts';

/** A record of `routes`. */
export interface ListedRoute {
  readonly name: string;
  readonly path: string;
  readonly apiVersions: readonly string[];
  readonly certificateId: boolean;
  /** null for a route that is only in the metadata. */
  readonly documented: { readonly since: string; readonly until: string } | null;
}

/**
 * The values of `--via`. If the table does not fit, each path is on its own line below the name.
 * @param type the type of configuration that the routes fit; undefined if all routes are listed
 */
export function routesView(records: readonly ListedRoute[], room: Room, type?: string): Block[] {
  const whose: Block[] =
    type === undefined ? [] : [{ kind: 'line', cells: [{ text: `the configuration is of type ${type}` }] }];
  return [...whose, ...tableOf(records, room)];
}

function tableOf(records: readonly ListedRoute[], room: Room): Block[] {
  if (isNarrow(room) || (room.width !== undefined && room.width < widthOf(records))) {
    return records.flatMap((record): Block[] => [
      { kind: 'heading', text: record.name },
      {
        kind: 'verbatim',
        text: `${pathOf(record)}\n${record.apiVersions.join(', ')}, ${
          record.documented === null ? 'not documented' : `documented ${spanOf(record)}`
        }`,
      },
    ]);
  }
  const rows = records.map((record): Cell[] => [
    { text: record.name, tone: 'strong' },
    { text: pathOf(record) },
    { text: record.apiVersions.join(', '), tone: 'dim' },
    { text: spanOf(record), tone: 'dim' },
  ]);
  return [
    { kind: 'table', columns: TITLES.map((title) => ({ title })), rows },
    ...(records.some(({ certificateId }) => certificateId) ? [ID_LINE] : []),
  ];
}

const ID_LINE: Block = {
  kind: 'line',
  cells: [{ text: '{id} is set with --certificate-id', tone: 'dim' }],
};

const TITLES = ['--via', 'Path before /deviceStatusOverview', 'API versions', 'Documented'];

function pathOf({ path }: ListedRoute): string {
  return path === '' ? '(the configuration itself)' : path;
}

function spanOf({ documented }: ListedRoute): string {
  if (documented === null) return '–';
  return documented.since === documented.until
    ? documented.since
    : `${documented.since} to ${documented.until}`;
}

function widthOf(records: readonly ListedRoute[]): number {
  const widest = (text: (record: ListedRoute) => string): number =>
    Math.max(...records.map((one) => text(one).length));
  return (
    widest(({ name }) => name) +
    widest(pathOf) +
    widest(({ apiVersions }) => apiVersions.join(', ')) +
    widest(spanOf) +
    6
  );
}
