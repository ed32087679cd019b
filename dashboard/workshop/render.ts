/**
 * Renders the workshop's text: HTML without scripts or inline styles, as the content security policy demands. The script of
 * the page adds tabs and copy buttons.
 * @module
 */
import { Marked, type Token, type Tokens } from 'marked';
import { parseCommands, WAYS } from './commands.ts';

export interface RenderOptions {
  /** Returns the URL of an image, given its path as in the text. */
  imageUrl: (path: string) => string;
}

export interface RenderedText {
  /** The text without its title, which is a heading of the page. */
  html: string;
  /** A list of links to the sections. */
  contents: string;
  title: string;
}

/** The text names the dashboard like this; the page is served by it, wherever that is, so links are relative. */
const DASHBOARD = 'http://localhost:8000';

/** Renders Markdown. @throws {Error} if it does not begin with a title */
export function renderText(markdown: string, { imageUrl }: RenderOptions): RenderedText {
  const headings: { id: string; text: string }[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const id = anchorOf(text);
        const html = this.parser.parseInline(tokens);
        if (depth === 2) headings.push({ id, text: html });
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${html}</a></h${depth}>\n`;
      },
      code: (token) =>
        token.lang === 'sh' ? renderCommands(token.text) : renderOutput(token.text),
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens);
        if (href.startsWith(DASHBOARD))
          return link(`.${href.slice(DASHBOARD.length) || '/'}`, html);
        if (/^(#|https?:)/.test(href)) return link(href, html);
        return `<code>${escape(pathInProject(href))}</code>`;
      },
      image: ({ href, text }) =>
        `<img src="${escape(imageUrl(href))}" alt="${escape(text)}" loading="lazy">`,
      table({ header, rows }) {
        const row = (cells: Tokens.TableCell[], tag: string) =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        const body = rows.map((cells) => row(cells, 'td')).join('\n');
        return `<div class="scroll" tabindex="0"><table><thead>${row(header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const [title, ...tokens] = marked.lexer(markdown);
  if (title?.type !== 'heading') throw new Error('the text must begin with its title');
  const html = marked.parser(joinWays(tokens.filter(({ type, raw }) => !isComment(type, raw))));
  const items = headings.map(({ id, text }) => `<li><a href="#${id}">${text}</a></li>`);
  return { title: (title as Tokens.Heading).text, html, contents: `<ol>${items.join('')}</ol>` };
}

/** Returns the anchor of a heading as forges derive it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** Puts blocks that follow each other, one for each way, into one element. */
function joinWays(tokens: Token[]): Token[] {
  const joined: Token[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) joined.push(htmlToken(`<div class="ways">${open.join('')}</div>\n`));
    open = [];
  };
  for (const token of tokens) {
    if (isForOneWay(token)) open.push(renderCommands(token.text));
    else if (token.type !== 'space' || open.length === 0) {
      close();
      joined.push(token);
    }
  }
  close();
  return joined;
}

function isForOneWay(token: Token): token is Tokens.Code {
  return token.type === 'code' && parseCommands((token as Tokens.Code).text).way !== undefined;
}

const htmlToken = (html: string): Token => ({
  type: 'html',
  raw: html,
  text: html,
  block: true,
  pre: false,
});

const isComment = (type: string, raw: string) => type === 'html' && raw.startsWith('<!--');

function renderCommands(text: string): string {
  const { way, lines } = parseCommands(text);
  const code = lines
    .map(({ command, comment }) => escape(command) + (comment && `<i>${escape(comment)}</i>`))
    .join('\n');
  const label = way === undefined ? '' : `<figcaption>${WAYS[way]}</figcaption>`;
  const attribute = way === undefined ? '' : ` data-way="${way}"`;
  return `<figure class="commands"${attribute}>${label}<pre tabindex="0"><code>${code}</code></pre></figure>\n`;
}

function renderOutput(text: string): string {
  return `<pre class="output" tabindex="0"><code>${escape(text)}</code></pre>\n`;
}

/** Links to other documents become their paths: the page has only this one, but its readers have the project. */
const pathInProject = (href: string) => new URL(href, 'file:///docs/').pathname.slice(1);

const link = (href: string, html: string) => `<a href="${escape(href)}">${html}</a>`;

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
