import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { modelsQuery } from '../api/queries.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { DialogHead } from '../ui/dialog-head.tsx';
import { Modal } from '../ui/modal.tsx';
import { say } from '../words/say.ts';
import { apiRoot } from './ask-images.ts';
import { codeFor, languages } from './code.ts';
import type { Wish } from './wish.ts';

const names = { curl: 'curl', python: 'Python', typescript: 'TypeScript', go: 'Go' } as const;

/** The same order as a program. */
export function CodeDialog({
  wish,
  count = 1,
  onClose,
}: {
  readonly wish: Wish;
  readonly count?: number;
  readonly onClose: () => void;
}): ReactNode {
  const [language, setLanguage] = useState<(typeof languages)[number]>('curl');
  const { data } = useQuery(modelsQuery);
  const nativeType = data?.data.find(({ id }) => id === wish.model)?.output_mime_type ?? 'image/png';
  const code = codeFor(language, wish, count, { root: apiRoot, nativeType });
  return (
    <Modal label={say('picture.code')} className="code-dialog" onClose={onClose}>
      <DialogHead title={say('picture.code')} onClose={onClose} />
      <div className="stack code-body">
        <fieldset className="choices">
          <legend className="visually-hidden">{say('code.language')}</legend>
          {languages.map((one) => (
            <label key={one} className="choice">
              <input
                type="radio"
                name="language"
                checked={language === one}
                onChange={() => setLanguage(one)}
              />
              {names[one]}
            </label>
          ))}
        </fieldset>
        <pre className="code" tabIndex={0} role="region" aria-label={names[language]}>
          {code}
        </pre>
        <div className="row-of">
          <CopyButton text={code} />
          <span className="small quiet">{say('code.key')}</span>
        </div>
      </div>
    </Modal>
  );
}
