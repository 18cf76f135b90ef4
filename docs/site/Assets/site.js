// Theme, contents on narrow screens, and the search. The pages work without any of it.
(function () {
  'use strict';
  const root = document.documentElement;
  const remembered = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
  if (remembered()) root.dataset.theme = remembered();

  document.addEventListener('DOMContentLoaded', () => {
    const theme = document.getElementById('ui-theme');
    theme.addEventListener('click', () => {
      const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
      root.dataset.theme = isDark ? 'light' : 'dark';
      try { localStorage.setItem('theme', root.dataset.theme); } catch { /* Not remembered, then. */ }
    });
    const [menu, nav] = [document.getElementById('ui-menu'), document.getElementById('ui-nav')];
    menu.addEventListener('click', () => menu.setAttribute('aria-expanded', String(nav.classList.toggle('open'))));
    nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
    search();
  });

  function search() {
    const [input, results, found] = ['search', 'results', 'found'].map(id => document.getElementById('ui-' + id));
    let loading = null;
    // A script and no fetch: pages opened from a disk may not fetch.
    const load = () => loading ??= new Promise((resolve, reject) => {
      const script = document.createElement('script');
      [script.src, script.onload, script.onerror] = [root.dataset.root + 'assets/search.js', resolve, reject];
      document.head.append(script);
    });
    const show = async () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(word => word);
      if (!words.length) return hide();
      await load();
      const hits = window.xmtpSearch.map(part => [score(part, words), part]).filter(([points]) => points > 0)
        .sort((a, b) => b[0] - a[0]).slice(0, 20);
      results.replaceChildren(...hits.map(([, part]) => link(part, words)));
      found.textContent = hits.length ? hits.length + ' found' : 'Nothing found';
      if (!hits.length) results.append(Object.assign(document.createElement('p'), { textContent: 'Nothing found.' }));
      results.hidden = false;
    };
    const hide = () => { results.hidden = true; found.textContent = ''; };
    input.addEventListener('focus', load);
    input.addEventListener('input', show);
    document.addEventListener('click', event => { if (!event.target.closest('.search')) hide(); });
    document.addEventListener('keydown', event => {
      const links = [...results.querySelectorAll('a')];
      const at = links.indexOf(document.activeElement);
      if (event.key === '/' && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) { input.focus(); event.preventDefault(); }
      else if (event.key === 'Escape') { hide(); if (at >= 0) input.focus(); }
      else if (!results.hidden && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
        const next = at + (event.key === 'ArrowDown' ? 1 : -1);
        (links[next] ?? (next < 0 ? input : links.at(-1)))?.focus();
        event.preventDefault();
      } else if (event.key === 'Enter' && document.activeElement === input) links[0]?.click();
    });
  }

  // Every word must be there; a title counts more than a heading, and that more than text.
  function score([, title, heading, text], words) {
    let points = 0;
    for (const word of words) {
      const [inTitle, inHeading, inText] = [title, heading, text].map(place => place.toLowerCase().includes(word));
      if (!inTitle && !inHeading && !inText) return 0;
      points += (inTitle ? (title.toLowerCase() === word ? 40 : 12) : 0) + (inHeading ? 8 : 0) + (inText ? 1 : 0);
    }
    return points + (heading ? 0 : 2);
  }

  function link([url, title, heading, text], words) {
    const element = document.createElement('a');
    element.href = root.dataset.root + url;
    const name = document.createElement('b');
    name.textContent = heading ? title + ' › ' + heading : title;
    const at = Math.max(0, text.toLowerCase().indexOf(words[0]) - 50);
    const excerpt = document.createElement('span');
    excerpt.textContent = (at ? '…' : '') + text.slice(at, at + 150) + (text.length > at + 150 ? '…' : '');
    element.append(name, excerpt);
    return element;
  }
})();
