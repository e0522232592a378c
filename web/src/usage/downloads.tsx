import { type ReactNode, useState } from 'react';
import { addressOf, ApiError, errorOf } from '../api/call.ts';
import { saveFile } from '../ui/save-file.ts';
import { tell } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';

type Query = Readonly<Record<string, string>>;

/** As many of the largest groups as the server tells by themselves. */
const mostTop = '100';
const formats = ['csv', 'json'] as const;

/** Files of the report with every group, or, where those are more rows than a report may have, with the largest hundred. */
export function Downloads({ query, topBy }: { readonly query: Query; readonly topBy: string }): ReactNode {
  const [busy, setBusy] = useState(false);
  const save = async (format: (typeof formats)[number]): Promise<void> => {
    setBusy(true);
    try {
      const asked = { ...query, format };
      const whole = await fetchFile(asked).catch((error: unknown) => {
        if (error instanceof ApiError && error.param === 'by') return undefined;
        throw error;
      });
      saveFile(whole ?? (await fetchFile({ ...asked, top: mostTop, top_by: topBy })), `usage.${format}`);
      if (whole === undefined) tell(say('usage.savedLargest', { count: mostTop }));
    } catch (error) {
      tell(error instanceof ApiError ? error.message : say('error.network'), true);
    } finally {
      setBusy(false);
    }
  };
  return formats.map((format) => (
    <button
      key={format}
      type="button"
      className="button bare wide-only"
      aria-busy={busy}
      disabled={busy}
      onClick={() => void save(format)}
    >
      {say(`usage.${format}`)}
    </button>
  ));
}

async function fetchFile(query: Query): Promise<Blob> {
  const response = await fetch(addressOf('/usage', query), { credentials: 'same-origin' });
  if (!response.ok) throw await errorOf(response);
  return response.blob();
}
