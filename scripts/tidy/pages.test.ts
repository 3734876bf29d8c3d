import { checkPages } from './pages.ts';
import { testPlanted } from './planted.ts';

testPlanted(checkPages, [
  {
    name: 'inline scripts, styles and handlers are found',
    files: { 'a.html': '<script>a()</script>\n<style>\n<p style="color: red">\n<p onclick="a()">\n' },
    finds: [
      ['a.html', 1, /inline script/],
      ['a.html', 2, /inline style/],
      ['a.html', 3, /inline style/],
      ['a.html', 4, /event handler/],
    ],
  },
  {
    name: 'requests to other hosts are found',
    files: {
      'a.html': '<link href="https://example.com/a.css">\n<script src="//example.com/a.js"></script>\n',
      'a.css': '@import "b.css";\nb { background: url(https://example.com/b.png); }\n',
    },
    finds: [
      ['a.html', 1, /another host/],
      ['a.html', 2, /another host/],
      ['a.css', 1, /another host/],
      ['a.css', 2, /another host/],
    ],
  },
  {
    name: 'a page with its own files is fine',
    files: { 'a.html': '<link href="a.css">\n<script type="module" src="a.js"></script>\n' },
    finds: [],
  },
]);
