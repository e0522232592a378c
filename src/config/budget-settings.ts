import { section } from './settings.ts';
import { timeZone } from './value-kinds.ts';

/** What the limits of keys and projects are counted by; the limits themselves are in the database. */
export const budgetSettings = section({
  timeZone: timeZone()
    .default('UTC')
    .describe(
      'Time zone of the days and months of budgets and of pictures a day. After a change the running day and month are counted anew.',
    ),
});
