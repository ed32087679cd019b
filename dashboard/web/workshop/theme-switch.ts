import { Remembered } from './remembered.ts';

const THEMES = ['system', 'light', 'dark'] as const;

/** Applies the theme that the user selected on this page or on the main page, and adds a switch for it to `parent`. */
export function addThemeSwitch(parent: Element): void {
  const theme = new Remembered('theme', THEMES);
  const apply = () => (document.documentElement.dataset['theme'] = theme.value);
  apply();
  const select = document.createElement('select');
  select.ariaLabel = 'Theme';
  select.append(...THEMES.map((name) => new Option(name, name, false, name === theme.value)));
  select.addEventListener('change', () => {
    theme.value = THEMES.find((name) => name === select.value) ?? 'system';
    apply();
  });
  parent.append(select);
}
