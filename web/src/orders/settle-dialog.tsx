import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import type { OrderWithAttempts } from '../api/types.ts';
import { dollarsOf, microUsdOf } from '../ui/dollars.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { formText } from '../ui/form-text.ts';
import { isOf, TextField } from '../ui/text-field.tsx';
import { formatExactMoney } from '../words/format.ts';
import { say } from '../words/say.ts';

interface Wish {
  readonly cost_micro_usd: number;
  readonly images_delivered: number;
  readonly reason: string;
}
const params = ['cost_micro_usd', 'images_delivered', 'reason'] as const;

/** Asks what an order cost of which nobody knows, names the sum, and books it. */
export function SettleDialog({
  order,
  onSettled,
  onClose,
}: {
  readonly order: OrderWithAttempts;
  readonly onSettled: (settled: OrderWithAttempts) => void;
  readonly onClose: () => void;
}): ReactNode {
  const [wish, setWish] = useState<Wish>();
  const [isSure, setSure] = useState(false);
  const settle = useMutation({
    mutationFn: (body: Wish) =>
      call<OrderWithAttempts>(`/orders/${encodeURIComponent(order.id)}/settle`, { method: 'POST', body }),
    onSuccess: onSettled,
    // What is wrong with a field is told there.
    onError: (error) => isOf(error, ...params) && setSure(false),
  });
  const amount = formatExactMoney(wish?.cost_micro_usd ?? 0);
  if (wish !== undefined && isSure)
    return (
      <FormDialog
        key="sure"
        title={say('settle.sure', { amount })}
        act={say('settle.book', { amount })}
        isDisabled={settle.isPending}
        error={settle.error}
        onSubmit={() => {
          if (!settle.isPending) settle.mutate(wish);
        }}
        onClose={onClose}
      >
        <p>
          {say('settle.sure.lead', {
            amount,
            pictures: wish.images_delivered,
            reserved: formatExactMoney(order.cost_micro_usd),
          })}
        </p>
        <code className="id">{order.id}</code>
      </FormDialog>
    );
  return (
    <FormDialog
      key="ask"
      title={say('settle')}
      act={say('app.next')}
      isDisabled={false}
      error={null}
      onSubmit={(form) => {
        settle.reset();
        setWish({
          cost_micro_usd: microUsdOf(formText(form, 'cost_micro_usd')),
          images_delivered: Number(formText(form, 'images_delivered')),
          reason: formText(form, 'reason').trim(),
        });
        setSure(true);
      }}
      onClose={onClose}
    >
      <p className="quiet">{say('settle.lead')}</p>
      <TextField
        param="cost_micro_usd"
        label={say('settle.cost')}
        hint={say('settle.cost.hint')}
        error={settle.error}
        type="number"
        min="0"
        step="any"
        required
        autoFocus
        defaultValue={wish && dollarsOf(wish.cost_micro_usd)}
      />
      <TextField
        param="images_delivered"
        label={say('settle.pictures')}
        error={settle.error}
        type="number"
        min="0"
        step="1"
        required
        defaultValue={wish?.images_delivered ?? 0}
      />
      <TextField
        param="reason"
        label={say('settle.reason')}
        hint={say('reason.hint')}
        error={settle.error}
        required
        maxLength={500}
        defaultValue={wish?.reason}
      />
    </FormDialog>
  );
}
