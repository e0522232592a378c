import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { Icon } from '../ui/icons.tsx';
import { Modal } from '../ui/modal.tsx';
import { say } from '../words/say.ts';
import { type Target, useTargets } from './use-targets.ts';

/** Calls back on Ctrl or Cmd with a letter, as soon as who asks for it is seen. */
export function useShortcut(letter: string, act: () => void): void {
  useLayoutEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== letter) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

/** One field that leads everywhere by name, and to an order by its id. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const id = useId();
  const router = useRouter();
  const list = useRef<HTMLUListElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { found, isForAdmins, isLooking } = useTargets(text);
  const go = (target: Target | undefined): void => {
    if (target === undefined) return;
    onClose();
    router.history.push(target.href);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') go(found[at]);
    if (step === undefined || found.length === 0) return;
    event.preventDefault();
    const next = (at + step + found.length) % found.length;
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Modal label={say('palette.title')} className="palette" onClose={onClose}>
      <input
        className="input"
        role="combobox"
        aria-label={say(isForAdmins ? 'palette.label.admin' : 'palette.label')}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found[at] && `${id}-${found[at].id}`}
        placeholder={say('palette.hint')}
        autoComplete="off"
        spellCheck={false}
        autoFocus
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} ref={list} role="listbox" aria-label={say('palette.title')}>
        {found.map((target, index) => (
          // The field has the focus and the keys; a pointer may also choose.
          <li
            key={target.id}
            id={`${id}-${target.id}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => go(target)}
          >
            <Icon name={target.icon} />
            {target.text}
          </li>
        ))}
      </ul>
      {found.length === 0 && !isLooking && <p className="none">{say('palette.none')}</p>}
    </Modal>
  );
}
