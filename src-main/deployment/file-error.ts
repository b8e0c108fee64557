import { AppError } from '../../src-shared/errors/app-error.ts';

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
};

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** What the operating system refused, in our words. An AppError stays what it is. */
export function fileError(cause: unknown, file: string, what: 'found' | 'read' | 'written'): AppError {
  if (cause instanceof AppError) return cause;
  const code = codeOf(cause);
  switch (code) {
    case 'ENOENT':
      return new AppError(
        'FILE_NOT_FOUND',
        `There is no file ${file}.`,
        'Put it there, or take the target off.',
        {
          cause,
        },
      );
    case 'ELOOP':
      return new AppError('BAD_FILE', `The links at ${file} lead in a circle.`, 'Mend the links.', { cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('DISK_FULL', `There is no room to write ${file}.`, 'Make room, then try again.', {
        cause,
      });
    case 'EROFS':
      return new AppError('READ_ONLY', `${file} is on a read-only file system.`, '', { cause });
    case 'EBUSY':
    case 'EXDEV':
      return new AppError(
        'BAD_FILE',
        `${file} is mounted as a file of its own and cannot be replaced.`,
        'Mount its folder instead.',
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
      return what === 'written'
        ? new AppError('READ_ONLY', `${file} may not be replaced.`, 'Its owner can change that.', { cause })
        : new AppError('BAD_FILE', `${file} may not be read.`, 'Its owner can change that.', { cause });
    case 'EINVAL':
    case 'ENAMETOOLONG':
    case 'ENOTDIR':
    case 'ENXIO':
      return new AppError('BAD_FILE', `${file} is no place of a file (${code}).`, 'Check the path.', {
        cause,
      });
    default:
      return new AppError('STORAGE_FAILED', `${file} could not be ${what} (${code}).`, 'Try again.', {
        cause,
      });
  }
}
