import type { ModuleRecord } from "../state/schema.ts";

export interface SbomSubject {
  readonly instanceId: string;
  readonly stack: string;
  readonly modules: readonly ModuleRecord[];
  /** When the modules were recorded. */
  readonly recordedAt: Date;
}

/** The modules of one host as a CycloneDX 1.6 document in JSON. The same records give the same bytes. */
export async function renderSbom({ instanceId, stack, modules, recordedAt }: SbomSubject): Promise<string> {
  const [Models, Enums, Serialize, Spec] = await Promise.all([
    import("@cyclonedx/cyclonedx-library/Models"),
    import("@cyclonedx/cyclonedx-library/Enums"),
    import("@cyclonedx/cyclonedx-library/Serialize"),
    import("@cyclonedx/cyclonedx-library/Spec"),
  ]);
  const bom = new Models.Bom();
  bom.metadata.timestamp = recordedAt;
  bom.metadata.component = new Models.Component(Enums.ComponentType.Device, instanceId, {
    bomRef: instanceId,
    group: stack,
  });
  for (const module of modules) {
    const component = new Models.Component(Enums.ComponentType.Library, module.name, {
      version: module.version,
      bomRef: `${module.manager}:${module.name}`,
      purl: purlOf(module),
    });
    if (module.licence) component.licenses.add(new Models.NamedLicense(module.licence));
    component.properties.add(new Models.Property("lecture05:step", module.step));
    component.properties.add(new Models.Property("lecture05:requested", String(module.requested)));
    bom.components.add(component);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { space: 2, sortLists: true })}\n`;
}

/** https://github.com/package-url/purl-spec: hosts run Debian 13. */
function purlOf({ manager, name, version }: ModuleRecord): string {
  const [type, namespace, qualifiers] = manager === "apt" ? ["deb", "debian/", "?distro=debian-13"] : [manager, "", ""];
  return `pkg:${type}/${namespace}${encodeURIComponent(name)}@${encodeURIComponent(version)}${qualifiers}`;
}
