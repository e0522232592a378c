import type { Dispatcher } from 'undici';

type Handler = Required<Dispatcher.DispatchHandler>;
/** What the other side of an exchange does, in its turn. */
export type Step = (handler: Handler, controller: Dispatcher.DispatchController) => void;

export const starts: Step = (handler, controller) => handler.onRequestStart(controller, {});
// Undici tells of it by a name that its types do not have.
export const isSent: Step = (handler) => (handler as unknown as { onRequestSent(): void }).onRequestSent();
export const head =
  (status: number, headers: Record<string, string> = {}): Step =>
  (handler, controller) =>
    handler.onResponseStart(controller, status, headers);
export const chunk =
  (text: string): Step =>
  (handler, controller) =>
    handler.onResponseData(controller, Buffer.from(text));
export const ends: Step = (handler, controller) => handler.onResponseEnd(controller, {});
export const breaks: Step = (handler, controller) =>
  handler.onResponseError(controller, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));

/** Connections on which this happens, at once and in this order, whatever is asked. `afterStep` is called behind each. */
export function scriptedDispatcher(
  steps: readonly Step[],
  afterStep: () => void = () => undefined,
): Dispatcher {
  const controller = { abort: () => undefined, pause: () => undefined, resume: () => undefined };
  const dispatch = (_request: unknown, handler: Handler): void => {
    for (const step of steps) {
      step(handler, controller as unknown as Dispatcher.DispatchController);
      afterStep();
    }
  };
  return { dispatch } as unknown as Dispatcher;
}
