import { copyText } from './copy-text.ts';

/** How long a button says that it has copied, in ms. */
const CONFIRMATION_MS = 2000;

/**
 * Makes a button copy a text. Without the right to copy, it selects the text, so that the user can do so by hand.
 * @param text returns what to copy
 * @param block what to select
 * @param announce tells screen readers
 * @returns removes it
 */
export function copyOnClick(
  button: HTMLButtonElement,
  text: () => string,
  block: () => Node,
  announce: (words: string) => void,
): () => void {
  let timer = 0;
  const say = (words: string, announced: string) => {
    button.textContent = words;
    announce(announced);
  };
  const onClick = () => {
    void copyText(text()).then((copied) => {
      if (!copied) getSelection()?.selectAllChildren(block());
      const words = copied ? 'Copied' : 'Press Ctrl-C';
      say(words, words);
      clearTimeout(timer);
      timer = window.setTimeout(() => say('Copy', ''), CONFIRMATION_MS);
    });
  };
  button.addEventListener('click', onClick);
  return () => {
    clearTimeout(timer);
    button.removeEventListener('click', onClick);
  };
}
