import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import type { AllowancePage } from '../api/types.ts';
import { Modal } from '../ui/modal.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { SetLimits } from './limit-bar.tsx';
import { LimitsDialog } from './limits-dialog.tsx';

/** Whose limits are meant, as the API names it. */
export interface AllowanceAddress {
  readonly key?: string;
  readonly project?: string;
  readonly model?: string;
  readonly user?: string;
  readonly users?: 'true';
}

/** Changes the limits of one model, of one end user, or of each: those that there are stand in its fields. */
export function AllowanceDialog({
  title,
  lead,
  address,
  onSaved,
  onClose,
}: {
  readonly title: string;
  readonly lead: string;
  readonly address: AllowanceAddress;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const query = { ...address };
  const { data, error } = useQuery({
    queryKey: ['limits', address],
    queryFn: ({ signal }) => call<AllowancePage>('/limits', { query, signal }),
    // What was there a minute ago must not be what is saved now.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined)
    return (
      <Modal label={title} className="form-dialog" onClose={onClose}>
        {error === null ? <Skeleton blockSize="16rem" /> : <Problem error={error} />}
      </Modal>
    );
  const [found] = data.data;
  return (
    <LimitsDialog
      title={title}
      lead={lead}
      limits={found?.limits ?? {}}
      alertAt={found?.alert_at ?? null}
      at=""
      save={({ limits, alert_at: alertAt }) =>
        call('/limits', { method: 'PATCH', query, body: { ...limits, alert_at: alertAt ?? null } })
      }
      onSaved={onSaved}
      onClose={onClose}
    >
      {found !== undefined && <SetLimits of={found} />}
    </LimitsDialog>
  );
}
