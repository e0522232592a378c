export { Base64Image } from '../kernel/base64-image.ts';
