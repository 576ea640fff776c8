import { type ItemAnswer, sendBatch } from '../graph/batch.ts';
import type { GraphClient, GraphRequest } from '../graph/client.ts';
import { Failure } from '../outcome/errors.ts';
import { writeRequest } from '../service/overviews.ts';
import type { PlannedWrite } from './plan.ts';

/** Sends rows: several in one batch, if the service supports batches. */
export class RowSender {
  readonly #graph: GraphClient;
  #batches = true;

  constructor(graph: GraphClient) {
    this.#graph = graph;
  }

  /** A single row is sent without a batch. @returns a Failure if there is no answer to any of the rows */
  send(writes: readonly PlannedWrite[]): Promise<readonly ItemAnswer[] | Failure> {
    return this.#exchange(writes.map(requestOf));
  }

  async #exchange(requests: readonly GraphRequest[]): Promise<readonly ItemAnswer[] | Failure> {
    const graph = this.#graph;
    try {
      if (requests.length > 1 && this.#batches) return await sendBatch(graph, requests);
      return await Promise.all(requests.map((request) => alone(graph, request)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if ([404, 405, 501].includes(error.details.status ?? 0)) {
        this.#batches = false;
        return this.#exchange(requests);
      }
      return error;
    }
  }
}

/** The failure of one of several requests; undefined if it was successful. */
export function failureOf(answers: readonly ItemAnswer[] | Failure, position: number): Failure | undefined {
  if (answers instanceof Failure) return answers;
  const answer = answers[position];
  return answer?.ok === false ? answer.failure : undefined;
}

function requestOf({ row }: PlannedWrite): GraphRequest {
  const place = { configurationId: row.deviceConfigurationId, route: row.route };
  return writeRequest(place, row.values);
}

async function alone(graph: GraphClient, request: GraphRequest): Promise<ItemAnswer> {
  try {
    const { status, json, requestId } = await graph.sendOnce(request);
    return { ok: true, status, json, requestId };
  } catch (error) {
    if (!(error instanceof Failure) || error.details.status === undefined) throw error;
    return { ok: false, status: error.details.status, failure: error };
  }
}
