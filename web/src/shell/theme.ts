const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const allThemes = themes;

const storageKey = 'plantain.theme';

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(storageKey);
  return themes.find((theme) => theme === kept) ?? 'system';
}

/** Puts the chosen colours on the page, now and whenever it is opened again. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  applyTheme();
}

export function applyTheme(): void {
  const theme = chosenTheme();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
