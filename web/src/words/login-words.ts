/** The words of signing in, loaded with its pages. */
export const loginWords = {
  'login.title': 'Sign in',
  'login.lead': 'The console is for those who look after this server.',
  'login.secret': 'Admin secret',
  'login.hint': 'It is set in PLANTAIN_ADMIN_SECRET, or made at the first start. This prints it:',
  'login.submit': 'Sign in',
  'login.show': 'Show the secret',
  'login.ended': 'Your session is over. Sign in again to go on where you were.',
  'login.oidc': 'Sign in with {name}',
  'login.again': 'Try again with {name}',
  'login.failed': 'You are not signed in',
  'login.bySecret': 'Sign in with the admin secret',
} as const;
