/**
 * Tells the style sheets how wide a scroll bar is (`--km-scrollbar`; 0 where it floats), so that what scrolls ends where the
 * bars above and below it end.
 */
export function measureScrollbar(): void {
  const box = document.createElement('div');
  box.style.overflowY = 'auto';
  box.style.scrollbarGutter = 'stable';
  box.style.position = 'absolute';
  box.style.width = '100px';
  document.body.append(box);
  document.documentElement.style.setProperty(
    '--km-scrollbar',
    `${String(box.offsetWidth - box.clientWidth)}px`,
  );
  box.remove();
}
