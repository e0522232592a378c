export { CodeDialog } from './code-dialog.tsx';
export { CompareDialog } from './compare-dialog.tsx';
export { MaskEditor } from './mask-editor.tsx';
export { PictureDialog } from './picture-dialog.tsx';
