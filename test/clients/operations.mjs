// The operations of a client, and their expected results; the values are those of the sample tenant.

export const FIRST = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
export const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';
export const OVERVIEW = `${CONFIGURATIONS}/${FIRST}/deviceStatusOverview`;
export const MISSING = `${CONFIGURATIONS}/5a3b1c00-0b1e-4d5a-9c3e-0000000000ff`;

/** In the order of the table: the name that a client module exports, the title, and the expected result. */
export const OPERATIONS = [
  {
    name: 'list',
    title: 'list with `$top`, `$select`',
    expected: [
      'Windows 10 – Device restrictions',
      'Corporate Wi-Fi (Windows)',
      'iOS device certificate (SCEP)',
    ],
  },
  {
    name: 'filter',
    title: 'list with `$filter`, `$orderby`',
    expected: ['Update ring 2 – Broad', 'Update ring 1 – Pilot 🚀'],
  },
  { name: 'page', title: 'all pages by their links', expected: 39 },
  {
    name: 'read',
    title: 'read by id with `$expand`',
    expected: ['#microsoft.graph.windows10GeneralConfiguration', 212],
  },
  { name: 'patch', title: 'patch an overview', expected: [21, 21] },
  { name: 'batch', title: '`$batch` of reads, one of them missing', expected: [200, 404] },
  { name: 'batchWrite', title: '`$batch` with a write, answered with 204', expected: [204, 22] },
  { name: 'error', title: 'error of Intune', expected: [404, 'ResourceNotFound'] },
  { name: 'retry', title: 'throttled, then retried after `Retry-After`', expected: 3 },
];

/** The query of `filter`. */
export const FILTER = "startswith(displayName,'Update ring')";
export const ORDER = 'version desc';
