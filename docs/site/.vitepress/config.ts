import { slug } from 'github-slugger';
import footnotes from 'markdown-it-footnote';
import { withMermaid } from 'vitepress-plugin-mermaid';
import { contents } from '../contents.ts';
import reference from '../pages/reference/typedoc-sidebar.json' with { type: 'json' };

const sidebar = contents.map(({ title, pages }) => ({
  text: title,
  items: Object.entries(pages).map(([name, text]) => ({ text, link: `/${name.replace(/index$/, '')}` })),
}));

export default withMermaid({
  title: 'middy-idempotency',
  description: 'Makes an AWS Lambda handler safe to call twice',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }]],
  srcDir: 'pages',
  cleanUrls: true,
  // Links to anchors are written as GitHub shows them.
  markdown: {
    anchor: { slugify: (text: string) => slug(text) },
    config: (markdown) => {
      markdown.use(footnotes);
    },
  },
  // What is of class `mermaid` when the page has loaded, Mermaid itself takes for the text of a diagram, and shows as an error.
  mermaidPlugin: { class: 'diagram' },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Guarantees', link: '/guarantees' },
      { text: 'API', link: '/reference/' },
    ],
    sidebar: { '/reference/': reference, '/': sidebar },
  },
});
