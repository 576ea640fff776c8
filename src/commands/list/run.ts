import { PROPERTIES } from '../../catalog/properties.ts';
import { Failure } from '../../errors.ts';
import { configurationsView } from '../../present/views/configurations.ts';
import type { Flat } from '../../result.ts';
import { type Configuration, listConfigurations } from '../../service/configurations.ts';
import type { Action } from '../command.ts';
import { connect } from '../connect.ts';
import { readGraphSettings } from '../settings.ts';

export const run: Action = async (invocation) => {
  const { runtime, options, report } = invocation;
  const settings = readGraphSettings({ options, env: runtime.env });
  const connection = await connect(settings, 'read', invocation);
  let read = 0;
  const failed: string[] = [];
  async function* counted(): AsyncGenerator<Configuration> {
    for await (const configuration of listConfigurations(connection.graph, report)) {
      read += 1;
      if (configuration.error !== undefined) {
        failed.push(configuration.id);
        report({ kind: 'warning', text: `${configuration.id}: ${configuration.error.message}` });
      }
      yield configuration;
    }
  }
  return {
    data: { records: counted() },
    view: (records, room) => configurationsView(records as readonly Configuration[], room),
    flat: FLAT,
    failure: () => (failed.length === 0 ? undefined : unread(failed.length, read)),
    close: () => connection.close(),
  };
};

/** A row that a spreadsheet can edit and that names its overview again: what bulk work reads. */
const FLAT: Flat = {
  columns: [
    'deviceConfigurationId',
    'displayName',
    '@odata.type',
    'via',
    ...PROPERTIES.map(({ name }) => columnOf(name)),
  ],
  row(record) {
    const { id, displayName, '@odata.type': type, overview } = record as Configuration;
    const values = PROPERTIES.map(({ name }) => [columnOf(name), overview?.[name]] as const);
    return {
      deviceConfigurationId: id,
      displayName,
      '@odata.type': type,
      via: 'direct',
      ...Object.fromEntries(values),
    };
  },
};

/** The overview's own key must not be taken for the configuration's. */
function columnOf(name: string): string {
  return name === 'id' ? 'overviewId' : name;
}

function unread(failed: number, all: number): Failure {
  return new Failure('partial', `the overviews of ${failed} of ${all} configurations could not be read`, {
    hint: 'the rows without counts name the configurations; `graph-overview get <id>` says more about one',
  });
}
