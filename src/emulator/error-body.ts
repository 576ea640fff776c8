import type { Problem } from './problem.ts';

/** The request that an error body refers to. */
export interface ErrorContext {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly requestId: string;
  readonly clientRequestId: string;
  /** Path and query below the version, which Intune includes in its message. */
  readonly path: string;
}

const INTUNE =
  'https://fef.msub01.manage.microsoft.com/DeviceConfiguration_2012/StatelessDeviceConfigurationFEService';
const NO_OPERATION = '00000000-0000-0000-0000-000000000000';

/** Graph's error body. For an error of Intune, `message` is Intune's JSON as a string. */
export function errorBody({ code, message, intune }: Problem, context: ErrorContext): unknown {
  const { date, requestId, clientRequestId } = context;
  return {
    error: {
      code,
      message: intune === undefined ? message : intuneMessage(message, intune.headers ?? {}, context),
      innerError: { date: date.slice(0, 19), 'request-id': requestId, 'client-request-id': clientRequestId },
    },
  };
}

function intuneMessage(
  words: string,
  headers: Readonly<Record<string, string>>,
  { requestId, path }: ErrorContext,
): string {
  const operation = `Operation ID (for customer support): ${NO_OPERATION}`;
  const [resource = ''] = path.split('?');
  const envelope = {
    _version: 3,
    Message: `${words} - ${operation} - Activity ID: ${requestId} - Url: ${INTUNE}${resource}?api-version=5019-12-12`,
    CustomApiErrorPhrase: '',
    RetryAfter: null,
    ErrorSourceService: '',
    HttpHeaders: JSON.stringify(headers),
  };
  return JSON.stringify(envelope, null, 2).replaceAll('\n', '\r\n');
}
