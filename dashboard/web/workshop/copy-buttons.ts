import { copyOnClick } from '../ui/copy-on-click.ts';

/** Adds a button to each block of commands that copies them, without their comments. */
export function addCopyButtons(): void {
  const status = document.querySelector('[role=status]');
  const announce = (words: string) => {
    if (status) status.textContent = words;
  };
  for (const block of document.querySelectorAll('.commands')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    const code = () => block.querySelector('code') ?? block;
    copyOnClick(button, () => commandsIn(block), code, announce);
    block.append(button);
  }
}

function commandsIn(block: Element): string {
  const code = block.querySelector('code')?.cloneNode(true) as Element;
  for (const comment of code.querySelectorAll('i')) comment.remove();
  return code.textContent.trim();
}
