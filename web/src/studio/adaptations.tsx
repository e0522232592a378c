import type { ReactNode } from 'react';
import { Chip } from '../ui/chip.tsx';
import { say } from '../words/say.ts';
import type { Adaptation } from './parse-adapted.ts';

/** What is not done to the letter, a chip each. */
export function Adaptations({ adaptations }: { readonly adaptations: readonly Adaptation[] }): ReactNode {
  if (adaptations.length === 0) return null;
  return (
    <ul className="adaptations" aria-label={say('studio.adapted')}>
      {adaptations.map((one) => (
        <li key={`${one.parameter} ${one.action}`}>
          <Chip mood="odd" icon="odd">
            {textOf(one)}
          </Chip>
        </li>
      ))}
    </ul>
  );
}

function textOf({ parameter, action, from, to }: Adaptation): string {
  if (action === 'ignored') return say('adapted.ignored', { parameter });
  if (from === undefined || to === undefined) return say('adapted.changed', { parameter });
  return say('adapted.mapped', { parameter, from, to });
}
