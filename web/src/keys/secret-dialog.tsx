import { type ReactNode, useId } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { Modal } from '../ui/modal.tsx';
import { saveFile } from '../ui/save-file.ts';
import { say } from '../words/say.ts';

/** Shows a secret once. Only the button that says it is stored closes it: no slip of a key or pointer loses it. */
export function SecretDialog({
  name,
  secret,
  onClose,
}: {
  readonly name: string;
  readonly secret: string;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const download = (): void => {
    const base = new URL('../v1', document.baseURI).href;
    const text = `OPENAI_API_KEY=${secret}\nOPENAI_BASE_URL=${base}\n`;
    // Browsers rename a file whose name begins with a dot.
    saveFile(new Blob([text], { type: 'text/plain' }), 'plantain.env');
  };
  const title = say('secret.title', { name });
  return (
    <Modal label={title} className="form-dialog" isFirm onClose={onClose}>
      <div className="stack">
        <h2>{title}</h2>
        <p>{say('secret.lead')}</p>
        <div className="field">
          <label htmlFor={id}>{say('secret.field')}</label>
          <input
            id={id}
            className="input mono"
            readOnly
            autoFocus
            value={secret}
            onFocus={({ target }) => target.select()}
          />
        </div>
        <div className="row-of">
          <CopyButton text={secret} />
          <button type="button" className="button" onClick={download}>
            {say('secret.download')}
          </button>
          <button type="button" className="button primary" onClick={onClose}>
            {say('secret.done')}
          </button>
        </div>
      </div>
    </Modal>
  );
}
