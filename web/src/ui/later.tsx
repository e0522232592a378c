import { type ReactNode, useEffect, useState } from 'react';

const drawn = new Set<string>();

/**
 * What is drawn after all that stands before it was shown, so that neither keeps a slow browser long. Once, by its name: a page
 * that one comes back to is drawn whole, or it could not be scrolled to where it was left.
 */
export function Later({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactNode;
}): ReactNode {
  const [isThere, setThere] = useState(drawn.has(name));
  useEffect(() => {
    drawn.add(name);
    setThere(true);
  }, [name]);
  return isThere && children;
}
