import type { Setting, Source } from "./reason.ts";

/** `Name=value` lines of a systemd unit or a file like it. */
export function unitSource(where: string, text: string): Source {
  const settings = text.split("\n").flatMap((line): Setting[] => {
    const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value ?? "" }];
  });
  return { where, settings };
}

/** The files of environment variables that a script writes, each as a source. */
export function environmentSources(script: string): Source[] {
  return [...script.matchAll(/put_file (\S+\.env) \d+ \S+ <<'?END'?\n(.*?)\nEND$/gms)].map(
    ([, where = "", text = ""]) => ({
      where,
      settings: text.split("\n").flatMap((line): Setting[] => {
        const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [{ name, value: value ?? "" }];
      }),
    }),
  );
}

type Json = string | number | boolean | Date | undefined | null | readonly Json[] | { readonly [key: string]: Json };

/** The leaves of an AWS request by their path. Tags and documents are one value each. */
export function requestSource(where: string, request: object): Source {
  const settings: Setting[] = [];
  const add = (path: string, value: Json): void => {
    if (value === undefined || value === null) return;
    if (/(^|\.)Tag(Specification)?s$/.test(path)) return void settings.push({ name: path, value: tagsOf(value) });
    if (value instanceof Date) settings.push({ name: path, value: value.toISOString() });
    else if (Array.isArray(value) && value.every((entry) => typeof entry !== "object")) {
      settings.push({ name: path, value: value.join(", ") });
    } else if (Array.isArray(value)) {
      for (const entry of value as readonly Json[]) add(path, entry);
    } else if (typeof value === "object") {
      for (const [key, entry] of Object.entries(value)) add(path ? `${path}.${key}` : key, entry);
    } else settings.push({ name: path, value: String(value) });
  };
  add("", request as Json);
  return { where, settings };
}

/** The tags' keys, each once: "lecture05:stack, lecture05:step, …". */
function tagsOf(value: Json): string {
  const keys = [...JSON.stringify(value).matchAll(/"Key":"([^"]+)"/g)].map(([, key = ""]) => key);
  return [...new Set(keys)].join(", ");
}

/** Directives of an Nginx configuration, blocks included, in their order; what stands in a `map` belongs to it. */
export function nginxSource(where: string, text: string): Source {
  const settings: Setting[] = [];
  let words: string[] = [];
  let mapDepth = 0;
  const end = (opensBlock: boolean): void => {
    const [name, ...rest] = words;
    words = [];
    if (mapDepth > 0 || name === undefined) return;
    settings.push({ name, value: rest.join(" ") });
    if (opensBlock && name === "map") mapDepth = 1;
  };
  for (const [token] of text.matchAll(/#[^\n]*|"[^"]*"|'[^']*'|[;{}]|[^\s;{}"'#]+/g)) {
    if (token.startsWith("#")) continue;
    if (token === ";") end(false);
    else if (token === "{") end(true);
    else if (token === "}") mapDepth = 0;
    else words.push(token);
  }
  return { where, settings };
}

/** Calls of a Ruby configuration at the start of a line: `persistent_timeout 75`, `config.force_ssl = …`. */
export function rubySource(where: string, text: string): Source {
  const settings = text.split("\n").flatMap((line): Setting[] => {
    const [, name, value] = /^ *([a-z][\w.]*!?)(?: =)? (\S.*)$/.exec(line) ?? [];
    return name === undefined || /^(if|end|require|do)$/.test(name) ? [] : [{ name, value: value ?? "" }];
  });
  return { where, settings };
}
