import { describe, expect, test } from 'vitest';
import { anchorOf, renderText } from './render.ts';

const render = (markdown: string) =>
  renderText(`# Title\n\n${markdown}`, { imageUrl: (path) => `images/${path}` });

describe('renderText', () => {
  test('takes the title out of the text, and lists the sections', () => {
    const { title, html, contents } = render('## One & two\n\n### Part\n\n## Three');
    expect(title).toBe('Title');
    expect(html).not.toContain('Title');
    expect(contents).toBe(
      '<ol><li><a href="#one--two">One &amp; two</a></li><li><a href="#three">Three</a></li></ol>',
    );
  });

  test('requires a title', () => {
    expect(() => renderText('text', { imageUrl: (path) => path })).toThrow('title');
  });

  test('puts the commands for npm start and those for Compose into one element', () => {
    const { html } = render('```sh\n# npm start\na\n```\n\n```sh\n# Compose\nb\n```\n\ntext');
    expect(html).toMatch(/^<div class="ways"><figure class="commands" data-way="npm">/);
    expect(html.match(/<code>[^<]*<\/code>/g)).toEqual(['<code>a</code>', '<code>b</code>']);
    expect(html).toMatch(/data-way="compose">[^]*<\/div>\s*<p>text<\/p>\s*$/);
  });

  test('marks comments of commands, and escapes what is in them', () => {
    expect(render('```sh\na <b > c  # x <y\n```').html).toContain(
      '<code>a &lt;b > c<i>  # x &lt;y</i></code>',
    );
  });

  test.each([
    ['another document', '[x](swarm.md#a)', '<code>docs/swarm.md</code>'],
    ['a document outside docs', '[x](../README.md)', '<code>README.md</code>'],
    ['the dashboard', '<http://localhost:8000/queues>', '<a href="./queues">'],
    ['its main page', '[x](http://localhost:8000)', '<a href="./">x</a>'],
    ['a section', '[x](#y)', '<a href="#y">x</a>'],
  ])('links to %s', (_what, markdown, html) => {
    expect(render(markdown).html).toContain(html);
  });

  test('omits comments, and locates images', () => {
    const { html } = render('<!-- not run: reason -->\n\n![A graph](graph.webp)');
    expect(html).not.toContain('reason');
    expect(html).toContain('<img src="images/graph.webp" alt="A graph"');
  });
});

test.each([
  ['Is the machine busy?', 'is-the-machine-busy'],
  ['What `a.b` does', 'what-ab-does'],
])('the anchor of "%s" is %s', (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor);
});
