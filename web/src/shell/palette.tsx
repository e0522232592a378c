import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { modelsQuery, sessionQuery, upstreamsQuery } from '../api/queries.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Modal } from '../ui/modal.tsx';
import { say } from '../words/say.ts';
import { places } from './places.ts';

interface Target {
  readonly id: string;
  readonly icon: IconName;
  readonly text: string;
  readonly href: string;
}

const mostShown = 12;

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

/** One field that leads everywhere: pages, upstreams, models, and an order by its id. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const id = useId();
  const router = useRouter();
  const list = useRef<HTMLUListElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useTargets(text);
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
        aria-label={say('palette.label')}
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
      {found.length === 0 && <p className="none">{say('palette.none')}</p>}
    </Modal>
  );
}

function useTargets(text: string): Target[] {
  const router = useRouter();
  const session = useQuery(sessionQuery);
  const upstreams = useQuery({ ...upstreamsQuery, refetchInterval: false });
  const models = useQuery(modelsQuery);
  const hrefOf = (to: string, id = ''): string => `${router.basepath.replace(/\/$/, '')}${to}${id}`;
  const wanted = text.trim().toLowerCase();
  const orderId = /^req_[0-9a-z]+$/i.exec(text.trim())?.[0];
  const all: Target[] = [
    ...places
      .filter(({ isForAdmins }) => !isForAdmins || session.data?.role === 'admin')
      .map(({ to, icon, word }) => ({ id: to.slice(1), icon, text: say(word), href: hrefOf(to) })),
    ...(upstreams.data?.data ?? []).map(({ name }) => ({
      id: `upstream-${name}`,
      icon: 'upstreams' as const,
      text: say('palette.upstream', { name }),
      href: hrefOf('/orders', `?upstream=${encodeURIComponent(name)}`),
    })),
    ...(models.data?.data ?? []).map(({ id, display_name }) => ({
      id: `model-${id}`,
      icon: 'models' as const,
      text: say('palette.model', { name: display_name }),
      href: hrefOf('/models', `#${encodeURIComponent(id)}`),
    })),
  ];
  if (orderId !== undefined)
    return [
      {
        id: 'order',
        icon: 'orders',
        text: say('palette.order', { id: orderId }),
        href: hrefOf('/orders/', orderId),
      },
    ];
  return all.filter((target) => target.text.toLowerCase().includes(wanted)).slice(0, mostShown);
}
