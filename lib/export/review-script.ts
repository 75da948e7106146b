import { createHash } from 'node:crypto';

/**
 * Lets a reader sort and filter the tables. Without it, as in a mail program that runs nothing, the page says the same.
 * What is filtered out is still printed.
 */
export const SCRIPT = `
for (const table of document.querySelectorAll('table.accounts')) {
  const bodies = [...table.tBodies], size = bodies[0].rows.length, rows = bodies.flatMap((body) => [...body.rows]), heads = [...table.tHead.rows[0].cells];
  if (rows.length < 2) continue;
  const make = (name, props) => Object.assign(document.createElement(name), props);
  const text = (cell) => [...cell.childNodes].filter(({ localName }) => localName !== 'small' && localName !== 'span').map((one) => one.textContent).join('');
  const isOut = (row) => row.classList.contains('out');
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  const label = (words, field) => { const one = make('label', { textContent: words + ' ' }); one.append(field); return one; };
  const find = make('input', { type: 'search', autocomplete: 'off' });
  const which = make('select'), by = make('select'), said = make('output');
  const marks = new Set(rows.flatMap((row) => [...row.querySelectorAll('.marks i')].map((one) => one.textContent)));
  for (const [value, name] of [['', 'any'], ...[...marks].sort().map((one) => [one, one])]) which.append(new Option(name, value));
  heads.forEach((head, index) => by.append(new Option(head.textContent, index)));
  // what is shown comes first, so that no part is empty but reserves its place
  const place = () => {
    const order = [...rows.filter((row) => !isOut(row)), ...rows.filter(isOut)];
    bodies.forEach((body, at) => {
      const part = order.slice(at * size, (at + 1) * size);
      body.replaceChildren(...part);
      body.classList.toggle('out', part.every(isOut));
    });
  };
  const sort = (index, down) => {
    const keys = new Map(rows.map((row) => [row, text(row.cells[index])]));
    rows.sort((a, b) => compare(keys.get(a), keys.get(b)) * (down ? -1 : 1));
    place();
    heads.forEach((head, at) => at === index ? head.setAttribute('aria-sort', down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort'));
    by.value = index;
  };
  const show = () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const all = row.textContent.toLowerCase();
      const has = which.value === '' || [...row.querySelectorAll('.marks i')].some((one) => one.textContent === which.value);
      const shown = has && words.every((word) => all.includes(word));
      row.classList.toggle('out', !shown);
      n += shown;
    }
    said.textContent = n + ' of ' + rows.length + ' shown';
    place();
  };
  heads.forEach((head, index) => {
    const button = make('button', { type: 'button' });
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(index, head.getAttribute('aria-sort') === 'ascending'));
    head.append(button);
  });
  // on a narrow screen the titles are out of sight: nobody should get there by keyboard
  const narrow = matchMedia('(max-width:1100px)');
  const reach = () => { for (const head of heads) head.querySelector('button').tabIndex = narrow.matches ? -1 : 0; };
  narrow.addEventListener('change', reach);
  reach();
  let soon;
  find.addEventListener('input', () => { clearTimeout(soon); soon = setTimeout(show, 120); });
  which.addEventListener('change', show);
  by.addEventListener('change', () => sort(Number(by.value), false));
  const tools = make('div', { className: 'tools' });
  const order = label('Sort by', by);
  order.className = 'narrow';
  tools.append(label('Find', find), ...(marks.size > 0 ? [label('Finding', which)] : []), order, said);
  table.before(tools);
  heads[0].setAttribute('aria-sort', 'ascending');
  said.textContent = rows.length + ' of ' + rows.length + ' shown';
}
`;

/** For the page's policy: this script and no other runs. */
export const SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`;
