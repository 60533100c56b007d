import { describe, expect, it } from "vitest";
import { renderSbom } from "../../src/records/sbom.ts";
import { modulesOf } from "../../src/state/modules.ts";
import { fullState } from "../report/sample.ts";

interface Bom {
  bomFormat: string;
  specVersion: string;
  components: { name: string; version: string; purl: string; licenses?: unknown; properties: unknown[] }[];
}

describe("the SBOM of a host", () => {
  it("lists every module with version, package URL, licence and step", async () => {
    const state = fullState();
    const { hosts } = state;
    const modules = modulesOf(state);
    const subject = { instanceId: hosts[0]?.instanceId ?? "", stack: "lecture05", modules, recordedAt: new Date(0) };
    const text = await renderSbom(subject);
    const bom = JSON.parse(text) as Bom;
    expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6" });
    expect(bom.components.map(({ purl }) => purl).toSorted()).toEqual([
      "pkg:deb/debian/libc6@2.41?distro=debian-13",
      "pkg:deb/debian/nginx@1.26.3?distro=debian-13",
      "pkg:gem/rails@8.1.4",
    ]);
    expect(bom.components.find(({ name }) => name === "rails")).toMatchObject({
      version: "8.1.4",
      licenses: [{ license: { name: "MIT" } }],
      properties: [
        { name: "lecture05:requested", value: "true" },
        { name: "lecture05:step", value: "puma" },
      ],
    });
    expect(await renderSbom(subject)).toBe(text);
  });
});
