import { copyText } from '../plot/copy-text.ts';

/** How long a button says that it has copied, in ms. */
const CONFIRMATION_MS = 2000;

/** Adds a button to each block of commands that copies them, without their comments. */
export function addCopyButtons(): void {
  const status = document.querySelector('[role=status]');
  for (const block of document.querySelectorAll('.commands')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    let timer = 0;
    button.addEventListener('click', () => {
      void copyText(commandsIn(block)).then((copied) => {
        // Without the right to copy, the user can still do so by hand.
        if (!copied) getSelection()?.selectAllChildren(block.querySelector('code') ?? block);
        button.textContent = copied ? 'Copied' : 'Press Ctrl-C';
        if (status) status.textContent = button.textContent;
        clearTimeout(timer);
        timer = window.setTimeout(() => {
          button.textContent = 'Copy';
          if (status) status.textContent = '';
        }, CONFIRMATION_MS);
      });
    });
    block.append(button);
  }
}

function commandsIn(block: Element): string {
  const code = block.querySelector('code')?.cloneNode(true) as Element;
  for (const comment of code.querySelectorAll('i')) comment.remove();
  return code.textContent.trim();
}
