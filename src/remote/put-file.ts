import { hereDocument } from "./script.ts";
import { shellQuote } from "./shell-quote.ts";

/** Shell function: writes standard input to a file in one step, and only when it differs; `changed` tells. */
export const putFileFunction = `
# put_file PATH MODE OWNER: replaces a file by standard input, atomically and only when something differs.
changed=no
put_file() {
  temporary=$(mktemp "$1.XXXXXX")
  cat >"$temporary"
  chown "$3" "$temporary"
  chmod "$2" "$temporary"
  if cmp -s "$temporary" "$1"; then
    rm -f "$temporary"
    chown "$3" "$1"
    chmod "$2" "$1"
    echo "unchanged: $1"
  else
    mv -f "$temporary" "$1"
    # shellcheck disable=SC2034 # not every script looks at it
    changed=yes
    echo "written: $1"
  fi
}
`;

export interface FileToPut {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
}

/** Calls put_file with a text that is known beforehand. */
export function putFile({ path, mode, owner }: FileToPut, text: string): string {
  return hereDocument(`put_file ${shellQuote(path)} ${mode} ${owner}`, text);
}
