import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { proxyOf } from '../graph/proxy.ts';
import { openTransport, type Transport } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import type { SignInContext } from './context.ts';

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
): HttpClient {
  let transport: Transport | undefined;
  return {
    async sendRequest(request) {
      const { createHttpHeaders, RestError } = await import('@azure/core-rest-pipeline');
      transport ??= openTransport(direct ? undefined : proxyOf(runtime.env));
      try {
        const { status, headers, text } = await transport.exchange(
          {
            method: request.method,
            url: new URL(request.url),
            headers: headersOf(request),
            body: bodyOf(request),
          },
          timeout,
          signalOf(request, runtime.signal),
        );
        return { request, status, headers: createHttpHeaders(headers), bodyAsText: text } as PipelineResponse;
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== 'network') throw error;
        onFailure(error);
        // Its retry policy goes by codes. A time-out is not repeated: it has taken as long as a person would wait.
        const { code, connection } = error.details;
        const retried = code === undefined || connection === 'timeout' ? {} : { code };
        throw new RestError(error.message, { request, ...retried });
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

/**
 * The library reads the variables of proxies whatever client it is given, and throws for values without a scheme: these
 * keep it from that. The agent that it makes of them is not used.
 */
export const UNUSED_PROXY = { host: 'http://127.0.0.1', port: 9 };
