import { useElementSize } from '@mantine/hooks';
import { usePreferences } from '../../../state/preferences.ts';
import { messages } from '../messages.ts';
import { columnsThatFit, ROW_PX, templateOf } from './columns.ts';
import classes from './key-table.module.css';

/** As many as the highest usual window has; what does not fit is cut off as a long list is. */
const BONES = 30;

/** Rows of the final size while the first answer is on its way. */
export function KeyTableSkeleton() {
  const chosen = usePreferences((state) => state.keyTable.columns);
  const { ref, width } = useElementSize();
  const columns = columnsThatFit(chosen, width === 0 ? null : width);
  return (
    <div className={classes['wrap']} role="status" aria-label={messages.loading}>
      <div ref={ref} className={classes['grid']} style={templateOf(columns)} aria-hidden>
        <div className={classes['headgroup']}>
          <div className={classes['head']}>
            {columns.map((id) => (
              <span key={id} data-column={id} className={classes['headWord']}>
                {messages.columns[id]}
              </span>
            ))}
          </div>
        </div>
        <div className={classes['body']}>
          {Array.from({ length: BONES }, (_, row) => (
            <div key={row} className={classes['row']} style={{ transform: `translateY(${row * ROW_PX}px)` }}>
              {columns.map((id, cell) => (
                <div key={id} data-column={id}>
                  <div
                    className={classes['bone']}
                    style={{ width: `${45 + ((row * 7 + cell * 13) % 45)}%` }}
                  />
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
