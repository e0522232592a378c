import { type ReactNode, useLayoutEffect, useRef } from 'react';

/**
 * A native dialog over the page: the browser keeps the focus in it and gives it back. `isFirm`: neither Escape nor a
 * click beside it closes it, only what stands in it; what Escape does there is `onEscape`.
 */
export function Modal({
  label,
  className = '',
  isFirm = false,
  onEscape,
  onClose,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly isFirm?: boolean;
  readonly onEscape?: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it is taken away, so that the browser gives the focus back to where it was.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        if (!isFirm) onClose();
      }}
      onKeyDown={(event) => {
        if (!isFirm || event.key !== 'Escape') return;
        // Chromium closes a dialog at the second Escape, whatever is made of its `cancel`; not where the key is taken.
        event.preventDefault();
        onEscape?.();
      }}
      onPointerDown={(event) => {
        if (!isFirm && event.target === dialog.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
