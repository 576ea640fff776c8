import { proxyOf } from '../graph/proxy.ts';
import { openTransport, type Transport } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import type { SignInContext } from './context.ts';

/** The parts of @azure/core-rest-pipeline that its `httpClient` touches. Its headers are a class that it does not hand out. */
interface HttpHeaders {
  toJSON(): Record<string, string>;
}

interface PipelineRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HttpHeaders;
  readonly body?: unknown;
  readonly abortSignal?: unknown;
}

interface PipelineResponse {
  readonly request: PipelineRequest;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly bodyAsText: string;
}

/**
 * What the identity library sends its requests through: the transport of Graph, so that both have the same rules for
 * proxies, the same roots, bounds and time-outs.
 * @param direct without the proxy: the service is on this machine or on its link
 * @param onFailure is given what broke an exchange, since the library's errors lose it
 */
export function identityHttpClient(
  { runtime, timeout }: SignInContext,
  direct: boolean,
  onFailure: (failure: Failure) => void,
): { sendRequest(request: PipelineRequest): Promise<PipelineResponse> } {
  let transport: Transport | undefined;
  return {
    async sendRequest(request) {
      const { method, url } = request;
      transport ??= openTransport(direct ? undefined : proxyOf(runtime.env));
      try {
        const { status, headers, text } = await transport.exchange(
          { method, url: new URL(url), headers: headersOf(request), body: bodyOf(request) },
          timeout,
          signalOf(request, runtime.signal),
        );
        return { request, status, headers: sameKind(request.headers, headers), bodyAsText: text };
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== 'network') throw error;
        onFailure(error);
        throw restError(error);
      }
    },
  };
}

/** The transport decodes what it is sent, whatever was asked for; the length is its own. */
function headersOf({ headers }: PipelineRequest): Record<string, string> {
  const { 'accept-encoding': _, 'content-length': __, ...rest } = headers.toJSON();
  return rest;
}

function bodyOf({ body }: PipelineRequest): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new Error('the identity library sends a body that is neither a text nor bytes');
}

/** The library gives a signal of its own kind, or none. */
function signalOf({ abortSignal }: PipelineRequest, ended: AbortSignal): AbortSignal {
  return abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, ended]) : ended;
}

/** Headers of the library's own class, which takes the names and values of plain ones. */
function sameKind(like: HttpHeaders, headers: Readonly<Record<string, string>>): HttpHeaders {
  const Headers = like.constructor as new (raw: Readonly<Record<string, string>>) => HttpHeaders;
  return new Headers(headers);
}

/**
 * An error as the library's retry policy knows it: by its name and a code of Node. A time-out has none, and so is not
 * repeated: it has taken as long as a person would wait.
 */
function restError({ message, details: { code, connection } }: Failure): Error {
  const known = code === undefined || connection?.endsWith('timeout') ? {} : { code };
  return Object.assign(new Error(message), { name: 'RestError', ...known });
}

/**
 * The library reads the variables of proxies whatever client it is given, and throws for values without a scheme: these
 * keep it from that. The agent that it makes of them is not used.
 */
export const UNUSED_PROXY = { host: 'http://127.0.0.1', port: 9 };
