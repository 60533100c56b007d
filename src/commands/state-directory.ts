import { statSync } from "node:fs";
import { shown, type LocalizedText } from "../text.ts";

/** Why no state can ever be in this directory, as far as its path alone tells; undefined when it can, or once it is made. */
export function whyUnusable(directory: string): LocalizedText | undefined {
  try {
    return statSync(directory).isDirectory() ? undefined : notADirectory(directory);
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case "ENOTDIR":
        return notADirectory(directory);
      case "ENAMETOOLONG":
        return { en: `The path is too long: ${shown(directory)}`, ja: `パスが長すぎます: ${shown(directory)}` };
      case "ELOOP":
        return {
          en: `Its links lead in a circle: ${shown(directory)}`,
          ja: `シンボリックリンクが循環しています: ${shown(directory)}`,
        };
      default:
        // It will be made, or whoever needs it says what is in the way.
        return undefined;
    }
  }
}

function notADirectory(directory: string): LocalizedText {
  return {
    en: `There is a file in its place or above it: ${shown(directory)}`,
    ja: `その場所か親ディレクトリの位置にファイルがあります: ${shown(directory)}`,
  };
}
