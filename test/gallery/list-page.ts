import { GALLERY } from './states.ts';

// The list of all states, and the chosen one beside it at the chosen size and theme (scripts/gallery.mjs).

const SIZES = ['1280 × 800', '900 × 600', '1600 × 1000', '640 × 480 (200 %)'];
const THEMES = ['light', 'dark'];
const DIRECTIONS = ['as the state has it', 'ltr', 'rtl'];

const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Partial<HTMLElementTagNameMap[Tag]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};

const choice = (label: string, values: readonly string[]): HTMLSelectElement => {
  const select = make('select', {}, ...values.map((value) => make('option', { value }, value)));
  controls.append(make('label', {}, `${label} `, select));
  return select;
};

const controls = make('form', {});
const size = choice('Size', SIZES);
const theme = choice('Theme', THEMES);
const direction = choice('Direction', DIRECTIONS);
const frame = make('iframe', { title: 'The page' });
const list = make(
  'nav',
  { ariaLabel: 'States' },
  ...Object.entries(GALLERY).flatMap(([title, states]) => [
    make('h2', {}, title),
    ...Object.keys(states).map((name) => make('a', { href: `#${encodeURIComponent(name)}` }, name)),
  ]),
);
document.body.append(controls, list, make('main', {}, frame));

const show = (): void => {
  const links = [...list.querySelectorAll('a')];
  const chosen = links.find(({ hash }) => hash === location.hash) ?? links[0];
  for (const link of links) link.ariaCurrent = link === chosen ? 'page' : null;
  const query = new URLSearchParams({ state: chosen?.textContent ?? '', theme: theme.value });
  if (direction.selectedIndex > 0) query.set('dir', direction.value);
  const [width = 0, height = 0] = (size.value.match(/\d+/g) ?? []).map(Number);
  Object.assign(frame, {
    width: String(width),
    height: String(height),
    src: `/index.html?${query.toString()}`,
  });
};
controls.addEventListener('change', show);
window.addEventListener('hashchange', show);
show();
