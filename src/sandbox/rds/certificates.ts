import { issue, newKey } from "../acm/authority.ts";
import type { World } from "../world.ts";
import type { DatabaseRecord } from "./records.ts";

/**
 * A server's certificate for an endpoint's name, of the sandbox's own authority. Its authority is on disk before a
 * certificate of it is used.
 */
export async function certificateFor(world: World, name: string): Promise<DatabaseRecord["tls"]> {
  const key = await newKey("RSA_2048");
  const { certificate, chain, privateKey } = issue(world.acm.data, [name], key, world.now());
  await world.acm.save();
  return { certificate, privateKey, authority: chain };
}
