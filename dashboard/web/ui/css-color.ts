/** Resolves a CSS variable of an element to a color, because a canvas does not understand `var()` and `light-dark()`. */
export function cssColor(element: HTMLElement, name: string): string {
  const probe = element.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
