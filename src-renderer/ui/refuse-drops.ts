/** A browser opens what is dropped on it in place of the page; where nobody here takes a file, nothing happens. */
export const refuseDrops = (target: EventTarget): void => {
  target.addEventListener('dragover', (event) => {
    if (event.defaultPrevented || !(event instanceof DragEvent)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'none';
  });
  target.addEventListener('drop', (event) => event.preventDefault());
};
