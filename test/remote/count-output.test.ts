import { expect, it } from "vitest";
import { createOutputCounter } from "../../src/remote/count-output.ts";

/** Lines as apt and Bundler print them on Debian 13. */
const lists = ["Get:1 http://deb.debian.org/debian trixie InRelease [140 kB]", "Get:2 http://… Packages [9,672 kB]"];
const plan = [
  "The following NEW packages will be installed:",
  "  make ruby",
  "1 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.",
  "Need to get 4,411 kB of archives.",
];

function last(...lines: readonly string[]) {
  const count = createOutputCounter()(lines);
  return count && `${count.done}/${count.total} ${count.unit.en}`;
}

it("counts packages as apt downloads, unpacks and sets them up", () => {
  const downloads = [
    "Get:1 http://… make [396 kB]",
    "Get:2 http://… ruby [11.2 kB]",
    "Get:3 http://… libc6 [2,837 kB]",
  ];
  const unpacks = [
    "Unpacking libc6:amd64 (2.41) over (2.40) ...",
    "Unpacking make (4.4) ...",
    "Unpacking ruby (1:3.3) ...",
  ];
  expect(last(...lists)).toBeUndefined();
  expect(last(...lists, ...plan)).toBeUndefined();
  expect(last(...lists, ...plan, ...downloads.slice(0, 2))).toBe("2/3 packages downloaded");
  expect(last(...plan, ...downloads, ...unpacks.slice(0, 1))).toBe("1/3 packages unpacked");
  const early = ["Unpacking a ...", "Unpacking b ...", "Unpacking c ...", "Setting up a ...", "Unpacking d ..."];
  const bigger = "0 upgraded, 9 newly installed, 0 to remove and 0 not upgraded.";
  expect(last(bigger, ...early), "one that others need is set up in between").toBe("4/9 packages unpacked");
  expect(last(...plan, ...downloads, ...unpacks)).toBe("0/3 packages set up");
  expect(last(...plan, ...downloads, ...unpacks, "Setting up make (4.4) ...")).toBe("1/3 packages set up");
});

it("counts gems without an end, because Bundler does not tell it", () => {
  const gems = [
    "Fetching gem metadata from https://rubygems.org/.........",
    "Fetching rake 13.4.2",
    "Installing rake 13.4.2",
    "Installing bigdecimal 4.1.3 with native extensions",
  ];
  expect(last(...gems)).toBe("2/undefined gems installed");
});

it("goes on where it was with the next lines, and counts nothing where there is nothing", () => {
  const take = createOutputCounter();
  expect(take(["ruby 3.3.8"])).toBeUndefined();
  expect(take(["0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded."])).toBeUndefined();
  take(["Installing a 1.0"]);
  expect(take(["Installing b 2.0"])?.done).toBe(2);
});
