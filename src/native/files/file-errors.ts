import { PlantainError } from '../../kernel/plantain-error.ts';

/** Of an owner's names each is one file's. */
export function exists(name: string): PlantainError {
  return new PlantainError('file_exists', `Requested entity already exists: files/${name}.`, {
    param: 'file.name',
  });
}

export function tooLarge(maxBytes: number): PlantainError {
  return new PlantainError('body_too_large', `The file is larger than the ${maxBytes} bytes accepted here.`);
}

/** Google's own words for a file that is another's or nobody's, by which clients tell that it has to be sent first. */
export function notAccessible(name: string): PlantainError {
  const shown = name.replaceAll(/[^\w-]/g, '').slice(0, 100);
  const message = `You do not have permission to access the File ${shown} or it may not exist.`;
  return new PlantainError('file_not_accessible', message);
}
