import { proxyOf } from '../graph/proxy.ts';
import { openTransport, type Transport } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import type { SignInContext } from './context.ts';

/** The parts of @azure/core-rest-pipeline that an `httpClient` uses. The class of its headers is not exported. */
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
 * The HTTP client of the identity library. It uses the transport of Graph, so that proxies, certificate roots, limits and
 * time-outs are the same.
 * @param direct whether to bypass the proxy, for a service on this machine or at a link-local address
 * @param onFailure is called with the cause of a failed exchange, which the library's errors do not have
 * @param refused returns the Failure for a URL to which nothing may be sent, and undefined for any other
 */
export function identityHttpClient(
  { runtime, timeout }: SignInContext,
  direct: boolean,
  onFailure: (failure: Failure) => void,
  refused: (url: URL) => Failure | undefined = () => undefined,
): { sendRequest(request: PipelineRequest): Promise<PipelineResponse> } {
  let transport: Transport | undefined;
  return {
    async sendRequest(request) {
      const { method } = request;
      const url = new URL(request.url);
      transport ??= openTransport(direct ? undefined : proxyOf(runtime.env));
      try {
        const failure = refused(url);
        if (failure !== undefined) throw failure;
        const { status, headers, text } = await transport.exchange(
          { method, url, headers: headersOf(request), body: bodyOf(request) },
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

/** The transport sets `accept-encoding` and `content-length` itself. */
function headersOf({ headers }: PipelineRequest): Record<string, string> {
  const { 'accept-encoding': _, 'content-length': __, ...rest } = headers.toJSON();
  return rest;
}

function bodyOf({ body }: PipelineRequest): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new Error('the identity library sent a body that is neither a string nor bytes');
}

/** Combines the signal of the library, if it has one, with the signal of the run. */
function signalOf({ abortSignal }: PipelineRequest, ended: AbortSignal): AbortSignal {
  return abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, ended]) : ended;
}

/** Creates headers of the library's class from a plain object. */
function sameKind(like: HttpHeaders, headers: Readonly<Record<string, string>>): HttpHeaders {
  const Headers = like.constructor as new (raw: Readonly<Record<string, string>>) => HttpHeaders;
  return new Headers(headers);
}

/**
 * An error that the library's retry policy recognizes by its name and Node's error code. A time-out has no code, so that it
 * is not retried: the full time-out of the user has already passed.
 */
function restError({ message, details: { code, connection } }: Failure): Error {
  const known = connection?.endsWith('timeout') ? undefined : code;
  return Object.assign(new Error(message), { name: 'RestError', code: known });
}

/**
 * The library reads the proxy variables even with another client, and throws for values without a scheme. This option
 * prevents that. The agent that it creates is not used.
 */
export const UNUSED_PROXY = { host: 'http://127.0.0.1', port: 9 };
