import { Fragment, type ReactNode } from 'react';

/** A name of words such as `PLANTAIN_LOG_LEVEL`: where it is too long for its place it is broken behind one of them. */
export function BrokenWords({ text }: { readonly text: string }): ReactNode {
  return text.split(/(?<=[_./])/).map((word, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}
