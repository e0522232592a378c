import { type ReactNode, useEffect, useRef, useState } from 'react';
import { say } from '../words/say.ts';
import { Icon } from './icons.tsx';

const toldForMs = 2000;

/**
 * Copies a text. Pages over plain HTTP have no clipboard: there the text is shown selected, to be copied by hand.
 */
export function CopyButton({
  text,
  label,
  isBare = false,
}: {
  readonly text: string;
  readonly label?: string;
  readonly isBare?: boolean;
}): ReactNode {
  const [state, setState] = useState<'idle' | 'copied' | 'by-hand'>('idle');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (state === 'by-hand') field.current?.select();
    if (state !== 'copied') return undefined;
    const timer = setTimeout(() => setState('idle'), toldForMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    const clipboard = navigator.clipboard as Clipboard | undefined;
    if (clipboard === undefined) setState('by-hand');
    else
      clipboard.writeText(text).then(
        () => setState('copied'),
        () => setState('by-hand'),
      );
  };
  if (state === 'by-hand')
    return (
      <span className="row-of">
        <input
          ref={field}
          className="input"
          readOnly
          value={text}
          aria-label={say('app.copyByHand')}
          onBlur={() => setState('idle')}
        />
        <span className="small quiet">{say('app.copyByHand')}</span>
      </span>
    );
  const shown = state === 'copied' ? say('app.copied') : (label ?? say('app.copy'));
  return (
    <button type="button" className={`button ${isBare ? 'bare' : ''}`} onClick={copy}>
      <Icon name={state === 'copied' ? 'done' : 'copy'} />
      <span aria-live="polite">{shown}</span>
    </button>
  );
}
