// Branches of the parsers that no generated case can reach: a part of the line of each, and the reason.

const SPLIT = 'splitting text gives at least one part';
const GUARD = 'a guard for other errors, of which there are none';
const PATH = 'a matter of the path, not of the content: tested with `--plan`';

export const UNREACHED = {
  'src/graph/failure.ts': [["typeof value === 'object' && value !== null ?", 'only objects are passed']],
  'src/graph/page.ts': [["ENTITIES[name] ?? ''", 'the pattern has only the names of the table']],
  'src/graph/pages.ts': [["const [first = '']", SPLIT]],
  'src/graph/quota/record.ts': [['return isObject(value)', 'JSON that starts with a brace is an object']],
  'src/graph/reason.ts': [["const [sentence = '']", SPLIT]],
  'src/input/csv-records.ts': [["isOneCell([first = ''", 'a record of CSV has at least one cell']],
  'src/input/decode.ts': [['ERR_ENCODING_INVALID_ENCODED_DATA', GUARD]],
  'src/input/found-rows.ts': [['if (one === undefined)', 'every name is looked up before']],
  'src/input/json-records.ts': [
    ['children = []', 'without errors, the parser gives every object and member its parts'],
    ['node] = []', 'without errors, the parser gives every object and member its parts'],
  ],
  'src/input/line-errors.ts': [['!(error instanceof Failure)', GUARD]],
  'src/overview/condition/index.ts': [['!(error instanceof ConditionError)', GUARD]],
  'src/overview/nearest-route.ts': [["const [only = ''", SPLIT]],
  'src/overview/route.ts': [['filled ?? segments', 'if it is undefined, an error has been thrown']],
  'src/report/read-listing.ts': [
    ["const [first = ''", 'only called with errors'],
    ['if (first === undefined)', 'both JSON parsers refuse the same texts'],
    ['before.at(-1)', SPLIT],
    ['error instanceof Error', GUARD],
  ],
  'src/runs/plan-file.ts': [
    ['error instanceof NotReplaceableError', PATH],
    ['isDeviceName(path)', PATH],
    ['if (file === undefined)', PATH],
    ['size <= MAX_BYTES', 'a file of 500 MB'],
    ['apiVersion === undefined', 'checked when the plan is loaded'],
  ],
  'src/text/escaped-text.ts': [["CONTROLS[character ?? '']", 'one of the two groups always matches']],
};
