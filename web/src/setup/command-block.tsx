import type { ReactNode } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';

/** What is to be typed or pasted elsewhere. */
export function CommandBlock({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <>
      <pre className="code" tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <div>
        <CopyButton text={text} />
      </div>
    </>
  );
}
