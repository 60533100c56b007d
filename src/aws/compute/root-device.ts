import type { Clients } from "../clients.ts";

/** Images name their root device differently (/dev/xvda, /dev/sda1); settings for another name would add a second disk. */
export async function rootDeviceName(clients: Pick<Clients, "ec2">, imageId: string): Promise<string> {
  const { DescribeImagesCommand } = await import("@aws-sdk/client-ec2");
  const answer = await (await clients.ec2()).send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  const name = answer.Images?.[0]?.RootDeviceName;
  if (!name) throw new Error(`the image ${imageId} names no root device`);
  return name;
}
