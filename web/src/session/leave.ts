let go: (ended: boolean) => void = () => undefined;

/** Tells how to come to the login page; the router is made later than what leaves through here. */
export function whenLeaving(act: (ended: boolean) => void): void {
  go = act;
}

/** Goes to the login page. `ended`: the session was over, nobody asked for it. */
export function leave(ended = false): void {
  go(ended);
}
