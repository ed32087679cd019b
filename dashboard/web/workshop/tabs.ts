import { Remembered } from './remembered.ts';

const WAYS = ['npm', 'compose'] as const;
const LABELS = { npm: 'npm start', compose: 'Compose' };

/**
 * Above each pair of commands, adds two buttons that choose which one the whole page shows: the one for `npm start`, or the one
 * for Compose. The browser remembers the choice.
 */
export function addTabs(): void {
  const choice = new Remembered('way', WAYS);
  const buttons: { button: HTMLButtonElement; way: (typeof WAYS)[number] }[] = [];

  function show(): void {
    document.documentElement.dataset['way'] = choice.value;
    for (const { button, way } of buttons) button.ariaPressed = String(way === choice.value);
  }

  for (const pair of document.querySelectorAll('.ways')) {
    const tabs = document.createElement('div');
    tabs.className = 'tabs';
    tabs.role = 'group';
    tabs.ariaLabel = 'Show the command for';
    for (const way of WAYS) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = LABELS[way];
      button.addEventListener('click', () => {
        const before = button.getBoundingClientRect().top;
        choice.value = way;
        show();
        // Other blocks may have changed their height. Keep this one in place.
        scrollBy({ top: button.getBoundingClientRect().top - before, behavior: 'instant' });
      });
      tabs.append(button);
      buttons.push({ button, way });
    }
    pair.prepend(tabs);
  }
  show();
}
