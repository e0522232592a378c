import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { studioQuery } from '../api/queries.ts';
import type { KeyWithSecret } from '../api/types.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';

/** Makes a key: `ask` opens the dialog of what it may do, and its secret is shown once. `dialogs` go where they stay. */
export function useNewKey(): { readonly ask: () => void; readonly dialogs: ReactNode } {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [made, setMade] = useState<KeyWithSecret>();
  const dialogs = (
    <>
      {isAsking && (
        <NewKeyDialog
          onClose={() => setAsking(false)}
          onMade={(key) => {
            setAsking(false);
            setMade(key);
            void client.invalidateQueries({ queryKey: studioQuery.queryKey });
            void client.invalidateQueries({ queryKey: ['keys'] });
          }}
        />
      )}
      {made !== undefined && (
        <SecretDialog name={made.name} secret={made.secret} onClose={() => setMade(undefined)} />
      )}
    </>
  );
  return { ask: () => setAsking(true), dialogs };
}
