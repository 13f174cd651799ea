import { signal } from '@preact/signals';

type Theme = 'system' | 'light' | 'dark';

const storageName = 'console-theme';
const isTheme = (text: string | null): text is Theme => text === 'light' || text === 'dark' || text === 'system';

const stored = localStorage.getItem(storageName);

export const theme = signal<Theme>(isTheme(stored) ? stored : 'system');

export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(storageName, next);
  apply();
}

/** The style sheet follows the system, unless the page says otherwise. */
export function apply(): void {
  if (theme.value === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme.value);
}
