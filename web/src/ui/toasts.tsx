import { type ReactNode, useSyncExternalStore } from 'react';
import { say } from '../words/say.ts';
import { Icon } from './icons.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isBad: boolean;
  readonly act?: ToastAct;
}

/** Something that can be done about what was told. */
export interface ToastAct {
  readonly word: string;
  readonly act: () => void;
}

const shownForMs = 6000;
const actForMs = 10_000;
const mostShown = 3;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function replace(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of listeners) tell();
}

/** Says in the corner what came of an act. What went wrong stays until it is closed. */
export function tell(text: string, isBad = false, act?: ToastAct): void {
  const id = nextId++;
  replace([...toasts, { id, text, isBad, ...(act && { act }) }].slice(-mostShown));
  if (!isBad) setTimeout(() => dismiss(id), act === undefined ? shownForMs : actForMs);
}

function dismiss(id: number): void {
  replace(toasts.filter((toast) => toast.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="toasts" aria-live="polite">
      {shown.map(({ id, text, isBad, act }) => (
        <div key={id} className={`notice toast ${isBad ? 'bad' : ''}`}>
          <p className="grow">{text}</p>
          {act !== undefined && (
            <button
              type="button"
              className="button"
              onClick={() => {
                act.act();
                dismiss(id);
              }}
            >
              {act.word}
            </button>
          )}
          <button
            type="button"
            className="button bare icon-only"
            aria-label={say('app.close')}
            onClick={() => dismiss(id)}
          >
            <Icon name="bad" />
          </button>
        </div>
      ))}
    </div>
  );
}
