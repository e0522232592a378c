import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from './exchange.ts';
import type { ChosenScenario } from './scenario-choice.ts';
import type { FailureFacts } from './failure-facts.ts';
import { html502, scenarioFailures } from './scenario-failures.ts';
import type { ScenarioName } from './scenarios.ts';

const defaultSlowMs = 3000;
const maxSlowMs = 3_600_000;

/**
 * Plays a scenario that replaces or delays an answer. Resolves true when the answer is done with, false when the
 * route should go on. Throws the scenario's GoogleError, or an AbortError when the caller leaves during a wait.
 */
export async function playFault(
  exchange: Exchange,
  scenario: ChosenScenario | undefined,
  facts: Omit<FailureFacts, 'argument'>,
): Promise<boolean> {
  if (scenario === undefined) return false;
  const failure = scenarioFailures[scenario.name];
  if (failure !== undefined) throw failure({ ...facts, argument: scenario.argument });
  const fault = wireFaults[scenario.name];
  return fault === undefined ? false : await fault(exchange, scenario.argument);
}

const wireFaults: Readonly<
  Partial<Record<ScenarioName, (exchange: Exchange, argument: string | undefined) => Promise<boolean>>>
> = {
  'slow-first-byte': async (exchange, argument) => {
    await wait(slowMs(argument), exchange.signal);
    return false;
  },
  hang: async ({ signal }) => {
    if (!signal.aborted) await once(signal, 'abort');
    return true;
  },
  reset: async (exchange) => {
    await exchange.reset();
    return true;
  },
  'html-502': async (exchange) => {
    await exchange.send({ status: 502, contentType: 'text/html; charset=UTF-8' }, [Buffer.from(html502)]);
    return true;
  },
};

export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal });
}

function slowMs(argument: string | undefined): number {
  const milliseconds = Number(argument ?? defaultSlowMs);
  return Number.isInteger(milliseconds) && milliseconds >= 0
    ? Math.min(milliseconds, maxSlowMs)
    : defaultSlowMs;
}
