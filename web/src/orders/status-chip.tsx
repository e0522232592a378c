import type { ReactNode } from 'react';
import { Chip, type Mood } from '../ui/chip.tsx';
import type { IconName } from '../ui/icons.tsx';
import { sayValue } from '../words/say.ts';

const statusLooks: Readonly<Record<string, readonly [Mood, IconName]>> = {
  open: ['busy', 'busy'],
  succeeded: ['good', 'done'],
  partial: ['odd', 'part'],
  refused: ['odd', 'odd'],
  failed: ['bad', 'bad'],
  canceled: ['plain', 'bad'],
  unknown: ['odd', 'unknown'],
};

/** What became of an order. */
export function StatusChip({ status }: { readonly status: string }): ReactNode {
  const [mood, icon] = statusLooks[status] ?? ['plain', 'unknown'];
  return (
    <Chip mood={mood} icon={icon}>
      {sayValue('status', status)}
    </Chip>
  );
}
