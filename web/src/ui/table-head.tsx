import type { ReactNode } from 'react';

/** A column of a table. */
export interface Column {
  readonly word: string;
  /** Its values stand at the right. */
  readonly isNumber?: boolean;
  /** It is shown where there is room alone. */
  readonly isWide?: boolean;
  /** Its word is for those who do not see that what stands below says it. */
  readonly isUnsaid?: boolean;
}

/** The names of the columns of a table. */
export function TableHead({ columns }: { readonly columns: readonly Column[] }): ReactNode {
  return (
    <thead>
      <tr>
        {columns.map(({ word, isNumber = false, isWide = false, isUnsaid = false }) => (
          <th
            key={word}
            scope="col"
            className={[isNumber ? 'number' : '', isWide ? 'wide-only' : ''].join(' ').trim() || undefined}
          >
            {isUnsaid ? <span className="visually-hidden">{word}</span> : word}
          </th>
        ))}
      </tr>
    </thead>
  );
}
