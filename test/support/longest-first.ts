import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take minutes, longest first. A run that begins them late ends late. */
const long = [
  ...[
    "redundancy",
    "lecture",
    "diagnose-application",
    "diagnose-way",
    "kill",
    "recovery",
    "auto-scaling",
    "runtime-rds",
    "runtime",
  ].map((name) => `/test/e2e/${name}.test.ts`),
  ...["kill-anywhere", "kill-extras", "realism", "s3-writers", "fuzz-process"].map(
    (name) => `/test/faults/${name}.test.ts`,
  ),
];

/** vitest's own order, but the long files first. It would go by size on a fresh clone, and the longest is not the largest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = long.findIndex((ending) => moduleId.endsWith(ending));
      return place === -1 ? long.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
