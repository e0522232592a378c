/** The words of projects, loaded with their pages. */
export const projectWords = {
  'projects.title': 'Projects',
  'projects.lead':
    'Keys of a project share its limits and its budget; each may have limits of its own beside them.',
  'projects.new': 'New project',
  'projects.create': 'Make the project',
  'projects.caption': 'Projects, the youngest first',
  'projects.showArchived': 'Show archived projects too',
  'project.title': 'Project',
  'project.notFound': 'There is no project of that id or name.',
  'project.edit': 'Name and markup',
  'project.newKeys': 'Limits of new keys',
  'project.newKeys.lead': 'What a new key of this project begins with. Keys that are there keep theirs.',
  'project.markup': 'Markup',
  'project.markup.field': 'Markup, in percent',
  'project.markup.hint': 'What is charged beyond what its orders cost; it counts for budgets too.',
  'project.limits': 'Limits of all its keys together, and what is used',
  'project.usage': 'Usage by project',
  'project.keys': 'Its keys',
  'project.keys.none': 'It has no keys. Make one on the page of keys.',
  'project.keys.more': 'The page of keys has the rest.',
  'project.archive': 'Archive',
  'project.archive.lead':
    'Its keys are refused from now on, and it cannot be undone; orders and what was used stay. Type its name to go on:',
  'project.made': '{name} is made.',
  'project.saved': '{name} is changed.',
  'project.archived': '{name} is archived.',
} as const;
