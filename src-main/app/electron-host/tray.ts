import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { DesktopSystem } from '../desktop/desktop-life.ts';
import type { TrayAction, TrayItem } from '../desktop/tray-menu.ts';
import { TRAY_ICON } from './tray-icon.ts';

const toTemplate = (
  items: readonly TrayItem[],
  onChoice: (action: TrayAction) => void,
): MenuItemConstructorOptions[] =>
  items.map((item): MenuItemConstructorOptions => {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'fact':
        return { label: item.label, enabled: false };
      case 'action':
        return { label: item.label, click: () => onChoice(item.action) };
      case 'group':
        return { label: item.label, submenu: toTemplate(item.items, onChoice) };
    }
  });

const icon = () => {
  const image = nativeImage.createEmpty();
  for (const [scale, png] of TRAY_ICON)
    image.addRepresentation({ scaleFactor: scale, buffer: Buffer.from(png, 'base64') });
  // macOS draws it in the colour of its menu bar.
  if (process.platform === 'darwin') image.setTemplateImage(true);
  return image;
};

/** The icon in the tray: made when there is first something to show, kept as long as the app runs. */
export const electronTray = (): NonNullable<DesktopSystem['showTray']> => {
  let tray: Tray | undefined;
  return ({ tooltip, items }, onChoice) => {
    if (tray === undefined) {
      tray = new Tray(icon());
      tray.on('click', () => onChoice({ do: 'go', place: null }));
    }
    tray.setToolTip(tooltip);
    // A menu cannot be changed everywhere once it is set, so there is a new one.
    tray.setContextMenu(Menu.buildFromTemplate(toTemplate(items, onChoice)));
  };
};
